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

/// Tests linear residual networks, their Lipschitz constants and the loss they are trained with, on
/// handwritten digits.
///
/// - Source: "Unlocking Deterministic Robustness Certification on ImageNet" (2023), sections 3 to
///   5. Left out: training sees 3500 digits, and networks of four blocks with 12 channels, for 10
///   epochs; the paper's have up to 12 blocks with 512 channels.
struct LiResNetExperiment: Experiment {
  static let paper: PaperID = "liresnet-emma"
  static let methods = [
    "LiResNet", "LinearResidualBlock", "LipschitzMarginTraining", "CertifiedMarginLoss",
    "MarginCertificate", "PowerIteration",
  ]

  var claims: [Claim] {
    [
      .identity(
        "folded", "A convolution plus its input is one convolution, up to 0.00001.", .atMost(1e-5)),
      .identity(
        "constant",
        "Power iteration finds the largest singular value of a block to within 1%.",
        .atMost(0.01)),
      .identity(
        "quotients", "No sampled image exceeds the Lipschitz constant that is found.", .always),
      .level(
        "digits",
        "A network of four blocks of 12 channels has a certified accuracy of 93% on digits at L2 "
          + "radius 0.3.", .atLeast(0.93), of: "own reach"),
      .effect(
        "loss",
        "Trained by raising every score by its own reach, its certified accuracy is at least "
          + "that of training with one more class for the best, after as many epochs.",
        .noLower(by: 0), of: "own reach", over: "one more class"),
      .identity("order", "No attack changes a certified prediction.", .always),
    ]
  }

  var tuning: Tuning? {
    Tuning("learning rate", grid: [1e-3, 3e-3, 1e-2], arms: ["own reach", "one more class"])
  }

  /// Certified accuracy after training on 1000 digits.
  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    try scoreUnlessDiverged {
      var generator = context.generator
      let digits = try DigitSetting(context, training: (1000, 120), using: &generator)
      return try outcome(arm, digits.training, digits.validation, context).certified
    }
  }

  private struct Outcome {
    let network: Network
    let isProven: Tensor
    let accuracy: Double
    var certified: Double { isProven.cast(to: .float64).mean().item() }
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let digits = try DigitSetting(context, using: &generator)
    var (folded, constant, quotients) = (Trials(), Trials(), Trials())
    for _ in 0..<(context.isFull ? 10 : 2) {
      try tryBlock(
        images: context.isFull ? 1000 : 10, &folded, &constant, &quotients, &generator)
    }
    let arms = try context.compare(claims) { arm in
      try outcome(arm, digits.training, digits.test, context)
    }
    var order = Trials()
    for outcome in [arms["own reach"], arms["one more class"]] {
      try attack(outcome, digits.test, &order, context, &generator)
    }
    return [
      folded.measurement("folded", context, unit: "largest difference"),
      constant.measurement("constant", context, unit: "relative error"),
      quotients.measurement("quotients", context),
      arms.measurement("digits", unit: "share", details: ["accuracy": \.accuracy], \.certified),
      arms.measurement("loss", unit: "share", details: ["accuracy": \.accuracy], \.certified),
      order.measurement("order", context),
    ]
  }

  /// In units of the images' gray levels, from 0 to 1.
  private static let radius = 0.3

  /// Trains one arm and certifies it on other data.
  private func outcome(
    _ arm: String, _ training: Dataset, _ data: Dataset, _ context: ExperimentContext
  ) throws -> Outcome {
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 10 : 1, batchSize: 64, optimizer: .adamW(weightDecay: 0),
      learningRate: context.setting(of: arm), gradientNormLimit: 8, seed: context.seed)
    let start = try LiResNet(depth: context.isFull ? 4 : 1, width: context.isFull ? 12 : 4)
      .parametrization(input: data.featureShape, classes: 10, seed: context.seed)
    let loss: CertifiedMarginLoss =
      arm == "own reach" ? .emma(radius: Self.radius) : .globallyRobust(radius: Self.radius)
    let network = try LipschitzMarginTraining(recipe, loss: loss).train(start, on: training).network
    let radii = try MarginCertificate().radii(
      network, data.inputs, labels: Tensor(data.requiredLabels()))
    return Outcome(
      network: network, isProven: radii .> Self.radius,
      accuracy: try DigitSetting.accuracy(network, on: data))
  }

  private func attack(
    _ outcome: Outcome, _ data: Dataset, _ trials: inout Trials, _ context: ExperimentContext,
    _ generator: inout Generator
  ) throws {
    let proven = outcome.isProven.nonzeroIndices().flattened()
    let count = min(context.isFull ? 50 : 5, proven.count)
    guard count > 0 else { return }
    let (places, labels) = (proven[0..<count], Tensor(try data.requiredLabels()))
    let attacked = try ProjectedGradientAttack(steps: context.isFull ? 100 : 5)(
      outcome.network, on: data.inputs.gathering(places), labels: labels.gathering(places),
      within: L2Ball(radius: Float(Self.radius)), using: &generator)
    for isFooled in attacked.fooled { trials.note(isViolation: isFooled) }
  }

  /// Compares a random block with its folded kernel and with its explicit matrix.
  private func tryBlock(
    images count: Int, _ folded: inout Trials, _ constant: inout Trials,
    _ quotients: inout Trials, _ generator: inout Generator
  ) throws {
    let (channels, size) = (4, 7)
    let geometry = ConvolutionGeometry(stride: [1, 1], padding: [1, 1], dilation: [1, 1])
    let kernel = Tensor.normal([channels, channels, 3, 3], using: &generator) * 0.1
    let whole = LinearResidualBlock.folded(kernel, scale: 0.5)
    let images = Tensor.normal([count, channels, size, size], using: &generator)
    let block = images + images.convolved(weight: kernel, bias: nil, geometry) * 0.5
    let own = images.convolved(weight: whole, bias: nil, geometry)
    folded.note(error: (block - own).magnitude().max().item())

    let wide = whole.cast(to: .float64)
    func map(_ x: Tensor) -> Tensor { x.convolved(weight: wide, bias: nil, geometry) }
    let found = PowerIteration(steps: 200).estimate(
      map, from: .normal([1, channels, size, size], dtype: .float64, using: &generator))
    let features = channels * size * size
    let basis = Tensor.identity(features, dtype: .float64)
      .reshaped(to: [features, channels, size, size])
    let norm = try map(basis).reshaped(to: [features, features])
      .singularValueDecomposition().values[0].item()
    constant.note(error: abs(found / norm - 1))
    let moves = images.cast(to: .float64)
    quotients.note(
      violations: map(moves).norm(axes: [1, 2, 3]) / moves.norm(axes: [1, 2, 3]) .> found)
  }
}
