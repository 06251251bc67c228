import Attacks
import Datasets
import Evidence
import ExperimentSettings
import Foundation
import Hardening
import Methods
import Models
import Networks
import Tensors
import Training

import struct Evidence.Measurement

/// Tests comp-sum losses, the bounds that go with them, and robust training by them.
///
/// - Source: "Cross-Entropy Loss Functions: Theoretical Analysis and Applications" (2023),
///   sections 2, 3, 5 and 6, with 3000 digits of 14 × 14 pixels in the place of CIFAR-10.
struct CompSumLossExperiment: Experiment {
  static let paper: PaperID = "comp-sum-losses"
  static let methods = ["CompSumLoss", "SmoothAdversarialTraining"]

  private enum Arm: String, CaseIterable {
    case compSum = "smooth adversarial comp-sum loss"
    case trades = "TRADES"
  }

  let tuning: Tuning? = Tuning(
    "learning rate", grid: [1e-3, 2e-3, 4e-3], arms: Arm.allCases.map(\.rawValue))

  let claims: [Claim] = [
    .identity(
      "members",
      "With tau 1, 1.7 and 2 the loss is cross-entropy, generalized cross-entropy of order 0.7, "
        + "and the others' probability, to a millionth.", .atMost(1e-6)),
    .identity(
      "bound",
      "For 100000 random distributions of labels and scores, each with four values of tau, the "
        + "excess of the loss is at least what the excess of errors takes.", .always),
    .identity(
      "tight", "Two classes of equal scores attain the bound for cross-entropy, to a millionth.",
      .atMost(1e-6)),
    .effect(
      "robust",
      "Fine-tuned, after ordinary training on 3000 digits, by the smooth adversarial comp-sum loss "
        + "(margin and weight 1), a small network's robust accuracy under twenty steps of PGD at "
        + "radius 0.1 is that of TRADES (weight 6) or higher, less half a point at most.",
      .noLower(by: 0.005), of: Arm.compSum.rawValue, over: Arm.trades.rawValue),
    .effect(
      "clean", "Its clean test accuracy is that of TRADES or higher.", .noLower(by: 0),
      of: Arm.compSum.rawValue, over: Arm.trades.rawValue),
  ]

  private struct Outcome {
    let clean: Double
    let robust: Double
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let rows = context.isFull ? 25_000 : 500
    let excess = violations(rows: rows, using: &generator)
    let seed = context.seed
    let arms = try context.compare(claims) { try outcome($0, context) { $0.test } }
    return [
      Measurement(
        "members", seed: seed, value: memberError(using: &generator), unit: "error", trials: 3000),
      Measurement(
        "bound", seed: seed, value: Double(excess), unit: "violations", trials: 16 * rows),
      Measurement("tight", seed: seed, value: tightnessError(), unit: "error", trials: 100),
      arms.measurement("robust", unit: "share", \.robust),
      arms.measurement("clean", unit: "share", \.clean),
    ]
  }

