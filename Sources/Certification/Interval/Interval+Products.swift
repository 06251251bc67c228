import Networks
import Tensors

/// Linear maps and products of matrices.
///
/// - Source: "On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust
///   Models" (2018), section 3; for products in which both factors vary and the first may be
///   negative, "Fast and Parallel Interval Arithmetic" (1999), section 2.
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
    product(with: other, terms: lower.size(-1)) { $0.matmul($1) }
  }

  /// What a product that is linear in each factor makes of two intervals.
  ///
  /// - `terms`: how many products of elements each sum has.
  private func product(
    with other: Interval, terms: Int, _ multiply: (Tensor, Tensor) -> Tensor
  ) -> Interval {
    if other.isPoint {
      let size = other.lower.magnitude()
      return linearImage(
        terms: terms, map: { multiply($0, other.lower) }, magnitude: { multiply($0, size) })
    }
    if isPoint {
      let size = lower.magnitude()
      return other.linearImage(
        terms: terms, map: { multiply(lower, $0) }, magnitude: { multiply(size, $0) })
    }
    let isPositive = lower .>= 0
    if isPositive.all().booleans[0] { return positiveProduct(with: other, terms, multiply) }
    guard isPositive.any().booleans[0] else { return centeredProduct(with: other, terms, multiply) }
    func part(_ isKept: Tensor) -> Interval {
      Interval(
        lower: Tensor.choosing(lower, where: isKept, otherwise: lower.zerosLike()),
        upper: Tensor.choosing(upper, where: isKept, otherwise: upper.zerosLike()))
    }
    return part(isPositive).positiveProduct(with: other, terms, multiply)
      + part(!isPositive).centeredProduct(with: other, terms, multiply)
  }

  /// The product of numbers that are not negative: exact for each product of elements.
  private func positiveProduct(
    with other: Interval, _ terms: Int, _ multiply: (Tensor, Tensor) -> Tensor
  ) -> Interval {
    // Each factor is moved outward by more than the sum may lose.
    let share = 2 * Rounding.sum(terms)
    func most(_ factor: Tensor) -> Tensor {
      let raised = factor + Rounding.underflow
      let positive = raised.relu()
      return multiply(upper, positive * (1 + share))
        + multiply(lower, (raised - positive) * (1 - share))
    }
    return Interval(lower: -most(-other.lower), upper: most(other.upper)).widened()
  }

  private func centeredProduct(
    with other: Interval, _ terms: Int, _ multiply: (Tensor, Tensor) -> Tensor
  ) -> Interval {
    let share = Rounding.sum(terms)
    let (left, right) = (center, other.center)
    let leftRadius = (upper - left).maximum(left - lower) * (1 + share) + Rounding.underflow
    let rightRadius =
      (other.upper - right).maximum(right - other.lower) * (1 + share) + Rounding.underflow
    let (leftSize, rightSize) = (left.magnitude(), right.magnitude())
    let middle = multiply(left, right)
    // |x · y − c · d| ≤ |c| · s + r · (|d| + s) for x within r of c and y within s of d.
    let reach =
      multiply(leftSize, rightRadius + rightSize * share)
      + multiply(leftRadius, rightSize + rightRadius)
    return Interval(lower: middle - reach, upper: middle + reach).widened(share)
  }

  /// - `convolve`: applies the convolution with a given kernel and no bias.
  func convolved(
    terms: Int, weight: Interval, bias: Interval?,
    _ convolve: (Tensor, _ weight: Tensor) -> Tensor
  ) -> Interval {
    let offset = bias?.moved { [rank = lower.rank] in
      $0.reshaped(to: [$0.count] + Shape(repeating: 1, count: rank - 2))
    }
    guard weight.isPoint, offset?.isPoint ?? true else {
      let image = product(with: weight, terms: terms, convolve)
      return offset.map { image + $0 } ?? image
    }
    let size = weight.lower.magnitude()
    return linearImage(
      terms: terms, offset: offset?.lower, map: { convolve($0, weight.lower) },
      magnitude: { convolve($0, size) })
  }
}
