import Methods
import Models
import Tensors

/// One step from the input along the sign of the gradient of the cross-entropy, as long as the set
/// is wide.
///
/// For sets other than an L∞ ball the step is the set's steepest one.
///
/// - Complexity: one gradient query an example, and one decision query to judge.
/// - Source: "Explaining and Harnessing Adversarial Examples" (2014), section 4 (FGSM).
public struct FastGradientSign: GradientAttack, Hashable {
  /// The number of examples attacked at a time.
  public var batchSize = 128

  public init() {}

  public static let description = MethodDescription<Self>(
    "fgsm", "One step along the sign of the gradient.", family: "gradient",
    origin: .yardstick("Explaining and Harnessing Adversarial Examples (2014)"))

  public func candidates(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let gradient = try model.logitsAndGradient(at: inputs) {
      ClassificationLoss.crossEntropy.perExample($0, labels: labels).sum()
    }.gradient
    return set.projection(of: inputs + set.steepestStep(along: gradient.finite()), around: inputs)
  }
}
