import Tensors

/// Regularized logistic regression, `fᵢ(x) = log(1 + exp(-bᵢ aᵢᵀ x)) + ½ λ ‖x‖²` with `bᵢ` 1 or -1.
///
/// The optimum comes from damped Newton steps down to a gradient of norm at most 1e-12, so that it
/// is off by at most `1e-12 / λ`, which is 1e-10 for the default, and its value by less than
/// rounding.
package struct LogisticSum: FiniteSum {
  /// The rows `aᵢ`, `[count, dimension]`.
  package let features: Tensor
  /// The signs `bᵢ`, `[count]`.
  package let signs: Tensor
  /// `λ`.
  package let regularization: Double
  package let minimizer: Tensor
  /// The largest eigenvalue of `AᵀA / 4n + λ I`: a logistic function's slope is at most ¼.
  package let smoothness: Double
  package let componentSmoothness: Double

  /// The problem of given examples.
  ///
  /// - Parameter labels: 0 or 1.
  /// - Precondition: `regularization` is 1e-6 or more; below, rounding hides the optimum.
  /// - Throws: `BackendError` if numbers are not finite.
  package init(features: Tensor, labels: [Int], regularization: Double) throws {
    precondition(regularization >= 1e-6, "a regularization of \(regularization)")
    let features = features.cast(to: .float64)
    let signs = Tensor(labels.map { $0 == 1 ? 1.0 : -1.0 })
    (self.features, self.signs, self.regularization) = (features, signs, regularization)
    let gram = features.transposed().matmul(features) / features.size(0)
    smoothness =
      try gram.symmetricEigen().values.max().item() / 4 + regularization
    componentSmoothness = features.square().sum(axes: [1]).max().item() / 4 + regularization
    minimizer = try Newton(features: features, signs: signs, regularization: regularization)
      .minimizer()
  }

  /// Features as in `LeastSquaresSum`, and labels drawn from a random logistic model.
  ///
  /// - Throws: `BackendError`, as above.
  package init(
    count: Int, dimension: Int, condition: Double = 10, regularization: Double = 1e-2,
    using generator: inout Generator
  ) throws {
    let features = Tensor.scaledNormal([count, dimension], condition: condition, using: &generator)
    let truth = Tensor.normal([dimension], dtype: .float64, using: &generator) * 2
    let labels = features.matmul(truth).sigmoid().bernoulli(using: &generator)
    try self.init(features: features, labels: labels.integers, regularization: regularization)
  }

  package var count: Int { features.size(0) }
  package var dimension: Int { features.size(1) }
  package var strongConvexity: Double { regularization }

  package func values(at point: Tensor) -> Tensor {
    (features.matmul(point) * signs).logSigmoid().negated()
      + point.square().sum() * (regularization / 2)
  }

  package func gradients(at point: Tensor, of indices: Tensor) -> Tensor {
    let (rows, signs) = (features.gathering(indices), signs.gathering(indices))
    let slopes = (rows.matmul(point) * signs).negated().sigmoid() * signs
    return point * regularization - rows * slopes.expandedDimension(at: 1)
  }
}

/// Newton's method for the mean of a `LogisticSum`'s functions.
private struct Newton {
  let features: Tensor
  let signs: Tensor
  let regularization: Double

  func minimizer() throws -> Tensor {
    var point = Tensor.zeros([features.size(1)], dtype: .float64)
    for _ in 0..<100 {
      let (slope, hessian) = derivatives(at: point)
      if slope.norm().item() <= 1e-12 { return point }
      let step = try hessian.solving(slope)
      // Full steps may overshoot far from the optimum, where the decrement is large.
      let decrement = slope.dot(step).item().squareRoot()
      point = point - step * (decrement > 0.25 ? 1 / (1 + decrement) : 1)
    }
    preconditionFailure("a strongly convex function of which Newton's method finds no minimum")
  }

  private func derivatives(at point: Tensor) -> (gradient: Tensor, hessian: Tensor) {
    let wrong = (features.matmul(point) * signs).negated().sigmoid()
    let gradient =
      point * regularization - features.transposed().matmul(wrong * signs) / features.size(0)
    let curvature = (wrong * (1 - wrong)).expandedDimension(at: 1)
    let hessian =
      features.transposed().matmul(features * curvature) / features.size(0)
      + Tensor.identity(features.size(1), dtype: .float64) * regularization
    return (gradient, hessian)
  }
}
