import Tensors

/// Noise on gradients from a normal distribution with mean 0 and a known covariance.
package struct GradientNoise: Sendable {
  /// `[dimension, dimension]` of `float64`.
  package let covariance: Tensor
  private let factor: Tensor

  /// - Parameter covariance: symmetric and positive definite.
  /// - Throws: `BackendError` if it is not.
  package init(covariance: Tensor) throws {
    (self.covariance, factor) = (covariance, try covariance.cholesky())
  }

  /// Noise of covariance `deviation² · I`.
  ///
  /// - Precondition: `deviation` is positive.
  package init(deviation: Double, dimension: Int) {
    precondition(deviation > 0, "a deviation of \(deviation)")
    factor = Tensor.identity(dimension, dtype: .float64) * deviation
    covariance = factor * deviation
  }

  /// The mean of the squared length: the covariance's trace.
  package var variance: Double { covariance.diagonal().sum().item() }

  /// Returns `count` draws.
  ///
  /// - Shape: `[count, dimension]` of `float64`.
  package func draw(_ count: Int, using generator: inout Generator) -> Tensor {
    Tensor.normal([count, covariance.size(0)], dtype: .float64, using: &generator)
      .matmul(factor.transposed())
  }
}
