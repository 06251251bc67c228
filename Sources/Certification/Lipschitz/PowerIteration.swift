import Tensors

/// Estimates the largest singular value of a linear map from below.
///
/// - Soundness: none. The estimate is the length of the image of one unit vector, and never more
///   than the norm: it guides training, and is no certificate.
/// - Source: "Matrix Computations" (2013), section 8.2, applied to `AᵀA`.
public struct PowerIteration: Sendable, Hashable {
  public var steps: Int

  public init(steps: Int = 10) {
    precondition(steps > 0, "power iteration takes at least one step")
    self.steps = steps
  }

  /// Returns the unit vector that the map stretches most, as far as `steps` rounds find it.
  ///
  /// - Shape: as `start`, which is not zero.
  /// - Complexity: `steps` times the map and its transpose.
  public func direction(of map: (Tensor) -> Tensor, from start: Tensor) -> Tensor {
    var vector = start.detached()
    for _ in 0..<steps {
      let image = map(vector).detached()
      let pulled = vectorJacobianProduct(of: map, at: vector, with: image).product.detached()
      vector = pulled / pulled.norm().clamped(from: 1e-30)
    }
    return vector
  }

  /// Returns the estimate for a matrix.
  ///
  /// - Shape: `[rows, columns]`.
  public func estimate(
    _ matrix: Tensor, using generator: inout some RandomNumberGenerator
  ) -> Double {
    estimate(
      { matrix.matmul($0) },
      from: .normal([matrix.size(1)], dtype: matrix.dtype, using: &generator))
  }

  /// Returns the estimate for any linear map.
  public func estimate(_ map: (Tensor) -> Tensor, from start: Tensor) -> Double {
    map(direction(of: map, from: start)).norm().item()
  }
}
