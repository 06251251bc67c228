import Networks
import Tensors

extension ElementwiseFunction {
  /// Returns the ends of what this function's slope can be between the ends of its argument, at a kink
  /// anything between the slopes on both sides; nil if there is no rule.
  ///
  /// - Soundness: in double precision, up to the slack that is added.
  func slopes(over x: Ends) -> Ends? {
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
      return Ends(lower: end(min(left, right)), upper: end(max(left, right)))
    case .curve(.pieces([0], rises: _)), .curve(.wave), .stairs, .sign: return nil
    case .curve(let bend):
      let curve = Curve(value: evaluated, ends: x)
      let turns: [Double] =
        switch bend {
        case .convex, .concaveAboveZero: []
        case .convexThenConcave, .power: [0]
        case .pieces(let points, rises: _): points
        case .wave: []
        }
      var (low, high) = (curve.slope(at: x.lower), curve.slope(at: x.lower))
      let points =
        [x.upper] + turns.map { x.lower.filled(with: $0).maximum(x.lower).minimum(x.upper) }
      for point in points {
        let slope = curve.slope(at: point)
        (low, high) = (low.minimum(slope), high.maximum(slope))
      }
      let slack = (low.magnitude().maximum(high.magnitude()) + 1) * 0x1p-30
      let isDefined = curve.isDefined(bend)
      func known(_ x: Tensor) -> Tensor {
        Tensor.choosing(x, where: isDefined, otherwise: x.filled(with: .nan))
      }
      return Ends(lower: known(low - slack), upper: known(high + slack))
    }
  }
}
