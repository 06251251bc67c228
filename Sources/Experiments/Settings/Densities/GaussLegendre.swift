import Tensors

/// A rule that integrates smooth functions over an interval: 8 nodes in each of equal panels.
package struct GaussLegendre: Sendable {
  /// `[8 · panels]` of `float64`, in order.
  package let nodes: Tensor
  /// Of the same shape, adding up to the interval's length.
  package let weights: Tensor

  /// The positive nodes of the rule on `-1...1`, which is exact for polynomials up to degree 15.
  private static let half: [(node: Double, weight: Double)] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
    (0.960_289_856_497_536_2, 0.101_228_536_290_376_3),
  ]

  /// - Parameter panels: how many equal parts the interval has.
  package init(over range: ClosedRange<Double>, panels: Int) {
    let both = Self.half.reversed().map { (-$0.node, $0.weight) } + Self.half
    let radius = (range.upperBound - range.lowerBound) / Double(2 * panels)
    let centers = (Tensor.range(0..<panels, dtype: .float64) * 2 + 1) * radius + range.lowerBound
    nodes = (centers.expandedDimension(at: 1) + Tensor(both.map(\.0)) * radius).flattened()
    weights = (Tensor(both.map(\.1)) * radius).tiled([panels])
  }
}
