import Models
import Tensors

/// The mean slope of a class's score over noisy copies of an input.
///
/// - Complexity: `samples` gradient queries an example.
/// - Source: "SmoothGrad: removing noise by adding noise" (2017), section 3.
public struct SmoothGrad: Sendable, Hashable {
  public var samples: Int
  /// The standard deviation of the noise as a share of the range of the input's values.
  public var relativeNoise: Float

  public init(samples: Int = 50, relativeNoise: Float = 0.15) {
    precondition(
      samples > 0 && relativeNoise >= 0, "samples are positive and noise is not negative")
    (self.samples, self.relativeNoise) = (samples, relativeNoise)
  }

  /// Returns a map for each row, in the shape of `inputs`.
  ///
  /// - Shape: `inputs` `[batch] + features`, `labels` `[batch]` of `int64`: the classes to explain.
  public func callAsFunction(
    _ model: some GradientOracle, at inputs: Tensor, labels: Tensor,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let rows = inputs.flattenedRows()
    let width = rows.max(axes: [1]) - rows.min(axes: [1])
    let scale = (width * relativeNoise).reshaped(
      to: [inputs.size(0)] + Shape(repeating: 1, count: inputs.rank - 1))
    var sum = inputs.zerosLike()
    for _ in 0..<samples {
      let noisy = inputs + Tensor.normal(inputs.shape, using: &generator) * scale
      sum += try model.scoreGradient(at: noisy, labels: labels)
    }
    return sum / samples
  }
}
