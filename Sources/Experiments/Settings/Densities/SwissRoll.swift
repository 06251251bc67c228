import Tensors

/// The swiss roll in space: `(t cos t, h, t sin t)` for `t` even over 1.5 π to 4.5 π and heights even
/// over 0 to 21, with noise.
///
/// It is a flat sheet, rolled up: what a method that unrolls it should find are `t` and `h`.
package struct SwissRoll: Sendable {
  /// `[count, 3]` of `float64`.
  package let points: Tensor
  /// `t`, `[count]`.
  package let angles: Tensor
  /// `h`, `[count]`.
  package let heights: Tensor

  /// The length of the rolled-up side from `t = 0`, `½ (t √(1 + t²) + arsinh t)`, `[count]`: distances
  /// on the sheet are those of the plane of `lengths` and `heights`.
  package var lengths: Tensor {
    let root = (angles.square() + 1).squareRoot()
    return (angles * root + (angles + root).log()) / 2
  }

  /// Draws points.
  ///
  /// - Parameter deviation: of the noise along each axis; 0 or more.
  package init(_ count: Int, deviation: Double = 0, using generator: inout Generator) {
    let (from, to) = (1.5 * Double.pi, 4.5 * Double.pi)
    angles = .uniform([count], in: from...to, dtype: .float64, using: &generator)
    heights = .uniform([count], in: 0...21, dtype: .float64, using: &generator)
    let noise = Tensor.normal([count, 3], dtype: .float64, using: &generator) * deviation
    points =
      Tensor.stacking([angles * angles.cos(), heights, angles * angles.sin()], axis: 1) + noise
  }
}