  /// Robust accuracy, which is what both are for.
  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    try outcome(arm, context) { $0.validation }.robust
  }

  private func outcome(
    _ name: String, _ context: ExperimentContext, on part: (Digits14) -> Dataset
  ) throws -> Outcome {
    var generator = context.generator
    let digits = try Digits14(context, using: &generator)
    let ball = try LinfBall(radius: 0.1)
    let epochs = context.isFull ? 8 : 1
    // From random weights the comp-sum loss ends at scores that are the same everywhere: its norm
    // has a kink there.
    let start = try Trainer(
      TrainingRecipe(epochs: epochs, batchSize: 100, learningRate: 2e-3, seed: context.seed)
    ).train(
      SmoothingSetting.classifier(of: Digits14.image, seed: context.seed), on: digits.training)
    let recipe = TrainingRecipe(
      epochs: epochs, batchSize: 100, learningRate: context.setting(of: name), seed: context.seed)
    let training: any HardeningMethod =
      switch Arm(rawValue: name)! {
      case .compSum: SmoothAdversarialTraining(CompSumLoss(), steps: 5, recipe: recipe)
      case .trades: TRADES(beta: 6, steps: 5, recipe: recipe)
      }
    let network = try training.train(start, on: digits.training, within: ball)
    let data = part(digits)
    let attacked = try ProjectedGradientAttack(steps: 20)(
      network, on: data.inputs, labels: Tensor(try data.requiredLabels()), within: ball,
      using: &generator)
    return Outcome(
      clean: try DigitSetting.accuracy(network, on: data), robust: attacked.robustAccuracy.value)
  }

  private func memberError(using generator: inout Generator) -> Double {
    let logits = Tensor.normal([1000, 10], dtype: .float64, using: &generator) * 3
    let labels = Tensor.randomIntegers([1000], in: 0..<10, using: &generator)
    let own = logits.softmax(axis: 1).entries(at: labels)
    let expected = [(1.0, -own.log()), (1.7, (1 - own.power(0.7)) / 0.7), (2, 1 - own)]
    return expected.map { tau, value in
      (CompSumLoss(tau: tau).perExample(logits, labels: labels) - value).magnitude().max().item()
    }.max()!
  }

  /// Counts distributions and scores for which the bound does not hold, over four values of tau
  /// and as many numbers of classes.
  private func violations(rows: Int, using generator: inout Generator) -> Int {
    var count = 0
    for classes in [2, 3, 5, 10] {
      // Powers make some distributions nearly certain.
      let power = Tensor.uniform([rows, 1], in: 0.2...6, dtype: .float64, using: &generator)
      let weights = Tensor.uniform([rows, classes], dtype: .float64, using: &generator).power(power)
      let chances = weights / weights.sum(axes: [1], keepingAxes: true)
      let scale = Tensor.uniform([rows, 1], in: 0...4, dtype: .float64, using: &generator)
      let logits = Tensor.normal([rows, classes], dtype: .float64, using: &generator) * scale
      let errors = chances.max(axes: [1]) - chances.entries(at: logits.argmax(axis: 1))
      for tau in [0.5, 1, 1.5, 2] {
        let loss = CompSumLoss(tau: tau)
        let excess = risk(of: loss, logits, chances) - leastRisk(of: loss, chances)
        let bound = loss.leastExcess(forErrorExcess: errors, classes: classes)
        count += (bound .> excess + 1e-9).sum().integers[0]
      }
    }
    return count
  }

  /// The mean loss of each row's scores over its distribution of labels.
  private func risk(of loss: CompSumLoss, _ logits: Tensor, _ chances: Tensor) -> Tensor {
    let (rows, classes) = (logits.size(0), logits.size(1))
    let terms = (0..<classes).map { label in
      loss.perExample(logits, labels: Tensor([Int](repeating: label, count: rows)))
        * chances.selecting(label, axis: 1)
    }
    return Tensor.stacking(terms).sum(axes: [0])
  }

  /// The least such mean: below 2 probabilities in proportion to `chances^(1 / (2 − tau))` have it,
  /// from 2 on all goes to the likeliest label.
  private func leastRisk(of loss: CompSumLoss, _ chances: Tensor) -> Tensor {
    if loss.tau >= 2 { return (1 - chances.max(axes: [1])) / (loss.tau - 1) }
    let logits = chances.clamped(from: 1e-300).log() / (2 - loss.tau)
    return risk(of: loss, logits, chances)
  }

  /// The largest difference between excess and bound, over leads of one class from 0 to 0.99.
  private func tightnessError() -> Double {
    let lead = Tensor.evenlySpaced(0...0.99, count: 100, dtype: .float64)
    let chances = Tensor.stacking([(lead + 1) * 0.5, (1 - lead) * 0.5], axis: 1)
    let loss = CompSumLoss()
    let excess = risk(of: loss, chances.zerosLike(), chances) - leastRisk(of: loss, chances)
    return (excess - loss.leastExcess(forErrorExcess: lead, classes: 2)).magnitude().max().item()
  }
}
