import Networks
import Tensors

/// Linear maps and products of matrices.
///
/// - Source: "On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust
///   Models" (2018), section 3; for products in which both factors vary, "Fast and Parallel
///   Interval Arithmetic" (1999), section 2.
extension Interval {
  /// `self · weightᵀ + bias`.
  func linear(weight: Interval, bias: Interval?) -> Interval {
    guard weight.isPoint, bias?.isPoint ?? true else {
      let product = matmul(weight.moved { $0.transposed() })
      return bias.map { product + $0 } ?? product
    }
    let size = weight.lower.magnitude()
    return linearImage(
      terms: weight.lower.size(1), offset: bias?.lower,
      map: { $0.linear(weight: weight.lower, bias: nil) },
      magnitude: { $0.linear(weight: size, bias: nil) })
  }

  func matmul(_ other: Interval) -> Interval {
    let terms = lower.size(-1)
    if other.isPoint {
      let size = other.lower.magnitude()
      return linearImage(
        terms: terms, map: { $0.matmul(other.lower) }, magnitude: { $0.matmul(size) })
    }
    if isPoint {
      let size = lower.magnitude()
      return other.linearImage(
        terms: terms, map: { lower.matmul($0) }, magnitude: { size.matmul($0) })
    }
    let share = Rounding.sum(terms)
    let (left, right) = (center, other.center)
    let leftRadius = (upper - left).maximum(left - lower) * (1 + share) + Rounding.underflow
    let rightRadius =
      (other.upper - right).maximum(right - other.lower) * (1 + share) + Rounding.underflow
    let (leftSize, rightSize) = (left.magnitude(), right.magnitude())
    let middle = left.matmul(right)
    // |x · y − c · d| ≤ |c| · s + r · (|d| + s) for x within r of c and y within s of d.
    let reach =
      leftSize.matmul(rightRadius + rightSize * share) + leftRadius.matmul(rightSize + rightRadius)
    return Interval(lower: middle - reach, upper: middle + reach).widened(share)
  }

  /// - `convolve`: applies the convolution with a given kernel and no bias.
  func convolved(
    terms: Int, weight: Tensor, bias: Tensor?, _ convolve: (Tensor, _ weight: Tensor) -> Tensor
  ) -> Interval {
    let size = weight.magnitude()
    let offset = bias.map {
      $0.reshaped(to: [$0.count] + Shape(repeating: 1, count: lower.rank - 2))
    }
    return linearImage(
      terms: terms, offset: offset, map: { convolve($0, weight) }, magnitude: { convolve($0, size) }
    )
  }
}
