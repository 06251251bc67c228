import Tensors

/// Linear regression with normal features and noise, whose risks have closed forms.
///
/// `y = wᵀx + ε`, with `x` from `N(0, Σ)` and `ε` from `N(0, σ²)`.
package struct GaussianRegression: Sendable {
  /// `w`, `[dimension]` of `float64`.
  package let weights: Tensor
  /// `Σ`, `[dimension, dimension]`.
  package let covariance: Tensor
  /// `σ`.
  package let noise: Double
  private let factor: Tensor

  /// - Throws: `BackendError` if the covariance is not positive definite.
  package init(weights: Tensor, covariance: Tensor, noise: Double) throws {
    precondition(noise >= 0, "a deviation of \(noise)")
    (self.weights, self.covariance) = (weights.cast(to: .float64), covariance.cast(to: .float64))
    self.noise = noise
    factor = try self.covariance.cholesky()
  }

  /// Independent features of variance 1, and weights of length 1 in a random direction.
  package init(dimension: Int, noise: Double, using generator: inout Generator) {
    precondition(noise >= 0 && dimension > 0, "\(dimension) features, a deviation of \(noise)")
    let direction = Tensor.normal([dimension], dtype: .float64, using: &generator)
    weights = direction / direction.norm()
    covariance = .identity(dimension, dtype: .float64)
    (factor, self.noise) = (covariance, noise)
  }

  /// Draws examples.
  ///
  /// - Shape: features `[count, dimension]`, targets `[count]`, of `float64`.
  package func draw(
    _ count: Int, using generator: inout Generator
  ) -> (features: Tensor, targets: Tensor) {
    let features = Tensor.normal([count, weights.count], dtype: .float64, using: &generator)
      .matmul(factor.transposed())
    let errors = Tensor.normal([count], dtype: .float64, using: &generator) * noise
    return (features, features.matmul(weights) + errors)
  }

  /// The expected squared error of a weight vector `v` on a new example:
  /// `(v - w)ᵀ Σ (v - w) + σ²`.
  package func risk(of candidate: Tensor) -> Double { excessRisk(of: candidate) + noise * noise }

  /// The risk above the least, `(v - w)ᵀ Σ (v - w)`.
  package func excessRisk(of candidate: Tensor) -> Double {
    let difference = candidate.cast(to: .float64) - weights
    return difference.dot(covariance.matmul(difference)).item()
  }

  /// The expected squared error of `v` if an adversary may move each `x` by `radius` in the
  /// Euclidean norm: with `s² ` the risk of `v`, `s² + 2 radius ‖v‖ s √(2 / π) + radius² ‖v‖²`.
  ///
  /// The residual is normal with deviation `s`, and the adversary adds `radius ‖v‖` to its size.
  package func adversarialRisk(of candidate: Tensor, radius: Double) -> Double {
    let risk = risk(of: candidate)
    let reach = radius * candidate.cast(to: .float64).norm().item()
    return risk + 2 * reach * (risk * 2 / .pi).squareRoot() + reach * reach
  }
}
