import Certification
import Datasets
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
///   Left out: its convolutional networks and larger images; training sees 2000 digits, and MLPs of
///   two hidden layers of 64.
struct SandwichExperiment: Experiment {
  static let paper: PaperID = "lbdn-sandwich"
  static let methods = ["LipschitzNetwork", "CayleyTransform", "LipschitzMarginTraining", "LipSDP"]

  var claims: [Claim] {
    [
      .identity(
        "orthonormal", "The pair of matrices that a layer is made of is orthonormal.",
        .atMost(1e-10)),
      .identity(
        "bound",
        "No two sampled inputs, random or along the steepest direction, are farther apart in "
          + "the scores than the bound says, by more than a millionth.", .always),
      .identity(
        "semidefinite",
        "A semidefinite program proves the bound of two-layer networks, up to 0.01%.",
        .atMost(1.0001)),
      .level(
        "step", "Fitted to a step, a network of Lipschitz bound 10 reaches 95% of it somewhere.",
        .atLeast(9.5), of: "sandwich"),
      .effect(
        "digits",
        "On digits its certified accuracy at L2 radius 0.5 is at least that of spectrally "
          + "normalized layers.", .noLower(by: 0), of: "sandwich", over: "spectral norms"),
    ]
  }

  var tuning: Tuning? {
    Tuning("learning rate", grid: [2e-3, 5e-3, 1e-2], arms: ["sandwich", "spectral norms"])
  }

  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    try scoreUnlessDiverged {
      var generator = context.generator
      let digits = try DigitSetting(context, training: (2000, 100), using: &generator)
      return try certified(arm, digits.training, digits.validation, context)
    }
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let digits = try DigitSetting(context, training: (2000, 100), using: &generator)
    var (orthonormal, program) = (Trials(), Trials())
    for _ in 0..<(context.isFull ? 50 : 5) {
      orthonormal.note(error: orthonormality(using: &generator))
    }
    let (bound, share) = try quotients(context.isFull ? 100_000 : 1000, using: &generator)
    for _ in 0..<(context.isFull ? 5 : 1) {
      let network = try LipschitzNetwork(layers: [4, 12, 3], bound: 2)
        .parametrization(seed: generator.next()).network
      let proven = try network.lipschitzBound(norm: .l2, method: .semidefinite()).value
      program.note(error: proven / 2)
    }
    let steepest = try steepestStep(context.isFull ? 1500 : 20, seed: context.seed)
    let arms = try context.compare(claims) { arm in
      try certified(arm, digits.training, digits.test, context)
    }
    return [
      orthonormal.measurement("orthonormal", context, unit: "largest difference"),
      bound.measurement("bound", context, details: ["largest quotient over bound": share]),
      program.measurement("semidefinite", context, unit: "proven over given bound"),
      Measurement("step", seed: context.seed, value: steepest, unit: "slope"),
      arms.measurement("digits", unit: "share", \.self),
    ]
  }

  /// The bound of the networks that are trained on digits: scores far enough apart for the loss.
  private static let scale = 8.0

  private func orthonormality(using generator: inout Generator) -> Double {
    let rows = Int.random(in: 2...20, using: &generator)
    let columns = Int.random(in: 21...60, using: &generator)
    let pair = CayleyTransform.orthonormal(
      .normal([rows, columns], dtype: .float64, using: &generator))
    let error = pair.matmul(pair.transposed()) - .identity(rows, dtype: .float64)
    return error.magnitude().max().item()
  }

  /// Looks for pairs whose quotient exceeds the bound, in double precision.
  private func quotients(
    _ pairs: Int, using generator: inout Generator
  ) throws -> (above: Trials, share: Double) {
    let bound = 2.0
    var (above, share) = (Trials(), 0.0)
    for _ in 0..<10 {
      var sandwich = try LipschitzNetwork(layers: [6, 24, 24, 4], bound: bound)
        .parametrization(seed: generator.next())
      sandwich.free = sandwich.free + sandwich.free.randomDirection(using: &generator)
      let network = try sandwich.network.inDoublePrecision()
      let shape = [pairs / 10, 6]
      let start = Tensor.normal(shape, dtype: .float64, using: &generator)
      var move = Tensor.normal(shape, dtype: .float64, using: &generator)
      for _ in 0..<5 {
        let change = try network.output(of: start + move) - network.output(of: start)
        let quotients = change.norm(axes: [1]) / move.norm(axes: [1])
        above.note(violations: quotients .> bound * (1 + 1e-6))
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
    let network = try DigitSetting.perceptron(
      [layers[1], layers[2]], outputs: layers[3], input: [1, 28, 28], seed: seed)
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

  /// The certified accuracy of an arm on `data` after training.
  private func certified(
    _ arm: String, _ training: Dataset, _ data: Dataset, _ context: ExperimentContext
  ) throws -> Double {
    let layers = [784, 64, 64, 10]
    let start =
      arm == "sandwich"
      ? try LipschitzNetwork(layers: layers, bound: Self.scale)
        .parametrization(input: [1, 28, 28], seed: context.seed)
      : try Self.spectrallyNormalized(layers, seed: context.seed)
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 15 : 1, batchSize: 50, optimizer: .adamW(weightDecay: 0),
      learningRate: context.setting(of: arm), seed: context.seed)
    let network = try LipschitzMarginTraining(recipe, loss: .emma(radius: 0.5))
      .train(start, on: training).network
    // Products over the folded layers would be far above the bound that both have.
    let known = LipschitzBound(Self.scale * (1 + 1e-5), norm: .l2, method: "construction")
    return try MarginCertificate(known: known).certifiedAccuracy(network, on: data, radius: 0.5)
      .value
  }
}
