import Tensors

/// The midpoints of equal cells of a rectangle, for integrals over the plane.
package struct PlanarGrid: Sendable {
  /// `[cells², 2]` of `float64`.
  package let points: Tensor
  /// The area of one cell.
  package let area: Double

  /// - Parameter cells: how many there are along each side.
  package init(x: ClosedRange<Double>, y: ClosedRange<Double>, cells: Int) {
    let (columns, width) = Self.midpoints(x, cells)
    let (rows, height) = Self.midpoints(y, cells)
    points = .stacking(
      [columns.tiled([cells]), rows.repeatingElements(cells, axis: 0)], axis: 1)
    area = width * height
  }

  private static func midpoints(
    _ range: ClosedRange<Double>, _ cells: Int
  ) -> (points: Tensor, width: Double) {
    let width = (range.upperBound - range.lowerBound) / Double(cells)
    let points = (Tensor.range(0..<cells, dtype: .float64) + 0.5) * width + range.lowerBound
    return (points, width)
  }
}
