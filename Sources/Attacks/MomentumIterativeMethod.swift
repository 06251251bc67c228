import Methods
import Models
import Tensors

/// Repeated steps along the sign of a running sum of gradients, each of which is divided by its mean
/// magnitude; what it finds fools other models more often than single gradients do.
///
/// An example leaves the batch once it is misclassified.
///
/// - Complexity: at most `steps + 1` gradient queries an example, and one decision query to judge.
/// - Source: "Boosting Adversarial Attacks with Momentum" (2018), algorithm 1 (MI-FGSM); steps are the
///   radius divided by their number.
public struct MomentumIterativeMethod: GradientAttack, Hashable {
  public var steps: Int
  /// How much of the direction so far is kept at each step.
  public var momentum: Float
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(steps: Int, momentum: Float = 1, batchSize: Int = 128) {
    precondition(
      steps > 0 && batchSize > 0 && momentum >= 0,
      "steps and batchSize are positive, momentum is not negative")
    (self.steps, self.momentum, self.batchSize) = (steps, momentum, batchSize)
  }

  public init() { self.init(steps: 10) }

  public static let description = MethodDescription<Self>(
    "mi-fgsm", "Repeated steps along the sign of a running sum of gradients.", family: "gradient",
    origin: .yardstick("Boosting Adversarial Attacks with Momentum (2018)"),
    settings: [
      .integer("steps", \.steps, 1...100_000, "How many steps to take."),
      .number("momentum", \.momentum, .within(0...10), "How much of the direction so far is kept."),
    ])

  public func candidates(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    try ProjectedGradientAttack(
      steps: steps, relativeStep: 1 / Float(steps), finalStepShare: 1, momentum: momentum,
      loss: .crossEntropy, startsRandomly: false
    ).candidates(model, from: inputs, labels: labels, within: set, using: &generator)
  }
}
