import Tensors

/// A linear structural causal model seen in several environments, which differ in the noise.
///
/// `x = Bx + shift + ε`, where row `j` of `B` holds the strengths of `j`'s causes, all of them
/// earlier variables, and `ε` is normal with a deviation for each variable and environment. So `x`
/// is normal with mean `(I - B)⁻¹ shift` and covariance `(I - B)⁻¹ D (I - B)⁻ᵀ`.
package struct CausalModel: Sendable {
  /// What one environment does to the noise.
  package struct Environment: Sendable {
    /// The deviation of each variable's noise, `[variables]` of `float64`.
    package let deviations: Tensor
    /// What is added to each variable, `[variables]` of `float64`.
    package let shifts: Tensor

    /// - Parameter shifts: none if left out.
    package init(deviations: [Double], shifts: [Double]? = nil) {
      self.deviations = Tensor(deviations)
      self.shifts = Tensor(shifts ?? deviations.map { _ in 0 })
    }
  }

  /// `B`, `[variables, variables]` of `float64`, zero on and above the diagonal.
  package let strengths: Tensor
  /// The variable to predict from all others.
  package let target: Int
  /// Where the model is seen.
  package let environments: [Environment]
  /// `(I - B)⁻¹`.
  private let total: Tensor

  /// - Precondition: `strengths` is zero on and above its diagonal, sizes agree, and the target is a
  ///   variable.
  package init(strengths: Tensor, target: Int, environments: [Environment]) {
    let strengths = strengths.cast(to: .float64)
    let variables = strengths.size(0)
    precondition(
      strengths.shape == [variables, variables] && (0..<variables).contains(target)
        && strengths.upperTriangle().magnitude().max().item() == 0
        && environments.allSatisfy {
          $0.deviations.shape == [variables] && $0.shifts.shape == [variables]
        }, "not a causal model: \(strengths), target \(target)")
    (self.strengths, self.target, self.environments) = (strengths, target, environments)
    guard let total = try? (Tensor.identity(variables, dtype: .float64) - strengths).inverse()
    else { preconditionFailure("a triangular matrix with ones on its diagonal has an inverse") }
    self.total = total
  }

  /// A chain of a cause, the target and an effect: `x₁ = ε₁`, `y = x₁ + ε₂`, `x₂ = y + ε₃`, with
  /// deviations `e`, `e` and 1 in the environment of each `e`. The best predictor in an environment
  /// leans on the effect, the more the larger `e`; the cause alone predicts alike in all.
  ///
  /// - Source: "Invariant Risk Minimization" (2019), section 2.1, example 1.
  package static func chain(_ deviations: [Double]) -> CausalModel {
    CausalModel(
      strengths: Tensor([0.0, 0, 0, 1, 0, 0, 0, 1, 0], shape: [3, 3]), target: 1,
      environments: deviations.map { Environment(deviations: [$0, $0, 1]) })
  }

  /// Draws examples of one environment.
  ///
  /// - Shape: features `[count, variables - 1]`, without the target and in order, and targets
  ///   `[count]`.
  package func draw(
    _ count: Int, in environment: Int, using generator: inout Generator
  ) -> (features: Tensor, targets: Tensor) {
    let place = environments[environment]
    let noise =
      Tensor.normal([count, place.deviations.count], dtype: .float64, using: &generator)
      * place.deviations + place.shifts
    let values = noise.matmul(total.transposed())
    return (values.gathering(Tensor(features), axis: 1), values.selecting(target, axis: 1))
  }

  /// The expected squared error of `y ≈ vᵀx + intercept` in one environment: with `u` the vector
  /// that is 1 at the target and `-v` elsewhere, `uᵀ C u + (uᵀ mean - intercept)²`.
  ///
  /// - Shape: `candidate` `[variables - 1]`.
  package func risk(of candidate: Tensor, intercept: Double = 0, in environment: Int) -> Double {
    let (mean, covariance) = moments(in: environment)
    var parts = candidate.cast(to: .float64).elements(as: Double.self).map { -$0 }
    precondition(parts.count == features.count, "\(parts.count) weights")
    parts.insert(1, at: target)
    let direction = Tensor(parts)
    let bias = direction.dot(mean).item() - intercept
    return direction.dot(covariance.matmul(direction)).item() + bias * bias
  }

  /// The risk's slope in the candidate with no intercept, `2 (S v - c)`, where `S` and `c` are second
  /// moments of features and of features with the target.
  package func riskGradient(at candidate: Tensor, in environment: Int) -> Tensor {
    let (features, target) = secondMoments(in: environment)
    return (features.matmul(candidate.cast(to: .float64)) - target) * 2
  }

  /// The candidate of least risk without an intercept over environments with equal weight.
  ///
  /// - Throws: `BackendError` if features depend on each other linearly.
  package func leastSquares(over environments: some Sequence<Int>) throws -> Tensor {
    let moments = environments.map(secondMoments)
    let features = moments.map(\.features).reduce(Tensor(scalar: 0.0), +)
    return try features.solving(moments.map(\.target).reduce(Tensor(scalar: 0.0), +))
  }

  /// The strengths of the target's causes: what stays best however other variables are disturbed.
  ///
  /// - Shape: `[variables - 1]`.
  package var causes: Tensor {
    strengths[target..<target + 1].flattened().gathering(Tensor(features))
  }

  /// The mean `[variables]` and covariance `[variables, variables]` of all variables.
  package func moments(in environment: Int) -> (mean: Tensor, covariance: Tensor) {
    let place = environments[environment]
    let factor = total * place.deviations
    return (total.matmul(place.shifts), factor.matmul(factor.transposed()))
  }

  /// The variables but for the target.
  private var features: [Int] { (0..<strengths.size(0)).filter { $0 != target } }

  private func secondMoments(in environment: Int) -> (features: Tensor, target: Tensor) {
    let (mean, covariance) = moments(in: environment)
    let rows = (covariance + mean.outerProduct(mean)).gathering(Tensor(features))
    return (rows.gathering(Tensor(features), axis: 1), rows.selecting(target, axis: 1))
  }
}
