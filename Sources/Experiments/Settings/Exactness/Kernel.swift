import Tensors

/// A positive semidefinite function of two points.
package enum Kernel: Sendable, Hashable {
  /// `xᵀy`.
  case linear
  /// `(xᵀy + 1)^degree`.
  case polynomial(degree: Int)
  /// `exp(-‖x - y‖² / 2 width²)`.
  case gaussian(width: Double)
  /// `exp(-‖x - y‖₁ / width)`.
  case laplace(width: Double)

  /// The kernel of each row of `left` with each row of `right`.
  ///
  /// - Shape: `[m, features]` and `[n, features]` give `[m, n]`, of `float64`.
  package func callAsFunction(_ left: Tensor, _ right: Tensor) -> Tensor {
    let (left, right) = (left.cast(to: .float64), right.cast(to: .float64))
    let differences = { left.expandedDimension(at: 1) - right.expandedDimension(at: 0) }
    return switch self {
    case .linear: left.matmul(right.transposed())
    case .polynomial(let degree): (left.matmul(right.transposed()) + 1).power(degree)
    case .gaussian(let width):
      (differences().square().sum(axes: [2]) / (-2 * width * width)).exp()
    case .laplace(let width): (differences().magnitude().sum(axes: [2]) / -width).exp()
    }
  }
}
