import Networks
import Tensors

extension Reduction {
  /// Returns a box that contains every value of this reduction on the box `x`.
  ///
  /// - Soundness: in real arithmetic.
  func interval(of x: Interval, axes: [Int], keepingAxes: Bool) -> Interval {
    let terms = axes.reduce(1) { $0 * x.lower.size($1) }
    func sum(_ x: Interval) -> Interval {
      x.averaged(terms: terms) { $0.sum(axes: axes, keepingAxes: keepingAxes) }
    }
    guard !axes.isEmpty else { return x }
    return switch self {
    case .sum: sum(x)
    case .mean: x.averaged(terms: terms) { $0.mean(axes: axes, keepingAxes: keepingAxes) }
    case .max: x.moved { $0.max(axes: axes, keepingAxes: keepingAxes) }
    case .min: x.moved { $0.min(axes: axes, keepingAxes: keepingAxes) }
    case .product: product(x, axes: axes, keepingAxes: keepingAxes)
    case .sumOfMagnitudes: sum(ElementwiseFunction.absolute.interval(of: x)).cut(from: 0)
    case .sumOfSquares: sum(ElementwiseFunction.square.interval(of: x)).cut(from: 0)
    case .euclideanNorm:
      ElementwiseFunction.squareRoot.interval(
        of: sum(ElementwiseFunction.square.interval(of: x)).cut(from: 0))
    case .logSumExp:
      x.increasing { $0.logSumExp(axes: axes, keepingAxes: keepingAxes) }
        .widened(
          Rounding.sum(terms) + Rounding.function,
          of: x.magnitude.max(axes: axes, keepingAxes: keepingAxes) + 1)
    case .logSum: ElementwiseFunction.log.interval(of: sum(x))
    }
  }

  private func product(_ x: Interval, axes: [Int], keepingAxes: Bool) -> Interval {
    var result = x
    for axis in axes.sorted(by: >) {
      var product = result.moved { $0.narrowed(axis: axis, from: 0, count: 1) }
      for index in 1..<Swift.max(1, result.lower.size(axis)) {
        product = product * result.moved { $0.narrowed(axis: axis, from: index, count: 1) }
      }
      result = keepingAxes ? product : product.moved { $0.squeezed(axes: [axis]) }
    }
    return result
  }
}
