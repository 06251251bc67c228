import Networks
import Tensors

extension Relaxation {
  /// How far the function lies from its lower and from its upper line, at most, at the ends, in the
  /// middle and at 0.
  ///
  /// - Shape: `[batch] + step`, for lines that all rows share.
  func gaps(of function: ElementwiseFunction, over ends: Ends) -> (lower: Tensor, upper: Tensor) {
    let zero = ends.lower.zerosLike().maximum(ends.lower).minimum(ends.upper)
    var (low, high) = (ends.lower.zerosLike(), ends.lower.zerosLike())
    for point in [ends.lower, ends.upper, (ends.lower + ends.upper) * 0.5, zero] {
      let value = function.evaluated(on: point)
      low = low.maximum(
        value - (lowerSlopes[0].squeezed(axes: [1]) * point + lowerIntercept.squeezed(axes: [1])))
      high = high.maximum(
        upperSlopes[0].squeezed(axes: [1]) * point + upperIntercept.squeezed(axes: [1]) - value)
    }
    return (low, high)
  }
}
