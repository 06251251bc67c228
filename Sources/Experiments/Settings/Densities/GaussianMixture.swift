import Foundation
import Tensors

/// A weighted sum of normal distributions, `p(x) = Σ wₖ N(x; μₖ, Σₖ)`, in any dimension.
///
/// The score is `Σ rₖ(x) Σₖ⁻¹ (μₖ - x)`, where `rₖ(x)` is the chance that `x` came from part `k`.
package struct GaussianMixture: KnownDensity {
  /// `[parts]`, positive, adding up to 1.
  package let weights: Tensor
  /// `[parts, dimension]`.
  package let means: Tensor
  /// `[parts, dimension, dimension]`, symmetric and positive definite.
  package let covariances: Tensor
  private let factors: Tensor
  private let inverses: Tensor
  private let logScales: Tensor

  /// The mixture of given parts.
  ///
  /// - Throws: `BackendError` if a covariance is not positive definite.
  package init(weights: Tensor, means: Tensor, covariances: Tensor) throws {
    precondition(
      covariances.shape == [weights.count, means.size(1), means.size(1)]
        && means.size(0) == weights.count,
      "\(weights.shape) weights, means \(means.shape), covariances \(covariances.shape)")
    self.weights = weights.cast(to: .float64) / weights.cast(to: .float64).sum()
    self.means = means.cast(to: .float64)
    self.covariances = covariances.cast(to: .float64)
    factors = try self.covariances.cholesky()
    inverses = try self.covariances.inverse()
    let determinants = try self.covariances.signAndLogDeterminant().log
    logScales =
      self.weights.log() - determinants / 2 - Double(means.size(1)) / 2 * Foundation.log(2 * .pi)
  }

  /// Equal round parts of deviation `deviation` at even places of a circle around the origin.
  ///
  /// - Precondition: numbers are positive.
  package init(ring parts: Int, radius: Double = 2, deviation: Double = 0.3) {
    let angles = (0..<parts).map { 2 * Double.pi * Double($0) / Double(parts) }
    self.init(
      round: Tensor(
        angles.flatMap { [radius * cos($0), radius * sin($0)] }, shape: [parts, 2]),
      deviation: deviation)
  }

  /// Equal round parts of one deviation at given places.
  ///
  /// - Precondition: `deviation` is positive.
  package init(round means: Tensor, deviation: Double) {
    self.init(weights: .ones([means.size(0)]), round: means, deviation: deviation)
  }

  /// Round parts of one deviation at given places, in proportion to weights.
  ///
  /// - Precondition: `deviation` and weights are positive.
  package init(weights: Tensor, round means: Tensor, deviation: Double) {
    precondition(deviation > 0, "a deviation of \(deviation)")
    let identity = Tensor.identity(means.size(1), dtype: .float64) * (deviation * deviation)
    do {
      try self.init(
        weights: weights, means: means, covariances: identity.tiled([means.size(0), 1, 1]))
    } catch {
      preconditionFailure("a positive multiple of the identity has every factorization: \(error)")
    }
  }

  /// Draws points and the part that each came from.
  ///
  /// - Shape: `[count, dimension]`, and `[count]` of `int64`.
  package func drawWithParts(
    _ count: Int, using generator: inout Generator
  ) -> (points: Tensor, parts: Tensor) {
    let parts = weights.multinomial(count, replacing: true, using: &generator)
    let normal = Tensor.normal(
      [count, means.size(1), 1], dtype: .float64, using: &generator)
    let points =
      means.gathering(parts) + factors.gathering(parts).matmul(normal).squeezed(axes: [2])
    return (points, parts)
  }

  package func draw(_ count: Int, using generator: inout Generator) -> Tensor {
    drawWithParts(count, using: &generator).points
  }

  package func logDensity(at points: Tensor) -> Tensor {
    points.mappingBlocks { jointLogDensity(at: $0).logSumExp(axes: [1]) }
  }

  package func score(at points: Tensor) -> Tensor {
    points.mappingBlocks {
      (jointLogDensity(at: $0).softmax(axis: 1).expandedDimension(at: 2) * pulls(at: $0))
        .sum(axes: [1])
    }
  }

  /// The chance that each point came from each part, `rₖ(x) = wₖ N(x; μₖ, Σₖ) / p(x)`.
  ///
  /// - Shape: `[count, parts]`.
  package func posterior(at points: Tensor) -> Tensor {
    points.mappingBlocks { jointLogDensity(at: $0).softmax(axis: 1) }
  }

  /// The distribution of `signal · x + noise · z`, where `x` is drawn from this one and `z` from the
  /// normal distribution: the mixture with means `signal · μₖ` and covariances
  /// `signal² Σₖ + noise² I`, as at every time of a diffusion.
  ///
  /// - Throws: `BackendError` if both are 0.
  package func diffused(signal: Double, noise: Double) throws -> GaussianMixture {
    try GaussianMixture(
      weights: weights, means: means * signal,
      covariances: covariances * (signal * signal)
        + Tensor.identity(means.size(1), dtype: .float64) * (noise * noise))
  }

  /// The least chance of an error that a classifier of parts can have, in two dimensions:
  /// `1 - ∫ maxₖ wₖ N(x; μₖ, Σₖ) dx`, by the midpoint rule over a grid of 600 × 600 that reaches
  /// eight deviations beyond every mean. Its error is that of a kink on a grid, about 1e-5.
  ///
  /// - Precondition: the dimension is 2.
  package func bayesError() -> Double {
    precondition(means.size(1) == 2, "the error is computed in two dimensions")
    let reach = 8 * covariances.diagonalMaximum().squareRoot()
    let bounds = (means.min(axes: [0]) - reach).elements(as: Double.self)
    let tops = (means.max(axes: [0]) + reach).elements(as: Double.self)
    let grid = PlanarGrid(x: bounds[0]...tops[0], y: bounds[1]...tops[1], cells: 600)
    let highest = grid.points.mappingBlocks { jointLogDensity(at: $0).max(axes: [1]) }
    return 1 - highest.exp().sum().item() * grid.area
  }

  /// `log wₖ N(x; μₖ, Σₖ)`, `[count, parts]`.
  private func jointLogDensity(at points: Tensor) -> Tensor {
    let offsets = means - points.expandedDimension(at: 1)
    return logScales - (offsets * pulls(at: points)).sum(axes: [2]) / 2
  }

  /// `Σₖ⁻¹ (μₖ - x)`, `[count, parts, dimension]`.
  private func pulls(at points: Tensor) -> Tensor {
    // One matrix product for all parts: `Σₖ⁻¹ μₖ - Σₖ⁻¹ x`.
    let centers = inverses.matmul(means.expandedDimension(at: 2)).flattened()
    let products = points.matmul(inverses.reshaped(to: [-1, means.size(1)]).transposed())
    return (centers - products).reshaped(to: [points.size(0), weights.count, means.size(1)])
  }
}

extension Tensor {
  /// The results of rows, 4096 rows at a time: what lies between grows with the number of parts too.
  fileprivate func mappingBlocks(_ change: (Tensor) -> Tensor) -> Tensor {
    .concatenating(
      stride(from: 0, to: size(0), by: 4096).map {
        change(self[$0..<Swift.min($0 + 4096, size(0))])
      })
  }

  /// The largest element on the diagonals of a batch of matrices.
  fileprivate func diagonalMaximum() -> Double {
    (self * Tensor.identity(size(2), dtype: dtype)).max().item()
  }
}
