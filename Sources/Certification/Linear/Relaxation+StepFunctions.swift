import Tensors

/// Linear relaxations of step functions.
extension Relaxation {
  /// Lines of a function that never falls and lies between `x - below` and `x + above`: flat
  /// through the value at a bound, or slanted along the corners of the steps, whichever stands
  /// better in the middle.
  ///
  /// - Shape: without the axis of rows.
  static func stepFunction(
    below: Double, above: Double, over x: Bounds, _ value: (Tensor) -> Tensor
  ) -> Relaxation {
    let (least, most) = (value(x.lower), value(x.upper))
    let middle = (x.lower + x.upper) * 0.5
    let zero = middle.zerosLike()
    let (risesBelow, risesAbove) = (middle - below .> least, middle + above .< most)
    func pick(_ slanted: Double, _ condition: Tensor, _ flat: Tensor) -> Tensor {
      .choosing(zero + slanted, where: condition, otherwise: flat)
    }
    return Relaxation(
      lowerSlopes: [pick(1, risesBelow, zero)], upperSlopes: [pick(1, risesAbove, zero)],
      lowerIntercept: pick(-below, risesBelow, least), upperIntercept: pick(above, risesAbove, most)
    ).known(where: x.lower.isFinite .& x.upper.isFinite)
  }

  /// Lines of the sign: across 0 the lower one is flat or meets the far bound's 1, the upper one is
  /// flat or meets the near bound's -1, whichever stands better in the middle.
  ///
  /// - Shape: without the axis of rows.
  static func sign(over x: Bounds) -> Relaxation {
    let (least, most) = (x.lower.sign(), x.upper.sign())
    let zero = least.zerosLike()
    let isAcross = (x.lower .< 0) .& (x.upper .> 0)
    let unit = zero + 1
    let share = 1 - 2 * zero.dtype.slack
    // Flatter than the line through both corners, so that rounding lifts no bound above 1.
    let (up, down) = (
      Tensor.choosing(2 * share / x.upper, where: isAcross, otherwise: zero),
      Tensor.choosing(-2 * share / x.lower, where: isAcross, otherwise: zero)
    )
    let isLowSlanted = isAcross .& (x.lower + x.upper .> 0) .& up.isFinite
    let isHighSlanted = isAcross .& (x.lower + x.upper .< 0) .& down.isFinite
    func pick(_ slanted: Tensor, _ condition: Tensor, _ flat: Tensor) -> Tensor {
      .choosing(slanted, where: condition, otherwise: flat)
    }
    return Relaxation(
      lowerSlopes: [pick(up, isLowSlanted, zero)], upperSlopes: [pick(down, isHighSlanted, zero)],
      lowerIntercept: pick(-unit, isLowSlanted, least),
      upperIntercept: pick(unit, isHighSlanted, most)
    ).known(where: x.lower .<= x.upper)
  }
}
