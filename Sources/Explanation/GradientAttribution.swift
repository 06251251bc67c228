import Methods
import Models
import Tensors

/// The gradient of a class's score in each feature.
///
/// - Complexity: one gradient query an example.
/// - Source: "Deep Inside Convolutional Networks: Visualising Image Classification Models and
///   Saliency Maps" (2013), section 3; the sign is kept, where the paper shows magnitudes.
public struct GradientAttribution: Attribution, Hashable {
  public init() {}

  public static let description = MethodDescription<Self>(
    "gradient", "The gradient of the class's score.", family: "gradient",
    origin: .yardstick(
      "Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency "
        + "Maps (2013)"))

  public func maps(
    _ model: some GradientOracle, at inputs: Tensor, labels: Tensor,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    try model.scoreGradient(at: inputs, labels: labels)
  }
}
