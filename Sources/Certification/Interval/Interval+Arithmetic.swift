import Tensors

/// Sums, products and quotients of intervals whose operands vary independently.
///
/// - Source: "Introduction to Interval Analysis" (2009), section 2.3.
extension Interval {
  static func + (left: Interval, right: Interval) -> Interval {
    Interval(lower: left.lower + right.lower, upper: left.upper + right.upper).widened()
  }

  static func - (left: Interval, right: Interval) -> Interval {
    Interval(lower: left.lower - right.upper, upper: left.upper - right.lower).widened()
  }

  static prefix func - (operand: Interval) -> Interval {
    Interval(lower: -operand.upper, upper: -operand.lower)
  }

  static func * (left: Interval, right: Interval) -> Interval {
    left.hull(with: right) { $0 * $1 }.widened()
  }

  /// Where the divisor may be zero, nothing is known.
  static func / (left: Interval, right: Interval) -> Interval {
    let isSafe = (right.lower .> 0) .| (right.upper .< 0)
    let quotients = left.hull(with: right) { $0 / $1 }.widened()
    return quotients.known(where: isSafe.broadcast(to: quotients.shape))
  }

  /// Everything between the values of a function at the four corners.
  func hull(with other: Interval, _ function: (Tensor, Tensor) -> Tensor) -> Interval {
    if other.isPoint {
      let (x, y) = (function(lower, other.lower), function(upper, other.lower))
      return Interval(lower: x.minimum(y), upper: x.maximum(y))
    }
    if isPoint {
      let (x, y) = (function(lower, other.lower), function(lower, other.upper))
      return Interval(lower: x.minimum(y), upper: x.maximum(y))
    }
    let values = [
      function(lower, other.lower), function(lower, other.upper), function(upper, other.lower),
      function(upper, other.upper),
    ]
    return Interval(
      lower: values.dropFirst().reduce(values[0]) { $0.minimum($1) },
      upper: values.dropFirst().reduce(values[0]) { $0.maximum($1) })
  }

  /// Everything between the values of a function at both bounds, and at the points between them
  /// where it turns.
  func hull(turningAt points: [Double] = [], _ function: (Tensor) -> Tensor) -> Interval {
    let (first, last) = (function(lower), function(upper))
    var (low, high) = (first.minimum(last), first.maximum(last))
    for point in points {
      let value = function(Tensor(scalar: point))
      let isInside = (lower .< point) .& (upper .> point)
      low = Tensor.choosing(low.minimum(value), where: isInside, otherwise: low)
      high = Tensor.choosing(high.maximum(value), where: isInside, otherwise: high)
    }
    return Interval(lower: low, upper: high)
  }

  /// Everything between a function's values at both bounds; the function never falls.
  func increasing(_ function: (Tensor) -> Tensor) -> Interval {
    Interval(lower: function(lower), upper: function(upper))
  }
}
