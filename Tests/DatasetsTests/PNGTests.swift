import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

private func picture(channels: Int) -> Tensor {
  var generator = Generator(seed: 3)
  let pixels = Tensor.randomIntegers([channels, 5, 7], in: 0..<256, using: &generator)
  return pixels.cast(to: .float32) / 255
}

@Test("PNG keeps every sample", arguments: [1, 3])
func pngRoundTrip(channels: Int) throws {
  let image = picture(channels: channels)
  let bytes = [UInt8](PNG.encode(image))
  let copy = try PNG.decode(bytes, source: "p")
  #expect(copy.dtype == .uint8)
  expectClose(copy.cast(to: .float32) / 255, image, absolute: 1e-6)
}

@Test("PNG clamps what is out of range")
func pngClamps() throws {
  let image = Tensor([-1 as Float, 0.5, 2, 1], shape: [1, 2, 2])
  let copy = try PNG.decode([UInt8](PNG.encode(image)), source: "p")
  #expect(copy.integers == [0, 128, 255, 255])
}

@Test("JPEG keeps a smooth image to within its losses", arguments: [1, 3])
func jpegRoundTrip(channels: Int) throws {
  let ramp = Tensor.evenlySpaced(0...1, count: 32).broadcast(to: [channels, 16, 32])
  let copy = try JPEG.decode([UInt8](JPEG.encode(ramp, quality: 95)), source: "j")
  expectClose(copy.cast(to: .float32) / 255, ramp, absolute: 0.02)
}

/// A PNG whose header declares another size; its checksum is that of the declaration.
private func enlarged(_ png: Data) -> [UInt8] {
  var bytes = [UInt8](png)
  bytes.replaceSubrange(16..<24, with: [0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff])
  return bytes
}

@Test("Damaged images are refused at once, whatever is damaged")
func hostileImages() {
  let image = picture(channels: 3)
  let (png, jpeg) = ([UInt8](PNG.encode(image)), [UInt8](JPEG.encode(image, quality: 90)))
  #expect(throws: DataError.self) { try PNG.decode([], source: "p") }
  #expect(throws: DataError.self) { try JPEG.decode([], source: "j") }
  #expect(throws: DataError.self) { try PNG.decode(enlarged(Data(png)), source: "p") }
  #expect(throws: DataError.self) { try PNG.decode(Array(png.prefix(png.count / 2)), source: "p") }
  #expect(throws: DataError.self) {
    try JPEG.decode(Array(jpeg.prefix(jpeg.count - 30)), source: "j")
  }
  for (good, isPNG) in [(png, true), (jpeg, false)] {
    for index in good.indices {
      var bytes = good
      bytes[index] ^= 0x55
      _ = isPNG ? try? PNG.decode(bytes, source: "p") : try? JPEG.decode(bytes, source: "j")
    }
  }
}

@Test("An image with more pixels than the limit is refused before it is decoded")
func imagePixelLimit() throws {
  var limits = DataLimits()
  limits.pixels = 34
  let image = picture(channels: 1)
  #expect(throws: DataError.badImage(path: "p", reason: "7 by 5 pixels are too many")) {
    try PNG.decode([UInt8](PNG.encode(image)), source: "p", limits: limits)
  }
  #expect(throws: DataError.badImage(path: "p", reason: "7 by 5 pixels are too many")) {
    try JPEG.decode([UInt8](JPEG.encode(image, quality: 90)), source: "p", limits: limits)
  }
}
