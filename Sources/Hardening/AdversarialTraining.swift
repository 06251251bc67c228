import Methods
import Models
import Networks
import Tensors
import Training

/// Trains on the worst inputs of a perturbation set around the examples, which projected gradient
/// ascent of the cross-entropy looks for from a random start.
///
/// - Complexity: `steps + 1` evaluations and gradients a step.
/// - Source: "Towards Deep Learning Models Resistant to Adversarial Attacks" (2017), section 2.
public struct AdversarialTraining: HardeningMethod {
  /// How many steps the ascent takes.
  public var steps: Int
  /// The length of one step of it as a share of the set's size.
  public var relativeStep: Double
  public var recipe: TrainingRecipe

  public init(
    steps: Int, relativeStep: Double = 0.25, recipe: TrainingRecipe = TrainingRecipe()
  ) {
    precondition(steps > 0 && relativeStep > 0, "\(steps) steps of \(relativeStep)")
    (self.steps, self.relativeStep, self.recipe) = (steps, relativeStep, recipe)
  }

  public init() { self.init(steps: 10) }

  public static let description = MethodDescription<Self>(
    "pgd", "Adversarial training: cross-entropy at adversarial examples of PGD.",
    family: "adversarial training",
    origin: .yardstick(
      "Towards Deep Learning Models Resistant to Adversarial Attacks (2017)"),
    settings: InnerMaximization.settings(steps: \.steps, relativeStep: \.relativeStep))

  public static let needs: Set<HardeningNeed> = [.perturbations]

  public func batchLoss(
    of network: Network, on batch: HardeningBatch, state: inout Void,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let search = InnerMaximization(steps: steps, relativeStep: relativeStep)
    let loss = ClassificationLoss.crossEntropy
    let worst = try search.scores(of: network, around: batch, using: &generator) {
      loss.perExample($0, labels: batch.labels)
    }
    return loss.mean(worst, labels: batch.labels)
  }
}
