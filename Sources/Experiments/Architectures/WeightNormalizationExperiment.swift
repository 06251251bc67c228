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

  var seeds: [UInt64] { [0, 1, 2, 3, 4] }

  var claims: [Claim] {
    [
      Claim(
        "same", "Lengths and directions leave the network's scores as they were, to a millionth.",
        .atMost(1e-6)),
      Claim(
        "orthogonal",
        "The gradient in each direction is orthogonal to it: their product is at most a "
          + "millionth.",
        .atMost(1e-6)),
      Claim(
        "initialization",
        "Initialized on a batch, means of each layer's outputs over it are 0 and variances 1, to "
          + "a ten-thousandth.", .atMost(1e-4)),
      Claim(
        "speed",
        "An MLP of four layers comes to a training loss of 0.1 on 4000 digits in at most 0.9 "
          + "of the steps of plain descent, each with the best of six learning rates.", .atMost(0.9)
      ),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let digits = try DigitSetting(context, using: &generator).training
    let labels = Tensor(try digits.requiredLabels())
    let batch = digits.prefix(100)
    let plain = try DigitSetting.perceptron(
      [128, 128, 128], input: digits.featureShape, seed: context.seed)
    let same = try WeightNormalization()(plain)
    let initialized = try WeightNormalization()(plain, initializedOn: batch.inputs)
    let difference = try same.output(of: batch.inputs) - plain.output(of: batch.inputs)
    let gradient = initialized.parameters.with(
      values: try initialized.lossAndGradient(on: batch.inputs, labels: labels[0..<100]).gradient)
    let products = initialized.parameters.layout.names.filter { $0.hasSuffix(".direction") }
      .map { (initialized.parameters[$0]! * gradient[$0]!).sum(axes: [1]).magnitude().max().item() }

    let rates = context.isFull ? [0.003, 0.01, 0.03, 0.1, 0.3, 1] : [0.3]
    let limit = context.isFull ? 400 : 5
    func fewest(_ network: Network) throws -> (steps: Int, rate: Double) {
      var best = (steps: limit, rate: Double.nan)
      for rate in rates {
        try context.checkCancellation()
        let steps = try steps(
          of: network, on: digits, labels, rate: rate, limit: best.steps, context.seed)
        if steps < best.steps { best = (steps, rate) }
      }
      return best
    }
    let normalized = try fewest(initialized)
    context.report(0.5)
    let ordinary = try fewest(plain)
    let seed = context.seed
    return [
      Measurement("same", seed: seed, value: difference.magnitude().max().item(), unit: "error"),
      Measurement("orthogonal", seed: seed, value: products.max()!, unit: "product"),
      Measurement(
        "initialization", seed: seed, value: try imbalance(initialized, on: batch.inputs),
        unit: "error"),
      Measurement(
        "speed", seed: seed, value: Double(normalized.steps) / Double(ordinary.steps),
        unit: "ratio",
        details: [
          "steps": Double(normalized.steps), "steps of plain descent": Double(ordinary.steps),
          "rate": normalized.rate.isNaN ? 0 : normalized.rate,
          "rate of plain descent": ordinary.rate.isNaN ? 0 : ordinary.rate,
        ]),
    ]
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

  /// How many steps of plain descent on batches of 100 bring the loss of the first 1000 digits to
  /// 0.1, asked every fifth step; at most `limit`.
  private func steps(
    of network: Network, on data: Dataset, _ labels: Tensor, rate: Double, limit: Int,
    _ seed: UInt64
  ) throws -> Int {
    var (network, generator) = (network, Generator(seed: seed))
    let recipe = TrainingRecipe(
      optimizer: .sgd(momentum: 0, weightDecay: 0), learningRate: rate, schedule: .constant)
    var descent = Descent(recipe)
    let count = min(1000, data.count)
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
