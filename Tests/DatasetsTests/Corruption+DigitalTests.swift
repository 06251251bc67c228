import Datasets
import Tensors
import TestSupport
import Testing

private func distorted(_ corruption: Corruption, _ images: Tensor, _ severity: Int) -> Tensor {
  var generator = Generator(seed: 6)
  return corruption.applied(to: images, severity: severity, using: &generator)
}

/// A ramp from 0 to 1 along the columns.
private let ramp = Tensor.evenlySpaced(0...1, count: 16).broadcast(to: [1, 1, 16, 16])

@Test("Contrast shrinks the distance from each channel's mean by the published factor")
func contrast() {
  expectClose(distorted(.contrast, ramp, 5), 0.5 + (ramp - 0.5) * 0.15, absolute: 1e-6)
}

@Test("Saturation scales the distance from the brightest channel")
func saturation() {
  let image = Tensor([0.8 as Float, 0.4, 0.6], shape: [1, 3, 1, 1]).broadcast(to: [1, 3, 4, 4])
  // Saturation 0.5 times 0.3: the lowest channel comes to 0.8 * (1 - 0.15), the middle one half
  // way.
  let expected = Tensor([0.8 as Float, 0.68, 0.74], shape: [1, 3, 1, 1])
    .broadcast(to: [1, 3, 4, 4])
  expectClose(distorted(.saturate, image, 1), expected, absolute: 1e-6)
  let gray = Tensor.full(0.5, [1, 3, 4, 4])
  expectClose(distorted(.saturate, gray, 3), gray, absolute: 1e-6)
}

@Test("Pixelation keeps a constant image and makes blocks of equal pixels")
func pixelation() {
  let constant = Tensor.full(0.3, [1, 3, 32, 32])
  expectClose(distorted(.pixelate, constant, 5), constant, absolute: 1e-6)
  // 16 pixels become int(16 * 0.65) = 10 and then 16 again, so at most ten values are left.
  let columns = distorted(.pixelate, ramp, 5)[0][0][0]
  #expect(columns.uniqueElements().values.count == 10)
}

@Test("Compression is what decoding the encoded image gives")
func compression() throws {
  let image = Tensor.concatenating([ramp, ramp.transposed(), 1 - ramp], axis: 1)
  let bytes = [UInt8](JPEG.encode(image[0], quality: 40))
  let decoded = try JPEG.decode(bytes, source: "test").cast(to: .float32) / 255
  expectClose(distorted(.jpegCompression, image, 5)[0], decoded, absolute: 0)
}

@Test("An elastic map keeps a constant image and stays near a smooth one")
func elasticity() {
  let constant = Tensor.full(0.3, [2, 1, 16, 16])
  for severity in 1...5 {
    expectClose(distorted(.elasticTransform, constant, severity), constant, absolute: 1e-5)
    let moved = (distorted(.elasticTransform, ramp, severity) - ramp).magnitude()
    // At most 0.08 of the side by the affine map at each corner, and 0.1 by the displacement.
    #expect(moved.mean().item() < 0.15 && moved.max().item() > 0.005)
  }
}
