import Foundation
import Tensors

/// Points of curves in the plane, moved by round normal noise.
///
/// With curves `γ_c` of even chance, each over parameters `t` spread evenly over an interval,
/// `p(x) = mean over c and t of N(x; γ_c(t), deviation² I)`. The integral over `t` is a sum over
/// equal panels of 8 nodes each (Gauss and Legendre), so many that no curve moves by more than two
/// deviations within a panel; the error is then below 1e-9 of the density. Draws do not use the
/// nodes: they are of the curve itself.
package struct CurveDensity: KnownDensity {
  /// The curves: their points at parameters `[count]`, `[count, 2]`.
  private let curves: [@Sendable (Tensor) -> Tensor]
  private let range: ClosedRange<Double>
  /// The standard deviation of the noise along each axis.
  package let deviation: Double
  /// The sum over the nodes, which is a mixture of round parts.
  package let mixture: GaussianMixture

  private init(
    deviation: Double, over range: ClosedRange<Double>, _ curves: [@Sendable (Tensor) -> Tensor]
  ) {
    (self.deviation, self.range, self.curves) = (deviation, range, curves)
    precondition(deviation > 0, "a deviation of \(deviation)")
    var panels = 8
    var rule = GaussLegendre(over: range, panels: panels)
    while curves.contains(where: { rule.longestPanel(of: $0(rule.nodes)) > 2 * deviation }) {
      panels *= 2
      rule = GaussLegendre(over: range, panels: panels)
    }
    let nodes = curves.map { $0(rule.nodes) }
    mixture = GaussianMixture(
      weights: rule.weights.tiled([curves.count]), round: .concatenating(nodes),
      deviation: deviation)
  }

  /// Two half circles of radius 1, the lower one moved by (1, 0.5), as scikit-learn draws them.
  ///
  /// - Precondition: `deviation` is positive.
  package static func moons(deviation: Double = 0.1) -> CurveDensity {
    CurveDensity(
      deviation: deviation, over: 0...Double.pi,
      [
        { Tensor.stacking([$0.cos(), $0.sin()], axis: 1) },
        { Tensor.stacking([1 - $0.cos(), 0.5 - $0.sin()], axis: 1) },
      ])
  }

  /// Circles around the origin, the outer ones as likely as the inner ones.
  ///
  /// - Precondition: `deviation` is positive.
  package static func rings(radii: [Double] = [0.5, 1.5], deviation: Double = 0.1) -> CurveDensity {
    CurveDensity(
      deviation: deviation, over: 0...(2 * Double.pi),
      radii.map { radius in { Tensor.stacking([$0.cos(), $0.sin()], axis: 1) * radius } })
  }

  /// The swiss roll seen from its side: the spiral `(t cos t, t sin t) / 5` for `t` from 1.5 π to
  /// 4.5 π.
  ///
  /// - Precondition: `deviation` is positive.
  package static func spiral(deviation: Double = 0.25) -> CurveDensity {
    CurveDensity(
      deviation: deviation, over: (1.5 * Double.pi)...(4.5 * Double.pi),
      [{ Tensor.stacking([$0.cos() * $0, $0.sin() * $0], axis: 1) / 5 }])
  }

  /// Draws points and the curve that each came from.
  ///
  /// - Shape: `[count, 2]`, and `[count]` of `int64`.
  package func drawWithCurves(
    _ count: Int, using generator: inout Generator
  ) -> (points: Tensor, curves: Tensor) {
    let chosen = Tensor.randomIntegers([count], in: 0..<curves.count, using: &generator)
    let parameters = Tensor.uniform([count], in: range, dtype: .float64, using: &generator)
    let all = Tensor.stacking(curves.map { $0(parameters) }, axis: 1)
    let place = chosen.reshaped(to: [count, 1, 1]).broadcast(to: [count, 1, 2])
    let noise = Tensor.normal([count, 2], dtype: .float64, using: &generator) * deviation
    return (all.gatheringElements(place, axis: 1).squeezed(axes: [1]) + noise, chosen)
  }

  package func draw(_ count: Int, using generator: inout Generator) -> Tensor {
    drawWithCurves(count, using: &generator).points
  }

  package func logDensity(at points: Tensor) -> Tensor { mixture.logDensity(at: points) }

  package func score(at points: Tensor) -> Tensor { mixture.score(at: points) }
}

extension GaussLegendre {
  /// The longest way from a node of a panel to the same one of the next panel.
  fileprivate func longestPanel(of points: Tensor) -> Double {
    (points[8..<points.size(0)] - points[0..<points.size(0) - 8]).norm(axes: [1]).max().item()
  }
}
