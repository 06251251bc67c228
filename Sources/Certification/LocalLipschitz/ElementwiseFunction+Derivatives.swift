import Networks
import Tensors

extension ElementwiseFunction {
  /// Returns bounds of this function's derivative over an argument between bounds, at a kink all of
  /// the Clarke subdifferential; nil if there is no rule.
  ///
  /// - Soundness: in double precision, up to the slack that is added.
  func derivativeBounds(over x: Bounds) -> Bounds? {
    switch shape {
    case .kink(let kink):
      let (left, right) = (kink.left, kink.right)
      let (isRight, isLeft) = (x.lower .> 0, x.upper .< 0)
      func end(_ open: Double) -> Tensor {
        Tensor.choosing(
          x.lower.filled(with: right), where: isRight,
          otherwise: .choosing(
            x.lower.filled(with: left), where: isLeft, otherwise: x.lower.filled(with: open)))
          + (x.lower + x.upper) * 0
      }
      return Bounds(lower: end(min(left, right)), upper: end(max(left, right)))
    case .curve(.pieces([0], rises: _)), .curve(.periodic), .stepFunction, .sign: return nil
    case .curve(let convexity):
      let curve = Curve(value: evaluated, bounds: x)
      let turns: [Double] =
        switch convexity {
        case .convex, .concaveAboveZero: []
        case .convexThenConcave, .power: [0]
        case .pieces(let points, rises: _): points
        case .periodic: []
        }
      var (low, high) = (curve.derivative(at: x.lower), curve.derivative(at: x.lower))
      let points =
        [x.upper] + turns.map { x.lower.filled(with: $0).maximum(x.lower).minimum(x.upper) }
      for point in points {
        let derivative = curve.derivative(at: point)
        (low, high) = (low.minimum(derivative), high.maximum(derivative))
      }
      let slack = (low.magnitude().maximum(high.magnitude()) + 1) * 0x1p-30
      let isDefined = curve.isDefined(convexity)
      func known(_ x: Tensor) -> Tensor {
        Tensor.choosing(x, where: isDefined, otherwise: x.filled(with: .nan))
      }
      return Bounds(lower: known(low - slack), upper: known(high + slack))
    }
  }
}
