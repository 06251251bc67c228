import Attacks
import Certification
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests interval bounds, and training by them, on handwritten digits.
///
/// The network is a small convolutional one with strides; both trainings have the same number of
/// epochs.
///
/// - Source: "On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust
///   Models" (2018), sections 3 to 5. Training sees 5000 digits, not 60000.
struct IntervalTrainingExperiment: Experiment {
  static let paper: PaperID = "ibp"
  static let methods = ["CertifiedTraining", "IntervalCertificate", "Network.intervalBounds"]

  var seeds: [UInt64] { [0, 1, 2] }

  var claims: [Claim] {
    [
      Claim(
        "encloses", "Interval bounds enclose the outputs at all sampled points.", .always),
      Claim(
        "affine", "Interval bounds of one affine layer are attained, at corners of the box.",
        .always),
      Claim(
        "verified",
        "Trained by interval bounds (IBP), a small convolutional network has a certified "
          + "accuracy of 90% on digits at radius 0.1.", .atLeast(0.9)),
      Claim(
        "ordinary", "Trained without them, its certified accuracy by intervals is less than 5%.",
        .atMost(0.05)),
      Claim("order", "No attack changes a certified prediction.", .always),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let digits = try DigitSetting(context, training: (5000, 200), using: &generator)
    let test = digits.test
    let ball = try LinfBall(radius: 0.1)
    let start = try digits.classifier(seed: context.seed)
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 24 : 1, batchSize: 100, learningRate: 3e-3, gradientNormLimit: 8,
      seed: context.seed)
    let certified = CertifiedTraining(
      .interval, within: ball, growth: Ramp(from: 0, to: 1, over: 0.02...0.5),
      naturalShare: Ramp(from: 1, to: 0.25, over: 0.02...0.5), recipe: recipe)
    let robust = try certified.train(start, on: digits.training) {
      context.report(0.6 * Double($0.epoch) / Double(recipe.epochs))
    }
    let ordinary = try Trainer(recipe).train(start, on: digits.training)
    context.report(0.8)
    try context.checkCancellation()

    let labels = Tensor(try test.requiredLabels())
    func verified(_ network: Network) throws -> [Bool] {
      try IntervalCertificate().certified(network, test.inputs, labels: labels, within: ball)
    }
    let proven = try verified(robust)
    let outcome = try ProjectedGradientAttack(steps: 40, restarts: 1)(
      robust, on: test.inputs, labels: labels, within: ball, using: &generator)
    let count = Double(test.count)
    let clean = Predictions(logits: try robust.logits(of: test.inputs), labels: labels)
    let seed = context.seed
    return [
      Measurement(
        "encloses", seed: seed,
        value: try Double(
          escapes(from: [start, robust, ordinary], test.inputs, ball, context.isFull, &generator)),
        unit: "violations"),
      Measurement(
        "affine", seed: seed, value: try Double(looseEnds(using: &generator)), unit: "violations"),
      Measurement(
        "verified", seed: seed, value: Double(proven.count { $0 }) / count, unit: "share",
        details: [
          "clean accuracy": clean.accuracy.value,
          "accuracy under attack": Double(outcome.fooled.count { !$0 }) / count,
        ]),
      Measurement(
        "ordinary", seed: seed, value: Double(try verified(ordinary).count { $0 }) / count,
        unit: "share"),
      Measurement(
        "order", seed: seed, value: Double(zip(proven, outcome.fooled).count { $0 && $1 }),
        unit: "violations"),
    ]
  }

  /// Counts points, random ones and corners, whose outputs lie outside of the bounds.
  private func escapes(
    from networks: [Network], _ inputs: Tensor, _ ball: LinfBall, _ isFull: Bool,
    _ generator: inout Generator
  ) throws -> Int {
    let centers = inputs[0..<min(250, inputs.size(0))]
    let box = ball.box(around: centers)
    var count = 0
    for network in networks {
      let bounds = try network.intervalBounds(over: box)
      for index in 0..<(isFull ? 134 : 2) {
        let points =
          index % 2 == 0
          ? box.randomCorner(using: &generator)
          : ball.randomPoint(around: centers, using: &generator)
        // Evaluation in single precision rounds, bounds do not.
        let outputs = try network.output(of: points).cast(to: .float64)
        let slack = outputs.magnitude() * 1e-5 + 1e-5
        let isOutside = (outputs .< bounds.lower - slack) .| (outputs .> bounds.upper + slack)
        count += isOutside.any(axes: [1]).sum().integers[0]
      }
    }
    return count
  }

  /// Counts bounds of affine layers that the corners chosen by the weights' signs do not reach.
  private func looseEnds(using generator: inout Generator) throws -> Int {
    var count = 0
    for _ in 0..<20 {
      let network = try Network(input: [12], seed: generator.next()) { Linear(7) }
      let center = Tensor.uniform([1, 12], in: 0.3...0.7, using: &generator)
      let bounds = try network.intervalBounds(over: LinfBall(radius: 0.1).box(around: center))
      let signs = network.parameters.tensors[0].sign()
      let rows = center.broadcast(to: [7, 12])
      let highest = try network.output(of: rows + signs * 0.1).diagonal()
      let lowest = try network.output(of: rows - signs * 0.1).diagonal()
      let misses = [(bounds.upper[0] - highest), (bounds.lower[0] - lowest)]
      count += misses.reduce(0) { $0 + ($1.magnitude() .> 1e-6).sum().integers[0] }
    }
    return count
  }
}
