import Networks
import Tensors

extension BinaryFunction {
  /// Returns a box that contains every value of this function on two boxes.
  ///
  /// Booleans are 0 and 1.
  ///
  /// - Soundness: in real arithmetic.
  func interval(of x: Interval, _ y: Interval, areWhole: Bool) -> Interval {
    switch self {
    case .add: return x + y
    case .subtract: return x - y
    case .multiply: return x * y
    case .divide: return areWhole ? (x / y).increasing { $0.truncated() } : x / y
    case .power:
      if y.isPoint, y.lower.count == 1, y.shape.count <= x.shape.count {
        return ElementwiseFunction.power(y.lower.item()).interval(of: x)
      }
      let hull = x.hull(with: y) { $0.power($1) }.widened(Rounding.function)
      return hull.known(where: (x.lower .> 0).broadcast(to: hull.shape))
    case .minimum:
      return Interval(lower: x.lower.minimum(y.lower), upper: x.upper.minimum(y.upper))
    case .maximum:
      return Interval(lower: x.lower.maximum(y.lower), upper: x.upper.maximum(y.upper))
    case .parametricRelu: return parametricRelu(x, slope: y)
    case .remainder: return x.remainder(dividingBy: y)
    case .truncatedRemainder: return x.truncatedRemainder(dividingBy: y)
    case .equal:
      let isSame = (x.lower .== x.upper) .& (y.lower .== y.upper) .& (x.lower .== y.lower)
      return truth(sure: isSame, never: (x.upper .< y.lower) .| (y.upper .< x.lower))
    case .less: return truth(sure: x.upper .< y.lower, never: x.lower .>= y.upper)
    case .lessOrEqual: return truth(sure: x.upper .<= y.lower, never: x.lower .> y.upper)
    case .greater: return truth(sure: x.lower .> y.upper, never: x.upper .<= y.lower)
    case .greaterOrEqual: return truth(sure: x.lower .>= y.upper, never: x.upper .< y.lower)
    case .and: return Interval(lower: x.lower.minimum(y.lower), upper: x.upper.minimum(y.upper))
    case .or: return Interval(lower: x.lower.maximum(y.lower), upper: x.upper.maximum(y.upper))
    case .exclusiveOr:
      let isKnown = (x.lower .== x.upper) .& (y.lower .== y.upper)
      let differs = x.lower .!= y.lower
      return truth(sure: isKnown .& differs, never: isKnown .& !differs)
    }
  }

  /// The same for a value and itself, which tells numbers from what is none.
  ///
  /// - Precondition: the function gives booleans.
  func interval(comparing x: Interval) -> Interval {
    let isNumber = x.lower.isFinite .& x.upper.isFinite
    switch self {
    case .equal, .lessOrEqual, .greaterOrEqual:
      return truth(sure: isNumber, never: isNumber .& !isNumber)
    case .less, .greater, .exclusiveOr:
      return truth(sure: isNumber .& !isNumber, never: isNumber.onesLike())
    case .and, .or: return x
    case .add, .subtract, .multiply, .divide, .power, .minimum, .maximum, .parametricRelu,
      .remainder, .truncatedRemainder:
      preconditionFailure("'\(self)' gives numbers")
    }
  }

  private func truth(sure: Tensor, never: Tensor) -> Interval {
    Interval(lower: sure.cast(to: .float64), upper: (!never).cast(to: .float64))
  }

  /// For a fixed slope the function turns at 0 only, and for a fixed `x` it is linear in the slope.
  private func parametricRelu(_ x: Interval, slope: Interval) -> Interval {
    let corners = x.hull(with: slope) { $0.relu() - (-$0).relu() * $1 }
    let straddles = ((x.lower .< 0) .& (x.upper .> 0)).broadcast(to: corners.shape)
    return Interval(
      lower: Tensor.choosing(
        corners.lower.clamped(through: 0), where: straddles, otherwise: corners.lower),
      upper: Tensor.choosing(
        corners.upper.clamped(from: 0), where: straddles, otherwise: corners.upper)
    ).widened()
  }
}
