import Methods
import Models
import Tensors

/// The mean gradient of a class's score over noisy copies of an input.
///
/// - Complexity: `samples` gradient queries an example.
/// - Source: "SmoothGrad: removing noise by adding noise" (2017), section 3.
public struct SmoothGrad: Attribution, Hashable {
  public var samples: Int
  /// The standard deviation of the noise as a share of the range of the input's values.
  public var relativeNoise: Float

  public init(samples: Int, relativeNoise: Float = 0.15) {
    precondition(
      samples > 0 && relativeNoise >= 0, "samples are positive and noise is not negative")
    (self.samples, self.relativeNoise) = (samples, relativeNoise)
  }

  public init() { self.init(samples: 50) }

  public static let description = MethodDescription<Self>(
    "smoothgrad", "The mean gradient over noisy copies of the input.", family: "gradient",
    origin: .paper("smoothgrad"),
    settings: [
      .integer("samples", \.samples, 1...1_000_000, "How many noisy copies to average over."),
      .number(
        "relative-noise", \.relativeNoise, .atLeast(0),
        "The standard deviation of the noise as a share of the range of the input's values."),
    ])

  public func maps(
    _ model: some GradientOracle, at inputs: Tensor, labels: Tensor,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let rows = inputs.flattenedRows()
    let width = rows.max(axes: [1]) - rows.min(axes: [1])
    let scale = (width * relativeNoise).reshaped(
      to: [inputs.size(0)] + Shape(repeating: 1, count: inputs.rank - 1))
    var sum = inputs.zerosLike()
    for _ in 0..<samples {
      try Task.checkCancellation()
      let noisy = inputs + Tensor.normal(inputs.shape, using: &generator) * scale
      sum += try model.scoreGradient(at: noisy, labels: labels)
    }
    return sum / samples
  }
}
