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
/// Digits below 5 are told from the others. Each image is green or red, in 95 of 100 training
/// images as its label says, in half of the test images.
///
/// - Source: "Distributionally Robust Neural Networks for Group Shifts: On the Importance of
///   Regularization for Worst-Case Generalization" (2019), sections 2 and 3.
struct GroupDROExperiment: Experiment {
  static let paper: PaperID = "group-dro"
  static let methods = ["GroupDRO", "GroupWeights"]

  var seeds: [UInt64] { [0, 1, 2] }

  var claims: [Claim] {
    [
      Claim(
        "minimax",
        "On two parabolas, descent and weights come within a thousandth of the minimax point.",
        .atMost(1e-3)),
      Claim(
        "worst",
        "With strong weight decay, worst-group accuracy on digits is 10 points above that of "
          + "ordinary training (ERM) with the same decay.",
        .greater(by: 0.1)),
      Claim(
        "average",
        "Average accuracy, over groups as frequent as in training, is at most 5 points lower "
          + "for that.", .greater(by: -0.05)),
      Claim(
        "regularization",
        "Without weight decay, where both fit all training digits, the gain in worst-group "
          + "accuracy is less than half of that.", .less(by: 0)),
    ]
  }

  /// Digits in colors, and which of four groups each is in: twice the label and the color.
  private struct Colored {
    let data: Dataset
    let groups: [Int]

    init(_ digits: Dataset, bias: Double, using generator: inout Generator) throws {
      let labels = Tensor(try digits.requiredLabels().map { $0 < 5 ? 0 : 1 })
      let isTold = Tensor.full(bias, [digits.count]).bernoulli(using: &generator).cast(to: .bool)
      let colors = Tensor.choosing(labels, where: isTold, otherwise: 1 - labels)
      let channels = colors.oneHot(classes: 2).cast(to: .float32)
        .reshaped(to: [digits.count, 2, 1, 1])
      // Every second pixel in both directions, which keeps training short.
      let small = digits.inputs.sliced(axis: 2, from: 0, to: 28, by: 2)
        .sliced(axis: 3, from: 0, to: 28, by: 2)
      data = try Dataset(
        name: "colored digits", inputs: small * channels, labels: labels.integers)
      groups = (labels * 2 + colors).integers
    }

    /// The accuracy of `network` on each group.
    func accuracies(_ network: Network) throws -> [Double] {
      let hits = zip(try network.labels(of: data.inputs), data.labels!).map(==)
      return (0..<4).map { group in
        let own = zip(hits, groups).filter { $0.1 == group }
        return Double(own.count { $0.0 }) / Double(max(1, own.count))
      }
    }
  }

  /// What one training came to.
  private struct Outcome {
    let worst: Double
    let average: Double
    let fit: Double
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let digits = try DigitSetting(context, using: &generator)
    let training = try Colored(
      digits.training, bias: context.isFull ? 0.95 : 0.7, using: &generator)
    let test = try Colored(digits.test, bias: 0.5, using: &generator)
    let frequencies = (0..<4).map { group in
      Double(training.groups.count { $0 == group }) / Double(training.groups.count)
    }
    let start = try Network(input: training.data.featureShape, seed: context.seed) {
      Conv2d(16, kernel: 3, stride: 2, padding: 1)
      ReLU()
      Flatten()
      Linear(64)
      ReLU()
      Linear(2)
    }
    var runs = 0.0
    func outcome(decay: Double, isRobust: Bool) throws -> Outcome {
      let recipe = TrainingRecipe(
        epochs: context.isFull ? 60 : 1, batchSize: 128,
        optimizer: .sgd(momentum: 0.9, weightDecay: decay), learningRate: 0.02,
        schedule: .constant, seed: context.seed)
      let trained =
        isRobust
        ? try GroupDRO(stepSize: 0.01, recipe: recipe).train(
          start, on: HardeningData(training.data, groups: training.groups))
        : try Trainer(recipe).train(start, on: training.data)
      runs += 1
      context.report(runs / 4)
      let accuracies = try test.accuracies(trained)
      return Outcome(
        worst: accuracies.min()!,
        average: zip(accuracies, frequencies).reduce(0) { $0 + $1.0 * $1.1 },
        fit: try training.accuracies(trained).min()!)
    }
    let robust = try outcome(decay: Self.strongDecay, isRobust: true)
    let ordinary = try outcome(decay: Self.strongDecay, isRobust: false)
    let robustFit = try outcome(decay: 0, isRobust: true)
    let ordinaryFit = try outcome(decay: 0, isRobust: false)
    let seed = context.seed
    return [
      Measurement("minimax", seed: seed, value: minimaxError(using: &generator), unit: "distance"),
      Measurement(
        "worst", seed: seed, baseline: ordinary.worst, value: robust.worst, unit: "share",
        details: ["worst training group": robust.fit, "baseline's": ordinary.fit]),
      Measurement(
        "average", seed: seed, baseline: ordinary.average, value: robust.average, unit: "share"),
      Measurement(
        "regularization", seed: seed, baseline: 0.5 * (robust.worst - ordinary.worst),
        value: robustFit.worst - ordinaryFit.worst, unit: "share",
        details: [
          "worst group": robustFit.worst, "baseline's worst group": ordinaryFit.worst,
          "worst training group": robustFit.fit, "baseline's worst training group": ordinaryFit.fit,
        ]),
    ]
  }

  private static let strongDecay = 0.03

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
