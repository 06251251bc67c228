import Foundation
import Tensors

extension Corruption {
  /// Loses what processing, storing and sending lose.
  func distorted(
    _ images: Tensor, _ scale: CorruptionScale, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    switch self {
    case .contrast:
      let factor = scale.pick(
        small: [0.75, 0.5, 0.4, 0.3, 0.15], large: [0.4, 0.3, 0.2, 0.1, 0.05])
      return images.mean(axes: [2, 3], keepingAxes: true).interpolated(to: images, fraction: factor)
    case .saturate: return saturated(images, scale)
    case .pixelate:
      let share = scale.pick(
        small: [0.95, 0.9, 0.85, 0.75, 0.65], large: [0.6, 0.5, 0.4, 0.3, 0.25])
      let few = Resampling.box.resize(
        images,
        to: (
          height: max(Int(Double(scale.height) * share), 1),
          width: max(Int(Double(scale.width) * share), 1)
        ))
      return Resampling.box.resize(few, to: (height: scale.height, width: scale.width))
    case .jpegCompression:
      let quality = scale.pick(small: [80, 65, 58, 50, 40], large: [25, 18, 15, 10, 7])
      return Tensor.stacking((0..<images.size(0)).map { compressed(images[$0], quality) })
    case .elasticTransform:
      return Elastic(scale).applied(to: images, using: &generator)
    default: preconditionFailure("\(self) is nothing digital")
    }
  }

  /// Scales and shifts the saturation of the HSV color model.
  ///
  /// As in the published code, a gray pixel counts as red, so a shift tints it. Images of one
  /// channel stay.
  private func saturated(_ images: Tensor, _ scale: CorruptionScale) -> Tensor {
    guard images.size(1) == 3 else { return images }
    let (factor, shift) = scale.pick(
      small: [(0.3, 0.0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)],
      large: [(0.3, 0.0), (0.1, 0), (2, 0), (5, 0.1), (20, 0.2)])
    let value = images.max(axes: [1], keepingAxes: true)
    let chroma = value - images.min(axes: [1], keepingAxes: true)
    let isColored = chroma .> 0
    // How far each channel lies below the value, in units of the chroma: what a hue is.
    let hue = Tensor.choosing(
      (value - images) / chroma, where: isColored,
      otherwise: Tensor([0 as Float, 1, 1], shape: [1, 3, 1, 1]))
    let saturation = Tensor.choosing(
      chroma / value, where: isColored, otherwise: chroma.zerosLike())
    return value * (1 - (saturation * factor + shift).clamped(to: 0...1) * hue)
  }

  private func compressed(_ image: Tensor, _ quality: Int) -> Tensor {
    let bytes = JPEG.encode(image, quality: quality)
    do {
      return try JPEG.decode(Array(bytes), source: "memory").cast(to: .float32) / 255
    } catch {
      preconditionFailure("libjpeg cannot read what it wrote: \(error)")
    }
  }
}
