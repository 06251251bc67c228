import Models
import Networks
import Tensors

/// For each element of a value, all numbers between two ends; in double precision.
///
/// An end that is NaN or infinite means that nothing is known on that side.
struct Interval: Sendable {
  let lower: Tensor
  let upper: Tensor
  /// Whether both ends are one known number, as for parameters.
  let isPoint: Bool

  init(lower: Tensor, upper: Tensor) {
    (self.lower, self.upper, isPoint) = (lower, upper, false)
  }

  init(point: Tensor) {
    let value = point.cast(to: .float64)
    (lower, upper, isPoint) = (value, value, true)
  }

  /// The box that is everything where it is empty or not a number.
  init(_ box: Box) {
    let (low, high) = (box.lower.cast(to: .float64), box.upper.cast(to: .float64))
    let isEmpty = !(low .<= high)
    lower = low.replacing(with: Tensor(scalar: -Double.infinity), where: isEmpty)
    upper = high.replacing(with: Tensor(scalar: Double.infinity), where: isEmpty)
    isPoint = false
  }

  var shape: Shape { lower.shape }
  var center: Tensor { (lower + upper) * 0.5 }

  /// The larger magnitude of the two ends.
  var magnitude: Tensor { lower.magnitude().maximum(upper.magnitude()) }

  /// The box with unknown ends at infinity.
  var box: Box {
    let isLowUnknown = lower.isNaN .| upper.isNaN
    return Box(
      lower: lower.replacing(with: Tensor(scalar: -Double.infinity), where: isLowUnknown),
      upper: upper.replacing(with: Tensor(scalar: Double.infinity), where: isLowUnknown))
  }

  /// Applies a function that only moves elements about, or picks among them by their order.
  func moved(_ function: (Tensor) -> Tensor) -> Interval {
    isPoint
      ? Interval(point: function(lower)) : Interval(lower: function(lower), upper: function(upper))
  }

  /// Everything, in the shape of this interval.
  var unknown: Interval {
    Interval(lower: lower.filled(with: -.infinity), upper: lower.filled(with: .infinity))
  }

  /// This interval where `condition` holds, everything elsewhere.
  func known(where condition: Tensor) -> Interval {
    Interval(
      lower: Tensor.choosing(lower, where: condition, otherwise: lower.filled(with: -.infinity)),
      upper: Tensor.choosing(upper, where: condition, otherwise: upper.filled(with: .infinity)))
  }

  /// This interval cut to a range that is known to hold the result.
  func cut(from least: Double? = nil, through most: Double? = nil) -> Interval {
    moved { $0.clamped(from: least, through: most) }
  }
}
