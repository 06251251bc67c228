import Tensors

/// Stretches images: a random affine map, then a smooth random displacement of every pixel.
///
/// Both steps mirror at the edge pixel; the published second step mirrors half a pixel further out.
struct Elastic {
  private let strength: Double
  private let smoothness: Double
  private let shear: Double
  private let scale: CorruptionScale

  init(_ scale: CorruptionScale) {
    self.scale = scale
    // In units of the image's side; the published code for large images counts a side of 224 as
    // 244.
    let (strength, smoothness, shear) = scale.pick(
      small: [
        (0, 0, 0.08), (0.05, 0.2, 0.07), (0.08, 0.06, 0.06), (0.1, 0.04, 0.05), (0.1, 0.03, 0.03),
      ],
      large: [
        (2, 0.7, 0.1), (2, 0.08, 0.2), (0.05, 0.01, 0.02), (0.07, 0.01, 0.02), (0.12, 0.01, 0.02),
      ])
    let side = Double(min(scale.height, scale.width)) * (scale.isSmall ? 1 : 244.0 / 224)
    (self.strength, self.smoothness, self.shear) = (
      strength * side, smoothness * side, shear * side
    )
  }

  func applied(
    to images: Tensor, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let batch = images.size(0)
    let sheared = sampled(images, at: affine(batch, using: &generator))
    guard strength > 0 else { return sheared }
    let noise = Tensor.uniform(
      [batch, 2, scale.height, scale.width], in: -1...1, using: &generator)
    let smooth = ImageFilter.gaussian(
      noise, deviation: smoothness, edge: .symmetric, truncation: 3)
    return sampled(sheared, at: grid + smooth.transposed(axes: [0, 2, 3, 1]) * strength)
  }

  /// Each pixel's own place: x, then y.
  private var grid: Tensor {
    let shape = [1, scale.height, scale.width]
    let columns = Tensor.range(0..<scale.width, dtype: .float32).broadcast(to: shape)
    let rows = Tensor.range(0..<scale.height, dtype: .float32).expandedDimension(at: 1)
      .broadcast(to: shape)
    return Tensor.stacking([columns, rows], axis: 3)
  }

  /// Where each pixel of the sheared images comes from: three points around the center are moved at
  /// random.
  private func affine(_ batch: Int, using generator: inout some RandomNumberGenerator) -> Tensor {
    let (x, y) = (Float(scale.width / 2), Float(scale.height / 2))
    let arm = Float(max(min(scale.height, scale.width) / 3, 1))
    let points = Tensor([x + arm, y + arm, x + arm, y - arm, x - arm, y - arm], shape: [3, 2])
    let jitter = Tensor.uniform([batch, 3, 2], in: -shear...shear, using: &generator)
    let moved = Tensor.concatenating([points + jitter, Tensor.ones([batch, 3, 1])], axis: 2)
    // Three points on one line have no map back; the image then stays as it is.
    guard let back = try? moved.solving(points.broadcast(to: [batch, 3, 2])) else {
      return grid.broadcast(to: [batch, scale.height, scale.width, 2])
    }
    let places = Tensor.concatenating(
      [grid, grid.narrowed(axis: 3, from: 0, count: 1).onesLike()], axis: 3)
    return places.reshaped(to: [1, -1, 3]).matmul(back)
      .reshaped(to: [batch, scale.height, scale.width, 2])
  }

  /// Reads images at places in pixels.
  private func sampled(_ images: Tensor, at places: Tensor) -> Tensor {
    let x = Edge.reflect.folded(places.selecting(0, axis: 3), size: scale.width)
    let y = Edge.reflect.folded(places.selecting(1, axis: 3), size: scale.height)
    return images.sampled(
      at: Tensor.stacking(
        [x * (2 / Double(scale.width - 1)) - 1, y * (2 / Double(scale.height - 1)) - 1], axis: 3))
  }
}
