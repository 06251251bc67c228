import Tensors

/// Remainders and places: what jumps as its operands vary.
extension Interval {
  /// The remainder with the sign of the divisor.
  ///
  /// Where the divisor is one number, nothing is lost on a stretch without a multiple of it.
  func remainder(dividingBy divisor: Interval) -> Interval {
    let isPositive = divisor.lower .> 0
    let isKnown = isPositive .| (divisor.upper .< 0)
    let (x, y) = (self, divisor)
    let blank = (x.lower + y.lower).zerosLike()
    let whole = Interval(
      lower: .choosing(blank, where: isPositive, otherwise: blank + y.lower),
      upper: .choosing(blank + y.upper, where: isPositive, otherwise: blank))
    // Both remainders are exact but for one addition; only on one stretch are they in order.
    let (first, last) = (
      x.lower.remainder(dividingBy: y.lower), x.upper.remainder(dividingBy: y.lower)
    )
    let isOneStretch =
      (y.lower .== y.upper)
      .& (x.upper - x.lower .<= y.lower.magnitude() * (1 - 0x1p-40)) .& (first .<= last)
    let narrow = Interval(lower: first, upper: last).widened(Rounding.function, of: y.magnitude)
      .cut(to: whole)
    return Interval(
      lower: .choosing(narrow.lower, where: isOneStretch, otherwise: whole.lower),
      upper: .choosing(narrow.upper, where: isOneStretch, otherwise: whole.upper)
    ).known(where: isKnown.broadcast(to: blank.shape) .& x.isSomewhere)
  }

  /// The remainder with the sign of the dividend: that of the magnitudes, mirrored below 0.
  func truncatedRemainder(dividingBy divisor: Interval) -> Interval {
    let size = divisor.absolute
    let above = remainder(dividingBy: size)
    let below = -((-self).remainder(dividingBy: size))
    let blank = above.lower.zerosLike()
    let across = Interval(
      lower: (blank + lower).maximum(-size.upper), upper: (blank + upper).minimum(size.upper))
    let (isAbove, isBelow) = (lower .>= 0, upper .<= 0)
    func pick(_ yes: Tensor, _ no: Tensor, _ both: Tensor) -> Tensor {
      .choosing(yes, where: isAbove, otherwise: .choosing(no, where: isBelow, otherwise: both))
    }
    return Interval(
      lower: pick(above.lower, below.lower, across.lower),
      upper: pick(above.upper, below.upper, across.upper)
    ).known(where: ((size.lower .> 0) .& isSomewhere).broadcast(to: blank.shape))
  }

  /// The first place of the largest entry along an axis: any entry may be it that is nowhere below
  /// all others.
  func highestPlace(axis: Int, keepingAxes: Bool) -> Interval {
    let count = lower.size(axis)
    guard !isPoint else {
      return Interval(point: lower.argmax(axis: axis, keepingAxes: keepingAxes))
    }
    // An entry of which nothing is known may be the largest.
    let known = lower.replacing(with: Tensor(scalar: -Double.infinity), where: lower.isNaN)
    let isPossible = !(upper .< known.max(axes: [axis], keepingAxes: true))
    var shape = Shape(repeating: 1, count: lower.rank)
    shape[axis] = count
    let places = Tensor.range(0..<count).cast(to: .float64).reshaped(to: shape)
      .broadcast(to: lower.shape)
    return Interval(
      lower: Tensor.choosing(
        places, where: isPossible, otherwise: places.filled(with: Double(count))
      )
      .min(axes: [axis], keepingAxes: keepingAxes),
      upper: Tensor.choosing(places, where: isPossible, otherwise: places.filled(with: -1))
        .max(axes: [axis], keepingAxes: keepingAxes))
  }

  /// Where both bounds are numbers.
  private var isSomewhere: Tensor { lower.isFinite .& upper.isFinite }

  private var absolute: Interval {
    let isAcross = (lower .< 0) .& (upper .> 0)
    let (first, last) = (lower.magnitude(), upper.magnitude())
    return Interval(
      lower: .choosing(first.zerosLike(), where: isAcross, otherwise: first.minimum(last)),
      upper: first.maximum(last))
  }

  private func cut(to other: Interval) -> Interval {
    Interval(lower: lower.maximum(other.lower), upper: upper.minimum(other.upper))
  }
}
