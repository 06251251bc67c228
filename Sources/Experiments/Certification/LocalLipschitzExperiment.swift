import Certification
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests local Lipschitz constants by bound propagation, on small networks against the steepest of
/// all their linear pieces, and on a digit classifier against the product of its layers.
///
/// - Source: "Efficiently Computing Local Lipschitz Constants of Neural Networks via Bound
///   Propagation" (2022), sections 3 and 4. Left out: its convolutional and larger networks. Of twenty small
///   networks a seed, every fifth is bounded with branching.
struct LocalLipschitzExperiment: Experiment {
  static let paper: PaperID = "local-lipschitz-bp"
  static let methods = ["Network.localLipschitzBound(over:around:of:norm:branching:)"]

  var claims: [Claim] {
    [
      .identity(
        "sound", "With and without branching, the bound is never below the exact constant.", .always
      ),
      .identity(
        "tight", "Without branching the bound is at most 1.3 times the exact constant.",
        .atMost(1.3)),
      .identity(
        "branching",
        "With 1,000 splits the bound is the exact constant, to one part in a thousand.",
        .atMost(1.001)),
      .identity(
        "product",
        "On digits, the bound of every score is at most the product of the layers' constants.",
        .always),
      .identity("gradients", "On digits, no sampled gradient norm exceeds the bound.", .always),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    var (sound, tight, branching) = (Trials(), Trials(), Trials())
    for number in 0..<(context.isFull ? 20 : 2) {
      try context.checkCancellation()
      let network = try DigitSetting.perceptron(
        [16, 16], outputs: 1, input: [2], seed: generator.next())
      let center = Tensor.uniform([1, 2], in: -1...1, using: &generator)
      let ball = try LinfBall(radius: 0.2, domain: -9...9)
      let exact = LinearPieces(of: network, over: ball.box(around: center)).steepest
      let whole = try network.localLipschitzBound(over: ball, around: center).values.item()
      sound.note(isViolation: !(exact <= whole * (1 + 1e-9)))
      tight.note(error: whole / exact)
      guard number % 5 == 0 else { continue }
      let parts = try network.localLipschitzBound(
        over: ball, around: center, branching: context.isFull ? 1000 : 20
      ).values.item()
      sound.note(isViolation: !(exact <= parts * (1 + 1e-9)))
      branching.note(error: parts / exact)
    }
    context.report(0.7)
    let digits = try digits(context, &generator)
    return [
      sound.measurement("sound", context),
      tight.measurement("tight", context, unit: "times the exact constant"),
      branching.measurement("branching", context, unit: "times the exact constant"),
      digits.product.measurement("product", context),
      digits.gradients.measurement("gradients", context),
    ]
  }

  /// Bounds of all scores of a classifier with two layers of 32, around test images.
  private func digits(
    _ context: ExperimentContext, _ generator: inout Generator
  ) throws -> (product: Trials, gradients: Trials) {
    let digits = try DigitSetting(context, test: 100, using: &generator)
    let recipe = TrainingRecipe(epochs: context.isFull ? 5 : 1, seed: context.seed)
    let network = try Trainer(recipe).train(
      digits.perceptron([32, 32], seed: context.seed), on: digits.training)
    let ball = try LinfBall(radius: 0.02)
    let most = try network.lipschitzBound(norm: .linf).value
    var (product, gradients) = (Trials(), Trials())
    for image in 0..<(context.isFull ? digits.test.count : 2) {
      try context.checkCancellation()
      let center = digits.test.inputs[image..<image + 1]
      let bound = try network.localLipschitzBound(over: ball, around: center).values
      product.note(violations: bound .> most * (1 + 1e-9))
      let points = ball.randomPoint(
        around: center.repeatingElements(20, axis: 0), using: &generator)
      for score in 0..<10 {
        let slopes = try Tensors.gradient(at: points) {
          try network.output(of: $0).selecting(score, axis: 1).sum()
        }
        let norms = slopes.magnitude().cast(to: .float64).sum(axes: [1, 2, 3])
        gradients.note(violations: norms .> bound[0][score].item() * (1 + 1e-5))
      }
    }
    return (product, gradients)
  }
}
