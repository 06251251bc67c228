import Tensors

/// A strongly convex mean of smooth functions, `f(x) = (1 / n) Σ fᵢ(x)`, whose optimum is known.
///
/// - Shape: points `[dimension]`, rows of examples `[examples, dimension]`, all `float64`.
package protocol FiniteSum: Sendable {
  /// How many functions are summed.
  var count: Int { get }
  /// How many coordinates a point has.
  var dimension: Int { get }
  /// The point where `f` is least.
  var minimizer: Tensor { get }
  /// `f`'s strong convexity, which every `fᵢ` has too.
  var strongConvexity: Double { get }
  /// The largest Lipschitz constant of `f`'s gradient, or a bound of it.
  var smoothness: Double { get }
  /// The largest Lipschitz constant of the gradient of any `fᵢ`, or a bound of it.
  var componentSmoothness: Double { get }

  /// The values of all `fᵢ` at a point, `[count]`.
  func values(at point: Tensor) -> Tensor
  /// The gradients of those `fᵢ` whose indices are given, `[indices, dimension]`.
  func gradients(at point: Tensor, of indices: Tensor) -> Tensor
}

extension FiniteSum {
  /// `f(x)`.
  package func value(at point: Tensor) -> Double { values(at: point).mean().item() }

  /// The least value of `f`.
  package var minimum: Double { value(at: minimizer) }

  /// The gradient of `f`.
  package func gradient(at point: Tensor) -> Tensor {
    gradients(at: point, of: .range(0..<count)).mean(axes: [0])
  }

  /// The gradient of one random `fᵢ`, or the mean of several drawn with replacement.
  package func stochasticGradient(
    at point: Tensor, batch: Int = 1, using generator: inout Generator
  ) -> Tensor {
    gradients(at: point, of: .randomIntegers([batch], in: 0..<count, using: &generator))
      .mean(axes: [0])
  }

  /// The covariance of the gradient of one random `fᵢ`: `(1 / n) Σ gᵢ gᵢᵀ - g gᵀ`, exactly.
  ///
  /// - Shape: `[dimension, dimension]`.
  package func noiseCovariance(at point: Tensor) -> Tensor {
    let all = gradients(at: point, of: .range(0..<count))
    let centered = all - all.mean(axes: [0], keepingAxes: true)
    return centered.transposed().matmul(centered) / count
  }
}
