import Methods
import Models
import Tensors

/// The gradient of a class's score in each feature, times the feature.
///
/// For a network that is linear around the input without offset, the map adds up to the score.
///
/// - Complexity: one gradient query an example.
/// - Source: "Not Just a Black Box: Learning Important Features Through Propagating Activation
///   Differences" (2016), section 1.
public struct GradientTimesInput: Attribution, Hashable {
  public init() {}

  public static let description = MethodDescription<Self>(
    "gradient-times-input", "The gradient of the class's score, times the input.",
    family: "gradient",
    origin: .yardstick(
      "Not Just a Black Box: Learning Important Features Through Propagating Activation "
        + "Differences (2016)"))

  public func maps(
    _ model: some GradientOracle, at inputs: Tensor, labels: Tensor,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    try model.scoreGradient(at: inputs, labels: labels) * inputs
  }
}
