import Methods
import Models
import Tensors

/// Repeated steps along the sign of the gradient of the cross-entropy from the input, all of one
/// length, each followed by a projection onto the perturbation set.
///
/// An example leaves the batch once it is misclassified.
///
/// - Complexity: at most `steps + 1` gradient queries an example, and one decision query to judge.
/// - Source: "Adversarial examples in the physical world" (2016), section 2.2 (BIM, I-FGSM);
///   there steps are one gray level, as many as the radius asks for.
public struct BasicIterativeMethod: GradientAttack, Hashable {
  public var steps: Int
  /// The length of a step as a fraction of the set's size.
  public var relativeStep: Float
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(steps: Int, relativeStep: Float = 0.2, batchSize: Int = 128) {
    precondition(
      steps > 0 && batchSize > 0 && relativeStep > 0,
      "steps, relativeStep and batchSize are positive")
    (self.steps, self.relativeStep, self.batchSize) = (steps, relativeStep, batchSize)
  }

  public init() { self.init(steps: 10) }

  public static let description = MethodDescription<Self>(
    "bim", "Repeated steps along the sign of the gradient, from the input.", family: "gradient",
    origin: .yardstick("Adversarial examples in the physical world (2016)"),
    settings: [
      .integer("steps", \.steps, 1...100_000, "How many steps to take."),
      .number(
        "relative-step", \.relativeStep, .above(0, atMost: 1000),
        "The length of a step as a fraction of the radius."),
    ])

  public func candidates(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    try ProjectedGradientAttack(
      steps: steps, relativeStep: relativeStep, finalStepShare: 1, momentum: 0,
      loss: .crossEntropy, startsRandomly: false
    ).candidates(model, from: inputs, labels: labels, within: set, using: &generator)
  }
}
