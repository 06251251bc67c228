import Tensors

extension Relaxation {
  /// Linear bounds of one of two values, of which a boolean chooses.
  ///
  /// Where the condition is known they are exact. Elsewhere they are the constant that both values
  /// keep to, or the plane that meets both, whichever stands better in the middle: with `d` the
  /// least difference of the values, `y + c · d` lies below both.
  ///
  /// - Shape: each `[batch] + step`; the condition's bounds are 0 and 1.
  static func choice(_ condition: Bounds, _ x: Bounds, _ y: Bounds) -> Relaxation {
    let (isSure, isNever) = (condition.lower .>= 1, condition.upper .<= 0)
    let zero = x.lower.zerosLike()
    let one = zero + 1
    func pick(_ yes: Tensor, _ no: Tensor, _ open: Tensor) -> Tensor {
      .choosing(yes, where: isSure, otherwise: .choosing(no, where: isNever, otherwise: open))
    }
    /// The slopes in the condition and both values, and the intercept, of the plane under the
    /// choice.
    func lower(_ x: Bounds, _ y: Bounds) -> (slopes: [Tensor], intercept: Tensor) {
      let slack = (x.magnitude + y.magnitude) * zero.dtype.slack
      let constant = x.lower.minimum(y.lower)
      let (fromY, fromX) = (x.lower - y.upper - slack, y.lower - x.upper - slack)
      let middle = (x.lower + x.upper, y.lower + y.upper)
      let (overY, overX) = (middle.1 * 0.5 + fromY * 0.5, middle.0 * 0.5 + fromX * 0.5)
      let takesY = (overY .> constant) .& (overY .>= overX)
      let takesX = (overX .> constant) .& !takesY
      func open(_ forY: Tensor, _ forX: Tensor, _ flat: Tensor) -> Tensor {
        .choosing(forY, where: takesY, otherwise: .choosing(forX, where: takesX, otherwise: flat))
      }
      return (
        [
          pick(zero, zero, open(fromY, -fromX, zero)), pick(one, zero, open(zero, one, zero)),
          pick(zero, one, open(one, zero, zero)),
        ],
        pick(zero, zero, open(zero, fromX, constant))
      )
    }
    func negated(_ bounds: Bounds) -> Bounds { Bounds(lower: -bounds.upper, upper: -bounds.lower) }
    let (low, high) = (lower(x, y), lower(negated(x), negated(y)))
    return Relaxation(
      lowerSlopes: low.slopes, upperSlopes: [-high.slopes[0], high.slopes[1], high.slopes[2]],
      lowerIntercept: low.intercept, upperIntercept: -high.intercept
    ).forEveryRow
  }
}
