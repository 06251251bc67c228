import Datasets
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests whether normalized losses stand wrong labels, and what a passive term adds.
///
/// - Source: "Normalized Loss Functions for Deep Learning with Noisy Labels" (2020), section 5.2;
///   the weights of 1 and 10, alone 10, are those of the authors' configuration for MNIST. With 3000
///   digits of 14 × 14 pixels, 120 epochs are 5,640 steps, a quarter of the paper's 23,450.
struct ActivePassiveLossExperiment: Experiment {
  static let paper: PaperID = "active-passive-loss"
  static let methods = ["ActivePassiveLoss"]

  private enum Arm: String, CaseIterable {
    case both = "normalized plus reverse cross-entropy"
    case crossEntropy = "cross-entropy"
    case active = "normalized cross-entropy"
    case bothOnClean = "normalized plus reverse cross-entropy, clean labels"
    case crossEntropyOnClean = "cross-entropy, clean labels"

    var loss: any ScoreLoss {
      switch self {
      case .both, .bothOnClean: ActivePassiveLoss(passiveWeight: 10)
      case .active: ActivePassiveLoss(activeWeight: 10, passiveWeight: 0)
      case .crossEntropy, .crossEntropyOnClean: ClassificationLoss.crossEntropy
      }
    }

    var isClean: Bool { self == .bothOnClean || self == .crossEntropyOnClean }
  }

  let tuning: Tuning? = Tuning(
    "learning rate", grid: [0.003, 0.01, 0.03, 0.1], arms: Arm.allCases.map(\.rawValue))

  let claims: [Claim] = [
    .identity(
      "symmetric",
      "Summed over all labels, normalized cross-entropy is 1 and mean absolute error twice the "
        + "number of other labels, to a millionth.", .atMost(1e-6)),
    .effect(
      "noise",
      "With 60% label noise on 3000 digits, an MLP trained by normalized plus reverse "
        + "cross-entropy has a last-epoch test accuracy 10 points above that of cross-entropy.",
      .greater(by: 0.1), of: Arm.both.rawValue, over: Arm.crossEntropy.rawValue),
    .effect(
      "passive", "Its test accuracy is at least that of normalized cross-entropy alone.",
      .noLower(by: 0), of: Arm.both.rawValue, over: Arm.active.rawValue),
    .effect(
      "clean", "With clean labels its test accuracy is that of cross-entropy, within half a point.",
      .equal(within: 0.005), of: Arm.bothOnClean.rawValue, over: Arm.crossEntropyOnClean.rawValue),
  ]

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    let arms = try context.compare(claims) { try accuracy($0, context) { $0.test } }
    let asymmetry = try context.worst(of: 20, asymmetry)
    return [
      Measurement(
        "symmetric", seed: context.seed, value: asymmetry.value, unit: "error",
        trials: asymmetry.trials * 100)
    ]
      + ["noise", "passive", "clean"].map { arms.measurement($0, unit: "share") { $0 } }
  }

  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    try accuracy(arm, context) { $0.validation }
  }

  private func accuracy(
    _ name: String, _ context: ExperimentContext, on part: (Digits14) -> Dataset
  ) throws -> Double {
    let arm = Arm(rawValue: name)!
    var generator = context.generator
    let digits = try Digits14(context, using: &generator)
    let noise = LabelNoise.symmetric(share: 0.6)
    let training =
      arm.isClean ? digits.training : try noise.applied(to: digits.training, using: &generator)
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 120 : 1, batchSize: 64,
      optimizer: .sgd(momentum: 0.9, weightDecay: 1e-3), learningRate: context.setting(of: name),
      schedule: .cosine(warmup: 0), gradientNormLimit: 5, seed: context.seed)
    let start = try DigitSetting.perceptron(
      [128, 128], input: Digits14.image, seed: context.seed)
    let trained = try Trainer(recipe, loss: arm.loss).train(start, on: training)
    return try DigitSetting.accuracy(trained, on: part(digits))
  }

  /// The largest difference of a term's sum over all labels from what it should be, over 100 rows of
  /// scores.
  private func asymmetry(using generator: inout Generator) -> Double {
    let logits = Tensor.normal([100, 10], dtype: .float64, using: &generator) * 3
    func error(_ loss: ActivePassiveLoss, _ sum: Double) -> Double {
      let terms = (0..<10).map { label in
        loss.perExample(logits, labels: Tensor([Int](repeating: label, count: 100)))
      }
      return (Tensor.stacking(terms).sum(axes: [0]) - sum).magnitude().max().item()
    }
    return max(
      error(ActivePassiveLoss(passiveWeight: 0), 1),
      error(ActivePassiveLoss(activeWeight: 0, passive: .meanAbsoluteError), 18))
  }
}
