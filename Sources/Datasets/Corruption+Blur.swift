import Foundation
import Tensors

extension Corruption {
  /// Loses detail as optics, motion and glass do.
  func blurred(
    _ images: Tensor, _ scale: CorruptionScale, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    switch self {
    case .gaussianBlur:
      let deviation = scale.pick(small: [0.4, 0.6, 0.7, 0.8, 1], large: [1.0, 2, 3, 4, 6])
      return ImageFilter.gaussian(images, deviation: scale.length(deviation))
    case .defocusBlur: return defocused(images, scale)
    case .glassBlur: return seenThroughGlass(images, scale, using: &generator)
    case .motionBlur:
      let (radius, deviation) = scale.pick(
        small: [(6.0, 1.0), (6, 1.5), (6, 2), (8, 2), (9, 2.5)],
        large: [(10.0, 3.0), (15, 5), (15, 8), (15, 12), (20, 15)])
      let angles = Tensor.uniform([images.size(0)], in: -45...45, using: &generator)
      return ImageFilter.smeared(
        images, radius: scale.length(radius), deviation: scale.length(deviation), angles: angles)
    case .zoomBlur: return zoomBlurred(images, scale)
    default: preconditionFailure("\(self) is no blur")
    }
  }

  /// Averages over a disk whose rim is softened.
  private func defocused(_ images: Tensor, _ scale: CorruptionScale) -> Tensor {
    let (published, softening) = scale.pick(
      small: [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)],
      large: [(3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5)])
    let radius = scale.length(published)
    let reach = Int(radius) + 2
    let line = Tensor.range(-reach..<reach + 1, dtype: .float32)
    let disk = (line.square().expandedDimension(at: 1) + line.square() .<= radius * radius)
      .cast(to: .float32)
    let size = radius <= 8 ? 1 : 2
    let rim = (Tensor.range(-size..<size + 1, dtype: .float32) / softening).square() * -0.5
    let bell = rim.softmax()
    let soft = ImageFilter.correlated(
      (disk / disk.sum()).reshaped(to: [1, 1] + disk.shape), with: bell.outerProduct(bell))
    return ImageFilter.correlated(images, with: soft.reshaped(to: disk.shape))
  }

  /// Blurs, gives pixels the values of random neighbors, and blurs again.
  ///
  /// The published code swaps pixels one after the other, but its swap copies (both take the
  /// neighbor's value); here all pixels copy at once, in each of the passes.
  private func seenThroughGlass(
    _ images: Tensor, _ scale: CorruptionScale, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let (published, reach, passes) = scale.pick(
      small: [(0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2)],
      large: [(0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2)])
    let deviation = scale.length(published)
    let distance = max(Int(scale.length(Double(reach)).rounded()), 1)
    let shape = [images.size(0), scale.height, scale.width]
    var result = ImageFilter.gaussian(images, deviation: deviation)
    for _ in 0..<passes {
      let rows = Tensor.randomIntegers(shape, in: -distance..<distance, using: &generator)
      let columns = Tensor.randomIntegers(shape, in: -distance..<distance, using: &generator)
      result = ImageFilter.shifted(result, rows: rows, columns: columns)
    }
    return ImageFilter.gaussian(result, deviation: deviation)
  }

  /// Averages over many enlargements.
  private func zoomBlurred(_ images: Tensor, _ scale: CorruptionScale) -> Tensor {
    let (last, step) = scale.pick(
      small: [(1.06, 0.01), (1.11, 0.01), (1.16, 0.01), (1.21, 0.01), (1.26, 0.01)],
      large: [(1.11, 0.01), (1.16, 0.01), (1.21, 0.02), (1.26, 0.02), (1.31, 0.03)])
    let factors = Array(stride(from: 1, to: last - 1e-9, by: step))
    let total = factors.reduce(images) { $0 + ImageFilter.zoomed(images, by: $1) }
    return total / Double(factors.count + 1)
  }
}
