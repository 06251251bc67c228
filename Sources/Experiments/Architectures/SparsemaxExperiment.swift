import Architectures
import Datasets
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests sparsemax against a search for the projection, and its loss on handwritten digits.
///
/// - Source: "From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label
///   Classification" (2016), sections 2 and 3.
struct SparsemaxExperiment: Experiment {
  static let paper: PaperID = "sparsemax"
  static let methods = ["Tensor.sparsemax", "Sparsemax", "SparsemaxLoss"]

  private enum Arm: String, CaseIterable {
    case sparsemax = "sparsemax loss"
    case crossEntropy = "cross-entropy"
  }

  let tuning: Tuning? = Tuning(
    "learning rate", grid: [1e-3, 2e-3, 4e-3, 8e-3], arms: Arm.allCases.map(\.rawValue))

  let claims: [Claim] = [
    .identity(
      "projection",
      "On 10000 random rows of 2 to 1000 scores it is the point of the simplex that bisection "
        + "finds nearest, to eight digits.", .atMost(1e-8)),
    .identity(
      "slope", "The loss' gradient is sparsemax less the label, to nine digits.", .atMost(1e-9)),
    .identity(
      "pair", "Of two scores the first has the share (z₁ − z₂ + 1) / 2, clipped to 0 and 1.",
      .atMost(1e-12)),
    .identity(
      "margin",
      "The loss is zero exactly where the label's score leads every other by 1 or more.",
      .always),
    .effect(
      "accuracy",
      "The test accuracy of a small network trained by it on 3000 digits is that of "
        + "cross-entropy, within a point.",
      .equal(within: 0.01), of: Arm.sparsemax.rawValue, over: Arm.crossEntropy.rawValue),
    .level(
      "sparse", "Its probabilities are then nonzero for less than 2 of 10 digits, on average.",
      .atMost(2), of: Arm.sparsemax.rawValue),
  ]

  private struct Outcome {
    let accuracy: Double
    /// How many classes have a share above 0, on average.
    let support: Double
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    var (largest, steepest, unclipped, violations) = (0.0, 0.0, 0.0, 0)
    let blocks = context.isFull ? 100 : 4
    for index in 0..<blocks {
      try context.checkCancellation()
      let size =
        index < 4 ? [2, 3, 10, 1000][index] : Int.random(in: 2...1000, using: &generator)
      let scale = Double.random(in: 0.1...3, using: &generator)
      let scores = Tensor.normal([100, size], dtype: .float64, using: &generator) * scale
      let labels = Tensor.randomIntegers([100], in: 0..<size, using: &generator)
      let shares = scores.sparsemax()
      largest = max(largest, (shares - projection(scores)).magnitude().max().item())
      let gradient = Tensors.gradient(at: scores) {
        SparsemaxLoss().perExample($0, labels: labels).sum()
      }
      let expected = shares - labels.oneHot(classes: size).cast(to: .float64)
      steepest = max(steepest, (gradient - expected).magnitude().max().item())
      let pair = scores.narrowed(axis: 1, from: 0, count: 2)
      let lead = pair.selecting(0, axis: 1) - pair.selecting(1, axis: 1)
      let clipped = ((lead + 1) * 0.5).clamped(to: 0...1)
      unclipped = max(
        unclipped, (pair.sparsemax().selecting(0, axis: 1) - clipped).magnitude().max().item())
      violations += zeros(scores, labels)
    }
    let arms = try context.compare(claims) { try outcome($0, context) { $0.test } }
    let (seed, trials) = (context.seed, 100 * blocks)
    return [
      Measurement("projection", seed: seed, value: largest, unit: "error", trials: trials),
      Measurement("slope", seed: seed, value: steepest, unit: "error", trials: trials),
      Measurement("pair", seed: seed, value: unclipped, unit: "error", trials: trials),
      Measurement(
        "margin", seed: seed, value: Double(violations), unit: "violations", trials: trials),
      arms.measurement("accuracy", unit: "share", \.accuracy),
      arms.measurement("sparse", unit: "classes", \.support),
    ]
  }

  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    try outcome(arm, context) { $0.validation }.accuracy
  }

  private func outcome(
    _ name: String, _ context: ExperimentContext, on part: (Digits14) -> Dataset
  ) throws -> Outcome {
    var generator = context.generator
    let digits = try Digits14(context, using: &generator)
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 10 : 1, learningRate: context.setting(of: name),
      seed: context.seed)
    let loss: any ScoreLoss =
      Arm(rawValue: name)! == .sparsemax ? SparsemaxLoss() : ClassificationLoss.crossEntropy
    let network = try Trainer(recipe, loss: loss).train(
      SmoothingSetting.classifier(of: Digits14.image, seed: context.seed), on: digits.training)
    let data = part(digits)
    let shares = try network.logits(of: data.inputs).sparsemax()
    return Outcome(
      accuracy: try DigitSetting.accuracy(network, on: data),
      support: (shares .> 0).sum(axes: [1]).cast(to: .float64).mean().item())
  }

  /// The nearest point of the simplex, by bisection for the threshold.
  private func projection(_ scores: Tensor) -> Tensor {
    var high = scores.max(axes: [1], keepingAxes: true)
    var low = high - 1
    for _ in 0..<60 {
      let middle = (low + high) * 0.5
      let isHeavy = (scores - middle).relu().sum(axes: [1], keepingAxes: true) .> 1
      low = Tensor.choosing(middle, where: isHeavy, otherwise: low)
      high = Tensor.choosing(high, where: isHeavy, otherwise: middle)
    }
    return (scores - (low + high) * 0.5).relu()
  }

  /// Counts rows whose loss is zero without a lead of 1, or is not zero with it; half of the rows
  /// are given a lead.
  private func zeros(_ scores: Tensor, _ labels: Tensor) -> Int {
    let own = labels.oneHot(classes: scores.size(1)).cast(to: .bool)
    let others = scores.replacing(
      with: Tensor(scalar: -Double.infinity), where: own
    ).max(axes: [1])
    let isRaised = Tensor.range(0..<100) .< 50
    let raised = Tensor.choosing(
      others + 1.001, where: isRaised, otherwise: scores.entries(at: labels))
    let changed = Tensor.choosing(raised.expandedDimension(at: 1), where: own, otherwise: scores)
    let isLeading = (raised - others) .>= 1
    // Rounding leaves some ulps where mathematics leaves zero.
    let isZero = SparsemaxLoss().perExample(changed, labels: labels) .<= 1e-14
    return isLeading.exclusiveOr(isZero).sum().integers[0]
  }
}
