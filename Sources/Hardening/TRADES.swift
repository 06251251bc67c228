import Methods
import Models
import Networks
import Tensors
import Training

/// Trades accuracy for robustness: cross-entropy at the example, plus a weight times the largest
/// divergence of the probabilities at the example from those near it.
///
/// The ascent starts at a random point of the set, where the authors' code starts a thousandth of a
/// normal number away from the example.
///
/// - Complexity: `steps + 2` evaluations and gradients a step.
/// - Source: "Theoretically Principled Trade-off between Robustness and Accuracy" (2019), section
///   3.3. Batch normalization uses the batch's statistics in the ascent too.
public struct TRADES: HardeningMethod {
  /// How much robustness weighs; the paper's `1/λ`.
  public var beta: Double
  /// How many steps the ascent takes.
  public var steps: Int
  /// The length of one step of it as a share of the set's size.
  public var relativeStep: Double
  public var recipe: TrainingRecipe

  public init(
    beta: Double, steps: Int = 10, relativeStep: Double = 0.25,
    recipe: TrainingRecipe = TrainingRecipe()
  ) {
    precondition(
      beta >= 0 && steps > 0 && relativeStep > 0, "beta \(beta), \(steps) steps of \(relativeStep)")
    (self.beta, self.steps) = (beta, steps)
    (self.relativeStep, self.recipe) = (relativeStep, recipe)
  }

  public init() { self.init(beta: 6) }

  public static let description = MethodDescription<Self>(
    "trades", "Cross-entropy plus the worst divergence from the prediction at the example.",
    family: "adversarial training",
    origin: .yardstick(
      "Theoretically Principled Trade-off between Robustness and Accuracy (2019)"),
    settings: [
      .number("beta", \.beta, .atLeast(0), "How much robustness weighs against accuracy.")
    ] + InnerMaximization.settings(steps: \.steps, relativeStep: \.relativeStep))

  public static let needs: Set<HardeningNeed> = [.perturbations]

  public func batchLoss(
    of network: Network, on batch: HardeningBatch, state: inout Void,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let search = InnerMaximization(steps: steps, relativeStep: relativeStep)
    let logits = try network.output(of: batch.inputs, mode: .training)
    let fixed = logits.detached()
    let near = try search.scores(of: network, around: batch, using: &generator) {
      Self.divergence(of: $0, from: fixed)
    }
    let clean = ClassificationLoss.crossEntropy.perExample(logits, labels: batch.labels)
    return (clean + Self.divergence(of: near, from: logits) * beta).mean()
  }

  /// The Kullback–Leibler divergence of each row's probabilities near the example from those at it.
  static func divergence(of near: Tensor, from logits: Tensor) -> Tensor {
    let (here, there) = (logits.logSoftmax(axis: 1), near.logSoftmax(axis: 1))
    return (here.exp() * (here - there)).sum(axes: [1])
  }
}
