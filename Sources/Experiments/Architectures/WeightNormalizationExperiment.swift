import Architectures
import Datasets
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests what weight normalization changes, and how fast an MLP learns by it.
///
/// - Source: "Weight Normalization: A Simple Reparameterization to Accelerate Training of Deep
///   Neural Networks" (2016), sections 2 to 5.
struct WeightNormalizationExperiment: Experiment {
  static let paper: PaperID = "weight-norm"
  static let methods = ["WeightNormalization"]

  private enum Arm: String, CaseIterable {
    case normalized = "weight normalization"
    case plain = "plain descent from the same start"
  }

  let tuning: Tuning? = Tuning(
    "learning rate", grid: [0.01, 0.03, 0.1, 0.3, 0.6, 1], arms: Arm.allCases.map(\.rawValue))

  let claims: [Claim] = [
    .identity(
      "same", "Lengths and directions leave the network's scores as they were, to a millionth.",
      .atMost(1e-6)),
    .identity(
      "orthogonal",
      "The gradient in each direction is orthogonal to it: their product is at most a millionth.",
      .atMost(1e-6)),
    .identity(
      "initialization",
      "Initialized on a batch, means of each layer's outputs over it are 0 and variances 1, to "
        + "a ten-thousandth.", .atMost(1e-4)),
    .effect(
      "speed",
      "An MLP of four layers comes to a training loss of 0.1 on 3000 digits in at most 0.9 of the "
        + "steps that plain descent takes from the same data-dependent start.",
      .ratioAtMost(0.9), of: Arm.normalized.rawValue, over: Arm.plain.rawValue),
  ]

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    let (digits, plain, initialized) = try networks(context)
    let labels = Tensor(try digits.requiredLabels())
    let batch = digits.prefix(100)
    let same = try WeightNormalization()(plain)
    let difference = try same.output(of: batch.inputs) - plain.output(of: batch.inputs)
    let gradient = initialized.parameters.with(
      values: try initialized.lossAndGradient(on: batch.inputs, labels: labels[0..<100]).gradient)
    let products = initialized.parameters.layout.names.filter { $0.hasSuffix(".direction") }
      .map { (initialized.parameters[$0]! * gradient[$0]!).sum(axes: [1]).magnitude() }
    let seed = context.seed
    let arms = try context.compare(claims) { Double(try steps($0, context)) }
    return [
      Measurement(
        "same", seed: seed, value: difference.magnitude().max().item(), unit: "error",
        trials: difference.count),
      Measurement(
        "orthogonal", seed: seed, value: products.map { $0.max().item() }.max()!, unit: "product",
        trials: products.reduce(0) { $0 + $1.count }),
      Measurement(
        "initialization", seed: seed, value: try imbalance(initialized, on: batch.inputs),
        unit: "error", trials: products.reduce(0) { $0 + $1.count }),
      arms.measurement("speed", unit: "steps") { $0 },
    ]
  }

  /// Fewer steps are better.
  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    -Double(try steps(arm, context))
  }

  /// The digits, a network with random parameters, and the same with weight normalization, which is
  /// initialized on the first hundred digits.
  private func networks(
    _ context: ExperimentContext
  ) throws -> (digits: Dataset, plain: Network, initialized: Network) {
    var generator = context.generator
    let digits = try Digits14(context, using: &generator).training
    let plain = try DigitSetting.perceptron(
      [128, 128, 128], input: Digits14.image, seed: context.seed)
    let initialized = try WeightNormalization()(
      plain, initializedOn: digits.prefix(100).inputs)
    return (digits, plain, initialized)
  }

  /// The largest difference of a layer's means from 0, or of its variances from 1.
  private func imbalance(_ network: Network, on inputs: Tensor) throws -> Double {
    let values = try network.values(of: inputs)
    return zip(network.graph.nodes, values).reduce(0) { largest, pair in
      guard case .linear = pair.0.operation else { return largest }
      let value = pair.1.cast(to: .float64)
      let mean = value.mean(axes: [0]).magnitude().max().item()
      let variance = (value.variance(axes: [0], correction: 0) - 1).magnitude().max().item()
      return max(largest, mean, variance)
    }
  }

  /// How many steps on batches of 100 bring the loss of the first 1000 digits to 0.1, asked every
  /// fifth step; at most 600.
  private func steps(_ name: String, _ context: ExperimentContext) throws -> Int {
    let (data, _, initialized) = try networks(context)
    var network =
      Arm(rawValue: name)! == .normalized
      ? initialized : try WeightNormalization.folded(initialized)
    let labels = Tensor(try data.requiredLabels())
    var generator = context.generator
    let recipe = TrainingRecipe(
      optimizer: .sgd(momentum: 0, weightDecay: 0), learningRate: context.setting(of: name),
      schedule: .constant)
    var descent = Descent(recipe)
    let (limit, count) = (context.isFull ? 600 : 5, min(1000, data.count))
    for step in 1...limit {
      let rows = Tensor.randomIntegers([100], in: 0..<data.count, using: &generator)
      let (inputs, targets) = (data.inputs.gathering(rows), labels.gathering(rows))
      let values = try descent.step(from: network.parameters.values, progress: 0) { values in
        var twin = network
        twin.parameters = network.parameters.with(values: values)
        return try twin.output(of: inputs).crossEntropy(labels: targets)
      }.values
      network.parameters = network.parameters.with(values: values)
      guard step % 5 == 0 else { continue }
      let loss = try network.output(of: data.inputs[0..<count])
        .crossEntropy(labels: labels[0..<count]).item()
      if loss <= 0.1 { return step }
      if !loss.isFinite { return limit }
    }
    return limit
  }
}
