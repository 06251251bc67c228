import Foundation
import Tensors

/// A convex quadratic `f(x) = ½ (x - m)ᵀ H (x - m)` of known curvature, whose minimum is 0 at `m`.
///
/// - Shape: points and gradients `[dimension]` of `float64`.
package struct Quadratic: Sendable {
  /// The matrix `H`, symmetric and positive definite: `[dimension, dimension]` of `float64`.
  package let hessian: Tensor
  /// The minimizer `m`.
  package let minimizer: Tensor
  /// The smallest eigenvalue of `H`.
  package let strongConvexity: Double
  /// The largest eigenvalue of `H`.
  package let smoothness: Double

  /// The least value.
  package var minimum: Double { 0 }

  /// How many coordinates there are.
  package var dimension: Int { minimizer.count }

  /// `smoothness / strongConvexity`.
  package var condition: Double { smoothness / strongConvexity }

  /// Draws directions at random, eigenvalues `condition^(i / (dimension - 1)) / condition` for `i`
  /// from 0 (from `1 / condition` to 1), and a minimizer from the normal distribution.
  ///
  /// - Precondition: `dimension` is 2 or more, `condition` 1 or more.
  package init(dimension: Int, condition: Double, using generator: inout Generator) {
    precondition(dimension > 1 && condition >= 1, "dimension \(dimension), condition \(condition)")
    let spectrum = (0..<dimension).map {
      pow(condition, Double($0) / Double(dimension - 1) - 1)
    }
    hessian = RandomMatrix.symmetric(spectrum: spectrum, using: &generator)
    minimizer = .normal([dimension], dtype: .float64, using: &generator)
    (strongConvexity, smoothness) = (1 / condition, 1)
  }

  /// `f(x)`.
  package func value(at point: Tensor) -> Double {
    let offset = point - minimizer
    return offset.dot(hessian.matmul(offset)).item() / 2
  }

  /// `H (x - m)`.
  package func gradient(at point: Tensor) -> Tensor { hessian.matmul(point - minimizer) }
}
