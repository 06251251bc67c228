import Models
import Networks
import Tensors

/// For each element of a value, all numbers between two bounds; in double precision.
///
/// A bound that is NaN or infinite means that nothing is known on that side.
struct Interval: Sendable {
  let lower: Tensor
  let upper: Tensor
  /// Whether both bounds are one known number, as for parameters.
  let isPoint: Bool

  init(lower: Tensor, upper: Tensor) {
    (self.lower, self.upper, isPoint) = (lower, upper, false)
  }

  init(point: Tensor) {
    let value = point.cast(to: .float64)
    (lower, upper, isPoint) = (value, value, true)
  }

  /// The box, of which nothing is known where it is empty or not a number.
  init(_ box: Box) {
    let (low, high) = (box.lower.cast(to: .float64), box.upper.cast(to: .float64))
    self = Interval(lower: low, upper: high).known(where: low .<= high)
  }

  var shape: Shape { lower.shape }
  var center: Tensor { (lower + upper) * 0.5 }

  /// The larger magnitude of the two bounds.
  var magnitude: Tensor { lower.magnitude().maximum(upper.magnitude()) }

  /// The box with unknown bounds at infinity.
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

  /// This interval where `condition` holds; elsewhere nothing is known, not even that there is a
  /// number.
  ///
  /// Bounds of NaN stay what they are in whatever is computed from them, as the NaN would that they
  /// stand for: a sigmoid maps everything between two infinities to `0...1`, but not the root of a
  /// negative number.
  func known(where condition: Tensor) -> Interval {
    let unknown = lower.filled(with: .nan)
    return Interval(
      lower: Tensor.choosing(lower, where: condition, otherwise: unknown),
      upper: Tensor.choosing(upper, where: condition, otherwise: unknown))
  }

  /// This interval cut to a range that is known to hold the result.
  func cut(from least: Double? = nil, through most: Double? = nil) -> Interval {
    moved { $0.clamped(from: least, through: most) }
  }
}
