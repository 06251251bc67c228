import Tensors

/// Ridge regression, `fᵢ(x) = ½ (aᵢᵀ x - bᵢ)² + ½ λ ‖x‖²`.
///
/// The optimum solves `(AᵀA / n + λ I) x = Aᵀb / n`; curvature is that matrix's eigenvalues.
package struct LeastSquaresSum: FiniteSum {
  /// The rows `aᵢ`, `[count, dimension]`.
  package let features: Tensor
  /// The numbers `bᵢ`, `[count]`.
  package let targets: Tensor
  /// `λ`.
  package let regularization: Double
  package let minimizer: Tensor
  package let strongConvexity: Double
  package let smoothness: Double
  package let componentSmoothness: Double

  /// The problem of given examples.
  ///
  /// - Throws: `BackendError` if `λ` is 0 and features depend on each other linearly.
  package init(features: Tensor, targets: Tensor, regularization: Double) throws {
    (self.features, self.targets) = (features.cast(to: .float64), targets.cast(to: .float64))
    self.regularization = regularization
    let (rows, count) = (self.features, features.size(0))
    let hessian =
      rows.transposed().matmul(rows) / count
      + Tensor.identity(rows.size(1), dtype: .float64) * regularization
    minimizer = try hessian.solving(rows.transposed().matmul(self.targets) / count)
    let spectrum = try hessian.symmetricEigen().values.elements(as: Double.self)
    (strongConvexity, smoothness) = (spectrum[0], spectrum[spectrum.count - 1])
    componentSmoothness = rows.square().sum(axes: [1]).max().item() + regularization
  }

  /// Features from the normal distribution with deviations from 1 down to `1 / √condition`, and
  /// targets of a random linear function with noise of deviation 0.1.
  ///
  /// - Throws: `BackendError`, as above.
  package init(
    count: Int, dimension: Int, condition: Double = 10, regularization: Double = 1e-2,
    using generator: inout Generator
  ) throws {
    let features = Tensor.scaledNormal([count, dimension], condition: condition, using: &generator)
    let truth = Tensor.normal([dimension], dtype: .float64, using: &generator)
    let noise = Tensor.normal([count], dtype: .float64, using: &generator) * 0.1
    try self.init(
      features: features, targets: features.matmul(truth) + noise, regularization: regularization)
  }

  package var count: Int { features.size(0) }
  package var dimension: Int { features.size(1) }

  package func values(at point: Tensor) -> Tensor {
    (features.matmul(point) - targets).square() / 2
      + point.square().sum() * (regularization / 2)
  }

  package func gradients(at point: Tensor, of indices: Tensor) -> Tensor {
    let rows = features.gathering(indices)
    let residuals = rows.matmul(point) - targets.gathering(indices)
    return rows * residuals.expandedDimension(at: 1) + point * regularization
  }
}

extension Tensor {
  /// Numbers from the normal distribution, whose deviation falls from 1 in the first column to
  /// `1 / √condition` in the last by equal factors.
  static func scaledNormal(
    _ shape: Shape, condition: Double, using generator: inout Generator
  ) -> Tensor {
    let exponents = evenlySpaced(-0.5...0, count: shape[1], dtype: .float64).reversed(axes: [0])
    return normal(shape, dtype: .float64, using: &generator)
      * Tensor(scalar: condition).power(exponents)
  }
}
