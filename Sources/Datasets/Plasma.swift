import Tensors

/// Clouds: random height maps by the diamond-square method, one for each image.
enum Plasma {
  /// Draws maps that wrap around, and cuts them to the size asked for.
  ///
  /// - Shape: `[images, 1, height, width]`; values of each map span `0...1`.
  /// - `decay`: what the roughness is divided by from one scale to the next finer one.
  static func maps(
    images: Int, height: Int, width: Int, decay: Double,
    using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    var grid = Tensor.zeros([images, 1, 1])
    var roughness = 100.0
    while grid.size(1) < max(height, width) {
      grid = refined(grid, roughness * roughness, using: &generator)
      roughness /= decay
    }
    let low = grid.min(axes: [1, 2], keepingAxes: true)
    let span = grid.max(axes: [1, 2], keepingAxes: true) - low
    let unit = (grid - low) / span.clamped(from: 1e-12)
    return unit.narrowed(axis: 1, from: 0, count: height)
      .narrowed(axis: 2, from: 0, count: width).expandedDimension(at: 1)
  }

  /// Doubles both sides: centers of squares first, then the middles of their edges.
  private static func refined(
    _ corners: Tensor, _ amplitude: Double, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    func jittered(_ sum: Tensor) -> Tensor {
      sum / 4
        + Tensor.uniform(sum.shape, in: -amplitude...amplitude, using: &generator)
    }
    let below = corners.rolled(by: -1, axis: 1)
    let right = corners.rolled(by: -1, axis: 2)
    let centers = jittered(corners + below + right + below.rolled(by: -1, axis: 2))
    let onRows = jittered(centers + centers.rolled(by: 1, axis: 1) + corners + right)
    let onColumns = jittered(centers + centers.rolled(by: 1, axis: 2) + corners + below)
    let size = corners.size(1)
    let even = Tensor.stacking([corners, onRows], axis: 3)
      .reshaped(to: [corners.size(0), size, 2 * size])
    let odd = Tensor.stacking([onColumns, centers], axis: 3)
      .reshaped(to: [corners.size(0), size, 2 * size])
    return Tensor.stacking([even, odd], axis: 2)
      .reshaped(to: [corners.size(0), 2 * size, 2 * size])
  }
}
