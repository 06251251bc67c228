import Foundation
import Tensors

/// What is beyond the edge of an image.
enum Edge {
  /// The last pixel again and again.
  case nearest
  /// A mirror behind the last pixel, which appears twice.
  case symmetric
  /// A mirror at the last pixel, which appears once.
  case reflect

  /// Brings positions back into `0..<size`.
  func folded(_ positions: Tensor, size: Int) -> Tensor {
    func remainder(_ divisor: Int) -> Tensor {
      positions.remainder(dividingBy: Tensor([divisor]).cast(to: positions.dtype))
    }
    switch self {
    case .nearest:
      return positions.clamped(from: 0, through: Double(size - 1)).cast(to: positions.dtype)
    case .symmetric:
      let position = remainder(2 * size)
      return position.minimum((2 * size - 1) - position)
    case .reflect where size == 1: return positions.zerosLike()
    case .reflect:
      let position = remainder(2 * size - 2)
      return position.minimum((2 * size - 2) - position)
    }
  }
}

/// Filters over the last two axes of `[images, channels, height, width]`.
enum ImageFilter {
  /// A Gaussian blur, as two products with matrices of weights; any deviation and any edge will do.
  ///
  /// - `truncation`: how many standard deviations the filter reaches.
  static func gaussian(
    _ images: Tensor, deviation: Double, edge: Edge = .nearest, truncation: Double = 4
  ) -> Tensor {
    guard deviation > 0 else { return images }
    func weights(_ size: Int) -> Tensor {
      let radius = Int(truncation * deviation + 0.5)
      let offsets = Tensor.range(-radius..<radius + 1)
      let bell = (offsets.cast(to: .float64) / deviation).square() * -0.5
      let positions = Tensor.range(0..<size).expandedDimension(at: 1) + offsets
      return Tensor.zeros([size, size], dtype: .float64).scatterAdding(
        bell.softmax().broadcast(to: positions.shape), at: edge.folded(positions, size: size),
        axis: 1
      ).cast(to: .float32)
    }
    let (rows, columns) = (weights(images.size(2)), weights(images.size(3)))
    return rows.matmul(images).matmul(columns.transposed())
  }

  /// The correlation of every channel with one small kernel `[rows, columns]`, mirrored at the
  /// edges.
  static func correlated(_ images: Tensor, with kernel: Tensor) -> Tensor {
    let (height, width) = (images.size(2), images.size(3))
    let (top, left) = (kernel.size(0) / 2, kernel.size(1) / 2)
    let rows = Edge.reflect.folded(Tensor.range(-top..<height + top), size: height)
    let columns = Edge.reflect.folded(Tensor.range(-left..<width + left), size: width)
    let padded = images.gathering(rows, axis: 2).gathering(columns, axis: 3)
    let planes = padded.reshaped(to: [-1, 1, height + 2 * top, width + 2 * left])
    let geometry = ConvolutionGeometry(stride: [1, 1], padding: [0, 0], dilation: [1, 1])
    return planes.convolved(
      weight: kernel.reshaped(to: [1, 1] + kernel.shape), bias: nil, geometry
    ).reshaped(to: images.shape)
  }

  /// The mean over windows of 3 by 3.
  static func boxed(_ images: Tensor) -> Tensor {
    correlated(images, with: Tensor.full(1.0 / 9, [3, 3]))
  }

  /// Each image moved by an integer of pixels of its own; beyond the edge it repeats the edge.
  ///
  /// - Shape: `rows` and `columns` broadcast to `[images, height, width]`, of type `int64`.
  static func shifted(_ images: Tensor, rows: Tensor, columns: Tensor) -> Tensor {
    let (height, width) = (images.size(2), images.size(3))
    let vertical = Tensor.range(0..<height).reshaped(to: [1, height, 1]) + rows
    let horizontal = Tensor.range(0..<width).reshaped(to: [1, 1, width]) + columns
    let places =
      Edge.nearest.folded(vertical, size: height) * width
      + Edge.nearest.folded(horizontal, size: width)
    let index = places.reshaped(to: [images.size(0), 1, height * width])
      .broadcast(to: [images.size(0), images.size(1), height * width])
    return images.reshaped(to: [images.size(0), images.size(1), height * width])
      .gatheringElements(index, axis: 2).reshaped(to: images.shape)
  }

  /// The middle of each image, enlarged linearly by `factor` and cut to the old size.
  static func zoomed(_ images: Tensor, by factor: Double) -> Tensor {
    var result = images
    let sizes = [images.size(2), images.size(3)]
    let kept = sizes.map { Int((Double($0) / factor).rounded(.up)) }
    for axis in 0..<2 {
      result = result.narrowed(
        axis: axis + 2, from: (sizes[axis] - kept[axis]) / 2, count: kept[axis])
    }
    let enlarged = kept.map { Int((Double($0) * factor).rounded(.toNearestOrEven)) }
    result = result.resized(to: enlarged, mode: .linear, alignsCorners: true)
    for axis in 0..<2 {
      result = result.narrowed(
        axis: axis + 2, from: (enlarged[axis] - sizes[axis]) / 2, count: sizes[axis])
    }
    return result
  }

  /// A one-sided smear along an angle of each image's own, as ImageMagick's motion blur.
  ///
  /// - Units: `angles` in degrees, of shape `[images]`.
  static func smeared(
    _ images: Tensor, radius: Double, deviation: Double, angles: Tensor
  ) -> Tensor {
    let taps = 2 * max(Int(radius.rounded()), 1) + 1
    let bell = (0..<taps).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
    let total = bell.reduce(0, +)
    let radians = (angles * (Double.pi / 180)).reshaped(to: [images.size(0), 1, 1])
    let (sine, cosine) = (radians.sin(), radians.cos())
    var result = images.zerosLike()
    for tap in 0..<taps where bell[tap] / total > 1e-6 {
      let rows = (sine * tap - 0.5).ceiling().cast(to: .int64)
      let columns = (cosine * tap - 0.5).ceiling().cast(to: .int64)
      let moved = tap == 0 ? images : shifted(images, rows: rows, columns: columns)
      result = result.adding(moved, scaledBy: bell[tap] / total)
    }
    return result
  }
}
