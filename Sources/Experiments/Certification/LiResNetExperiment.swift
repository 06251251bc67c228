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
///   5. Training sees 4000 digits, and networks of four blocks with 12 channels, for 10 epochs; the
///   paper's have up to 12 blocks with 512 channels.
struct LiResNetExperiment: Experiment {
  static let paper: PaperID = "liresnet-emma"
  static let methods = [
    "LiResNet", "LinearResidualBlock", "LipschitzMarginTraining", "CertifiedMarginLoss",
    "MarginCertificate", "PowerIteration",
  ]

  var seeds: [UInt64] { [0, 1, 2] }

  var claims: [Claim] {
    [
      Claim(
        "folded", "A convolution plus its input is one convolution, up to 0.00001.", .atMost(1e-5)),
      Claim(
        "constant",
        "Power iteration finds the largest singular value of a block to within 1%.",
        .atMost(0.01)),
      Claim(
        "quotients",
        "No pair of sampled images exceeds the Lipschitz constant that is found.",
        .always),
      Claim(
        "digits",
        "A network of four blocks of 12 channels, trained on 4000 digits, has a certified "
          + "accuracy of 93% on digits at L2 radius 0.3.", .atLeast(0.93)),
      Claim(
        "loss",
        "Trained by raising every score by its own reach, its certified accuracy is at least "
          + "that of training with one more class for the best, after as many epochs.",
        .greater(by: 0)),
      Claim("order", "No attack changes a certified prediction.", .always),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let digits = try DigitSetting(
      context, drawing: context.isFull ? 4000 : 100, using: &generator)
    let test = digits.test
    let blocks = try blocks(
      context.isFull ? 10 : 2, pairs: context.isFull ? 10_000 : 100, using: &generator)
    let raised = try trained(.emma(radius: Self.radius), on: digits.training, context)
    context.report(0.45)
    let globally = try trained(.globallyRobust(radius: Self.radius), on: digits.training, context)
    context.report(0.9)

    let labels = Tensor(try test.requiredLabels())
    func proven(_ network: Network) throws -> Tensor {
      try MarginCertificate().radii(network, test.inputs, labels: labels) .> Double(Self.radius)
    }
    let own = try proven(raised)
    let attacked = min(context.isFull ? 200 : 10, own.sum().integers[0])
    let places = own.nonzeroIndices().flattened()[0..<attacked]
    let turned = try turned(
      raised, test.inputs.gathering(places), labels.gathering(places), context.isFull, &generator)
    func share(_ isTrue: Tensor) -> Double { isTrue.cast(to: .float64).mean().item() }
    func accuracy(_ network: Network) throws -> Double {
      Predictions(logits: try network.logits(of: test.inputs), labels: labels).accuracy.value
    }
    let seed = context.seed
    return [
      Measurement("folded", seed: seed, value: blocks.difference, unit: "largest difference"),
      Measurement("constant", seed: seed, value: blocks.error, unit: "relative error"),
      Measurement("quotients", seed: seed, value: Double(blocks.above), unit: "violations"),
      Measurement(
        "digits", seed: seed, value: share(own), unit: "share",
        details: ["clean accuracy": try accuracy(raised)]),
      Measurement(
        "loss", seed: seed, baseline: share(try proven(globally)), value: share(own),
        unit: "share", details: ["clean accuracy of the baseline": try accuracy(globally)]),
      Measurement("order", seed: seed, value: Double(turned), unit: "violations"),
    ]
  }

  /// In units of the images' gray levels, from 0 to 1.
  private static let radius = 0.3

  private func trained(
    _ loss: CertifiedMarginLoss, on data: Dataset, _ context: ExperimentContext
  ) throws -> Network {
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 10 : 1, batchSize: 64, optimizer: .adamW(weightDecay: 0),
      learningRate: 3e-3, gradientNormLimit: 8, seed: context.seed)
    let start = try LiResNet(depth: 4, width: 12)
      .parametrization(input: data.featureShape, classes: 10, seed: context.seed)
    return try LipschitzMarginTraining(recipe, loss: loss).train(start, on: data).network
  }

  private func turned(
    _ network: Network, _ inputs: Tensor, _ labels: Tensor, _ isFull: Bool,
    _ generator: inout Generator
  ) throws -> Int {
    guard inputs.size(0) > 0 else { return 0 }
    let outcome = try ProjectedGradientAttack(steps: isFull ? 100 : 5)(
      network, on: inputs, labels: labels, within: L2Ball(radius: Float(Self.radius)),
      using: &generator)
    return outcome.fooled.count { $0 }
  }

  /// Compares random blocks with their folded kernels and with their explicit matrices.
  private func blocks(
    _ count: Int, pairs: Int, using generator: inout Generator
  ) throws -> (difference: Double, error: Double, above: Int) {
    var (difference, error, above) = (0.0, 0.0, 0)
    let (channels, size) = (4, 7)
    let geometry = ConvolutionGeometry(stride: [1, 1], padding: [1, 1], dilation: [1, 1])
    for _ in 0..<count {
      let kernel = Tensor.normal([channels, channels, 3, 3], using: &generator) * 0.1
      let folded = LinearResidualBlock.folded(kernel, scale: 0.5)
      let images = Tensor.normal([pairs / 10, channels, size, size], using: &generator)
      let block = images + images.convolved(weight: kernel, bias: nil, geometry) * 0.5
      let own = images.convolved(weight: folded, bias: nil, geometry)
      difference = max(difference, (block - own).magnitude().max().item())

      let features = channels * size * size
      let wide = folded.cast(to: .float64)
      func map(_ x: Tensor) -> Tensor { x.convolved(weight: wide, bias: nil, geometry) }
      let constant = PowerIteration(steps: 200).estimate(
        map, from: .normal([1, channels, size, size], dtype: .float64, using: &generator))
      let basis = Tensor.identity(features, dtype: .float64)
        .reshaped(to: [features, channels, size, size])
      let norm = try map(basis).reshaped(to: [features, features])
        .singularValueDecomposition().values[0].item()
      error = max(error, abs(constant / norm - 1))
      let moves = images.cast(to: .float64)
      let quotients = map(moves).norm(axes: [1, 2, 3]) / moves.norm(axes: [1, 2, 3])
      above += (quotients .> constant).sum().integers[0]
    }
    return (difference, error, above)
  }
}
