import Networks
import Tensors

extension Relaxation {
  /// The relaxation gap: how far the function lies from its lower and from its upper line, at most,
  /// at the bounds, in the middle and at 0.
  ///
  /// - Shape: `[batch] + step`, for lines that all rows share.
  func gaps(of function: ElementwiseFunction, over bounds: Bounds) -> (lower: Tensor, upper: Tensor)
  {
    let zero = bounds.lower.zerosLike().maximum(bounds.lower).minimum(bounds.upper)
    var (low, high) = (bounds.lower.zerosLike(), bounds.lower.zerosLike())
    for point in [bounds.lower, bounds.upper, (bounds.lower + bounds.upper) * 0.5, zero] {
      let value = function.evaluated(on: point)
      low = low.maximum(
        value - (lowerSlopes[0].squeezed(axes: [1]) * point + lowerIntercept.squeezed(axes: [1])))
      high = high.maximum(
        upperSlopes[0].squeezed(axes: [1]) * point + upperIntercept.squeezed(axes: [1]) - value)
    }
    return (low, high)
  }
}
