import Attacks
import Certification
import Datasets
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests interval bounds, and training by them, on handwritten digits.
///
/// The network is a small convolutional one with strides; both arms have the same start, examples,
/// steps and schedule.
///
/// - Source: "On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust
///   Models" (2018), sections 3 to 5. Left out: training sees 3500 digits, not 60000, for 40
///   epochs, not 100.
struct IntervalTrainingExperiment: Experiment {
  static let paper: PaperID = "ibp"
  static let methods = ["CertifiedTraining", "IntervalCertificate", "Network.intervalBounds"]

  var claims: [Claim] {
    [
      .identity("encloses", "Interval bounds enclose the outputs at all sampled points.", .always),
      .identity(
        "affine", "Interval bounds of one affine layer are attained, at corners of the box.",
        .always),
      .level(
        "verified",
        "Trained by interval bounds (IBP), a small convolutional network has a certified "
          + "accuracy of 90% on digits at radius 0.1.", .atLeast(0.9), of: "intervals"),
      .level(
        "ordinary", "Trained without them, its certified accuracy by intervals is less than 5%.",
        .atMost(0.05), of: "ordinary"),
      .identity("order", "No attack changes a certified prediction.", .always),
    ]
  }

  var tuning: Tuning? {
    Tuning("learning rate", grid: [3e-3, 1e-2, 3e-2], arms: ["intervals", "ordinary"])
  }

  /// Certified accuracy of training by intervals, and accuracy of ordinary training, each of which is
  /// what the arm is for.
  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    try scoreUnlessDiverged {
      var generator = context.generator
      let digits = try DigitSetting(context, using: &generator)
      let network = try trained(arm, on: digits, context)
      guard arm == "intervals" else {
        return try DigitSetting.accuracy(network, on: digits.validation)
      }
      return Self.share(try proven(network, digits.validation))
    }
  }

  private struct Outcome {
    let network: Network
    let proven: [Bool]
    let accuracy: Double
    var certified: Double { IntervalTrainingExperiment.share(proven) }
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let digits = try DigitSetting(context, using: &generator)
    let arms = try context.compare(claims) { arm in
      let network = try trained(arm, on: digits, context)
      return Outcome(
        network: network, proven: try proven(network, digits.test),
        accuracy: try DigitSetting.accuracy(network, on: digits.test))
    }
    var order = Trials()
    for outcome in [arms["intervals"], arms["ordinary"]] {
      let attacked = try ProjectedGradientAttack(steps: 40, restarts: 1)(
        outcome.network, on: digits.test.inputs, labels: Tensor(digits.test.requiredLabels()),
        within: Self.ball, using: &generator)
      for (isProven, isFooled) in zip(outcome.proven, attacked.fooled) where isProven {
        order.note(isViolation: isFooled)
      }
    }
    let networks = [
      try digits.classifier(seed: context.seed), arms["intervals"].network,
      arms["ordinary"].network,
    ]
    let escapes = try escapes(from: networks, digits.test.inputs, context, &generator)
    return [
      escapes.measurement("encloses", context),
      try looseEnds(using: &generator).measurement("affine", context),
      arms.measurement("verified", unit: "share", details: ["accuracy": \.accuracy], \.certified),
      arms.measurement("ordinary", unit: "share", details: ["accuracy": \.accuracy], \.certified),
      order.measurement("order", context),
    ]
  }

  private static let ball = try! LinfBall(radius: 0.1)

  fileprivate static func share(_ isTrue: [Bool]) -> Double {
    Double(isTrue.count { $0 }) / Double(isTrue.count)
  }

  private func trained(
    _ arm: String, on digits: DigitSetting, _ context: ExperimentContext
  ) throws -> Network {
    let start = try digits.classifier(seed: context.seed)
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 40 : 1, batchSize: 100, learningRate: context.setting(of: arm),
      gradientNormLimit: 8, seed: context.seed)
    guard arm == "intervals" else { return try Trainer(recipe).train(start, on: digits.training) }
    return try CertifiedTraining(
      .interval, within: Self.ball, growth: Ramp(from: 0, to: 1, over: 0.02...0.5),
      naturalShare: Ramp(from: 1, to: 0.5, over: 0.02...0.5), recipe: recipe
    ).train(start, on: digits.training)
  }

  private func proven(_ network: Network, _ data: Dataset) throws -> [Bool] {
    try IntervalCertificate().certified(
      network, data.inputs, labels: Tensor(data.requiredLabels()), within: Self.ball)
  }

  /// Looks for points, random ones and corners, whose outputs lie outside of the bounds.
  private func escapes(
    from networks: [Network], _ inputs: Tensor, _ context: ExperimentContext,
    _ generator: inout Generator
  ) throws -> Trials {
    let centers = inputs[0..<min(250, inputs.size(0))]
    let box = Self.ball.box(around: centers)
    var trials = Trials()
    for network in networks {
      let bounds = try network.intervalBounds(over: box)
      for index in 0..<(context.isFull ? 134 : 2) {
        let points =
          index % 2 == 0
          ? box.randomCorner(using: &generator)
          : Self.ball.randomPoint(around: centers, using: &generator)
        // Evaluation in single precision rounds, bounds do not.
        let outputs = try network.output(of: points).cast(to: .float64)
        let slack = outputs.magnitude() * 1e-5 + 1e-5
        let isOutside = (outputs .< bounds.lower - slack) .| (outputs .> bounds.upper + slack)
        trials.note(violations: isOutside.any(axes: [1]))
      }
    }
    return trials
  }

  /// Looks for bounds of affine layers that the corners chosen by the weights' signs do not reach.
  private func looseEnds(using generator: inout Generator) throws -> Trials {
    var trials = Trials()
    for _ in 0..<20 {
      let network = try Network(input: [12], seed: generator.next()) { Linear(7) }
      let center = Tensor.uniform([1, 12], in: 0.3...0.7, using: &generator)
      let bounds = try network.intervalBounds(over: Self.ball.box(around: center))
      let signs = network.parameters.tensors[0].sign()
      let rows = center.broadcast(to: [7, 12])
      let highest = try network.output(of: rows + signs * 0.1).diagonal()
      let lowest = try network.output(of: rows - signs * 0.1).diagonal()
      for miss in [bounds.upper[0] - highest, bounds.lower[0] - lowest] {
        trials.note(violations: miss.magnitude() .> 1e-6)
      }
    }
    return trials
  }
}
