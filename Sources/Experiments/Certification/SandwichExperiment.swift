import Certification
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests networks that have their Lipschitz bound by construction.
///
/// - Source: "Direct Parameterization of Lipschitz-Bounded Deep Networks" (2023), sections 3 and 5.
///   Training sees 2000 digits, and MLPs of two hidden layers of 64.
struct SandwichExperiment: Experiment {
  static let paper: PaperID = "lbdn-sandwich"
  static let methods = ["LipschitzNetwork", "CayleyTransform", "LipschitzMarginTraining", "LipSDP"]

  var seeds: [UInt64] { [0, 1, 2] }

  var claims: [Claim] {
    [
      Claim(
        "orthonormal", "The pair of matrices that a layer is made of is orthonormal.",
        .atMost(1e-10)),
      Claim(
        "bound",
        "No two sampled inputs, random or along the steepest direction, are farther apart in "
          + "the scores than the bound says.", .always),
      Claim(
        "semidefinite",
        "A semidefinite program proves the bound of two-layer networks, up to 0.01%.",
        .atMost(1.0001)),
      Claim(
        "step", "Fitted to a step, a network of Lipschitz bound 10 reaches 95% of it somewhere.",
        .atLeast(9.5)),
      Claim(
        "digits",
        "On digits its certified accuracy at L2 radius 0.5 is at least that of spectrally "
          + "normalized layers.", .greater(by: 0)),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let digits = try DigitSetting(
      context, drawing: context.isFull ? 2000 : 100, using: &generator)
    let error = orthonormality(context.isFull ? 50 : 5, using: &generator)
    let (above, share) = try quotients(context.isFull ? 100_000 : 1000, using: &generator)
    let proven = try provenShare(context.isFull ? 5 : 1, using: &generator)
    let steepest = try steepestStep(context.isFull ? 1500 : 20, seed: context.seed)
    context.report(0.3)
    try context.checkCancellation()
    let layers = [784, 64, 64, 10]
    let sandwich = try certified(
      LipschitzNetwork(layers: layers, bound: Self.scale)
        .parametrization(input: [1, 28, 28], seed: context.seed), digits, context)
    context.report(0.65)
    let divided = try certified(
      Self.spectrallyNormalized(layers, seed: context.seed), digits, context)
    let seed = context.seed
    return [
      Measurement("orthonormal", seed: seed, value: error, unit: "largest difference"),
      Measurement(
        "bound", seed: seed, value: Double(above), unit: "violations",
        details: ["largest quotient over bound": share]),
      Measurement("semidefinite", seed: seed, value: proven, unit: "proven over given bound"),
      Measurement("step", seed: seed, value: steepest, unit: "slope"),
      Measurement("digits", seed: seed, baseline: divided, value: sandwich, unit: "share"),
    ]
  }

  /// The bound of the networks that are trained on digits: scores far enough apart for the loss.
  private static let scale = 8.0

  private func orthonormality(_ count: Int, using generator: inout Generator) -> Double {
    (0..<count).map { _ in
      let (rows, columns) = (
        Int.random(in: 2...20, using: &generator), Int.random(in: 21...60, using: &generator)
      )
      let pair = CayleyTransform.orthonormal(
        .normal([rows, columns], dtype: .float64, using: &generator))
      let error = pair.matmul(pair.transposed()) - .identity(rows, dtype: .float64)
      return error.magnitude().max().item()
    }.max()!
  }

  /// Counts pairs whose quotient exceeds the bound by more than single precision explains.
  private func quotients(
    _ pairs: Int, using generator: inout Generator
  ) throws -> (above: Int, share: Double) {
    let bound = 2.0
    var (above, share) = (0, 0.0)
    for _ in 0..<10 {
      var sandwich = try LipschitzNetwork(layers: [6, 24, 24, 4], bound: bound)
        .parametrization(seed: generator.next())
      sandwich.free = sandwich.free + sandwich.free.randomDirection(using: &generator)
      let network = sandwich.network
      let start = Tensor.normal([pairs / 10, 6], using: &generator)
      var move = Tensor.normal([pairs / 10, 6], using: &generator)
      for _ in 0..<5 {
        let change = try network.output(of: start + move) - network.output(of: start)
        let quotients = change.norm(axes: [1]) / move.norm(axes: [1])
        above += (quotients .> bound * (1 + 1e-5)).sum().integers[0]
        share = max(share, quotients.max().item() / bound)
        // Power iteration over the pair: what the change pulls back to.
        let pulled = try vectorJacobianProduct(
          of: { try network.output(of: start + $0) }, at: move, with: change
        ).product
        move = pulled / pulled.norm(axes: [1], keepingAxes: true).clamped(from: 1e-6) * 0.5
      }
    }
    return (above, share)
  }

  private func provenShare(_ count: Int, using generator: inout Generator) throws -> Double {
    var largest = 0.0
    for _ in 0..<count {
      let network = try LipschitzNetwork(layers: [4, 12, 3], bound: 2)
        .parametrization(seed: generator.next()).network
      largest = max(
        largest, try network.lipschitzBound(norm: .l2, method: .semidefinite()).value / 2)
    }
    return largest
  }

  /// Fits the sign of a number and returns the largest derivative of the result.
  private func steepestStep(_ steps: Int, seed: UInt64) throws -> Double {
    var trained = try LipschitzNetwork(layers: [1, 32, 32, 1], bound: 10)
      .parametrization(seed: seed)
    let start = trained
    let inputs = Tensor.evenlySpaced(-1...1, count: 128).expandedDimension(at: 1)
    let targets = inputs.sign()
    var optimizer = AdamW(weightDecay: 0)
    for step in 0..<steps {
      let gradient = try Tensors.gradient(at: trained.free.values) { values in
        try (start.network(of: values).output(of: inputs) - targets).square().mean()
      }
      let rate =
        0.01
        * LearningRateSchedule.cosine(warmup: 0.05)
        .factor(at: Double(step) / Double(steps))
      trained.free = trained.free.with(
        values: optimizer.step(from: trained.free.values, gradient: gradient, learningRate: rate))
    }
    let network = trained.network
    let points = Tensor.evenlySpaced(-1...1, count: 4001).expandedDimension(at: 1)
    return try Tensors.gradient(at: points) { try network.output(of: $0).sum() }
      .magnitude().max().item()
  }

  /// Layers of the same sizes, each divided by its spectral norm.
  private static func spectrallyNormalized(_ layers: [Int], seed: UInt64) throws -> Parametrization
  {
    let network = try Network(input: [1, 28, 28], seed: seed) {
      Flatten()
      Linear(layers[1])
      ReLU()
      Linear(layers[2])
      ReLU()
      Linear(layers[3])
    }
    let parameters = network.parameters
    let weights = parameters.layout.names.filter { $0.hasSuffix(".weight") }
    let rules = weights.map { name in
      let factor = name == weights.last ? scale : 1
      return Parametrization.Rule(free: [("\(name).free", parameters[name]!)], targets: [name]) {
        [$0[0] * factor / GramIteration(steps: 5)($0[0])]
      }
    }
    return try Parametrization(network, rules: rules, bound: scale)
  }

  private func certified(
    _ start: Parametrization, _ digits: DigitSetting, _ context: ExperimentContext
  ) throws -> Double {
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 15 : 1, batchSize: 50, optimizer: .adamW(weightDecay: 0),
      learningRate: 5e-3, seed: context.seed)
    let network = try LipschitzMarginTraining(recipe, loss: .emma(radius: 0.5))
      .train(start, on: digits.training).network
    // Products over the folded layers would be far above the bound that both have.
    let known = LipschitzBound(Self.scale * (1 + 1e-5), norm: .l2, method: "construction")
    return try MarginCertificate(known: known).certifiedAccuracy(
      network, on: digits.test, radius: 0.5
    ).value
  }
}
