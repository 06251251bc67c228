import Datasets
import Evidence
import ExperimentSettings
import Hardening
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests whether training for the worst group helps where a color misleads, and what for decay is.
///
/// Digits below 5 are told from the others. Each image is in one of two colors, in 95 of 100
/// training images as its label says, in half of the test images.
///
/// - Source: "Distributionally Robust Neural Networks for Group Shifts: On the Importance of
///   Regularization for Worst-Case Generalization" (2019), sections 2 and 3. The method draws groups
///   as often as one another; the control that does so too, with weights that stay, is not the
///   paper's.
struct GroupDROExperiment: Experiment {
  static let paper: PaperID = "group-dro"
  static let methods = ["GroupDRO", "GroupWeights"]

  private enum Arm: String, CaseIterable {
    case robust = "group DRO"
    case balanced = "balanced batches"
    case ordinary = "ordinary training"
    case robustFit = "group DRO without decay"
    case balancedFit = "balanced batches without decay"

    static let decayed = [robust, balanced, ordinary]
  }

  let tuning: Tuning? = Tuning(
    "weight decay", grid: [0.01, 0.03, 0.1, 0.3], arms: Arm.decayed.map(\.rawValue))

  let claims: [Claim] = [
    .identity(
      "minimax",
      "On two parabolas, descent and weights come within a thousandth of the minimax point.",
      .atMost(1e-3)),
    .effect(
      "worst",
      "With strong weight decay, worst-group accuracy on digits is 10 points above that of ordinary "
        + "training (ERM).",
      .noLower(by: -0.1), of: Arm.robust.rawValue, over: Arm.ordinary.rawValue),
    .effect(
      "weights",
      "So it is above that of training on batches in which groups are as frequent, by the "
        + "following weights alone.",
      .noLower(by: -0.1), of: Arm.robust.rawValue, over: Arm.balanced.rawValue),
    .effect(
      "average",
      "Average accuracy, over groups as frequent as in training, is at most 5 points lower for that "
        + "than with ordinary training.",
      .noLower(by: 0.05), of: Arm.robust.rawValue, over: Arm.ordinary.rawValue),
    .effect(
      "regularization",
      "Without weight decay, where both fit all training digits, the gain over balanced batches in "
        + "worst-group accuracy is less than half of that with decay.",
      .less(by: 0), of: "gain without decay", over: "half the gain with decay"),
  ]

  /// What one training came to.
  private struct Outcome {
    let worst: Double
    let worstInValidation: Double
    let average: Double
    /// The accuracy on the training group that is fitted worst.
    let fit: Double
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    let compared = claims.filter { $0.name != "regularization" }
    let arms = try context.compare(
      compared, and: [Arm.robustFit.rawValue, Arm.balancedFit.rawValue]
    ) { try outcome($0, context) }
    let minimax = try context.worst(of: 20, minimaxError)
    func gain(_ arm: Arm, over control: Arm) -> Double {
      arms[arm.rawValue].worst - arms[control.rawValue].worst
    }
    let fits = [Arm.robustFit, .balancedFit].map { arms[$0.rawValue].fit }
    let details = ["worst training group": { (outcome: Outcome) in outcome.fit }]
    return [
      Measurement(
        "minimax", seed: context.seed, value: minimax.value, unit: "distance",
        trials: minimax.trials),
      arms.measurement("worst", unit: "share", details: details, \.worst),
      arms.measurement("weights", unit: "share", details: details, \.worst),
      arms.measurement("average", unit: "share", \.average),
      Measurement(
        "regularization", seed: context.seed,
        baseline: 0.5 * gain(.robust, over: .balanced),
        value: gain(.robustFit, over: .balancedFit), unit: "share",
        isPremiseMet: fits.allSatisfy { $0 == 1 },
        details: ["worst training group": fits[0], "baseline's worst training group": fits[1]]),
    ]
  }

  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    try outcome(arm, context).worstInValidation
  }

  private func outcome(_ name: String, _ context: ExperimentContext) throws -> Outcome {
    let arm = Arm(rawValue: name)!
    var generator = context.generator
    let digits = try Digits14(context, using: &generator).map { try $0.binary(positive: 5..<10) }
    let training = try SpuriousColor(
      digits.training, agreement: context.isFull ? 0.95 : 0.7, using: &generator)
    let test = try SpuriousColor(digits.test, agreement: 0.5, using: &generator)
    let validation = try SpuriousColor(digits.validation, agreement: 0.5, using: &generator)
    let start = try Network(input: training.data.featureShape, seed: context.seed) {
      Conv2d(16, kernel: 3, stride: 2, padding: 1)
      ReLU()
      Flatten()
      Linear(64)
      ReLU()
      Linear(2)
    }
    let recipe = TrainingRecipe(
      // Without decay the last digits are fitted late.
      epochs: context.isFull ? (Arm.decayed.contains(arm) ? 60 : 240) : 1, batchSize: 128,
      optimizer: .sgd(
        momentum: 0.9, weightDecay: Arm.decayed.contains(arm) ? context.setting(of: name) : 0),
      learningRate: 0.02, schedule: .constant, seed: context.seed)
    let trained: Network
    if arm == .ordinary {
      trained = try Trainer(recipe).train(start, on: training.data)
    } else {
      // Weights that follow losses at no rate stay equal: balanced batches and nothing else.
      let stepSize = [Arm.robust, .robustFit].contains(arm) ? 0.01 : 0
      trained = try GroupDRO(stepSize: stepSize, recipe: recipe).train(
        start, on: HardeningData(training.data, groups: training.groups))
    }
    let accuracies = try accuracies(trained, test)
    let frequencies = (0..<4).map { group in
      Double(training.groups.count { $0 == group }) / Double(training.groups.count)
    }
    return Outcome(
      worst: accuracies.min()!, worstInValidation: try self.accuracies(trained, validation).min()!,
      average: zip(accuracies, frequencies).reduce(0) { $0 + $1.0 * $1.1 },
      fit: try self.accuracies(trained, training).min()!)
  }

  /// The accuracy of `network` on each group.
  private func accuracies(_ network: Network, _ colored: SpuriousColor) throws -> [Double] {
    let hits = zip(
      try network.labels(of: colored.data.inputs), try colored.data.requiredLabels()
    ).map(==)
    return (0..<4).map { group in
      let own = zip(hits, colored.groups).filter { $0.1 == group }
      return Double(own.count { $0.0 }) / Double(max(1, own.count))
    }
  }

  /// How far from the best point descent ends, on two random parabolas that cross between their
  /// lowest points.
  private func minimaxError(using generator: inout Generator) -> Double {
    let (steep, shift) = (
      Double.random(in: 1...3, using: &generator), Double.random(in: 1...2, using: &generator)
    )
    // (x − 1)² and steep (x + shift)² are equal at the point between, where roots are equal too.
    let best = (1 - steep.squareRoot() * shift) / (1 + steep.squareRoot())
    var x = Tensor([3.0])
    var weights = GroupWeights(groups: 2, stepSize: 0.02, dtype: .float64)
    func losses(_ x: Tensor) -> Tensor {
      .concatenating([(x - 1).square(), (x + shift).square() * steep])
    }
    for _ in 0..<4000 {
      weights = weights.updated(by: losses(x))
      x = x - gradient(at: x) { losses($0).dot(weights.values) } * 0.02
    }
    return abs(x.item() - best)
  }
}
