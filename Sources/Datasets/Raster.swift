import CImaging
import Foundation
import Tensors

/// An image as codecs want it: 8-bit samples, row by row, the colors of a pixel side by side.
struct Raster {
  private var pixels: [UInt8]
  private let size: (height: Int, width: Int, channels: Int)

  init(_ image: Tensor) {
    precondition(
      image.rank == 3 && (image.size(0) == 1 || image.size(0) == 3) && image.count > 0,
      "an image is [1 or 3, height, width], not \(image.shape)")
    let rows = image.detached().cast(to: .float32).clamped(to: 0...1).transposed(axes: [1, 2, 0])
    pixels = (rows * 255).rounded().cast(to: .uint8).bytes()
    size = (image.size(1), image.size(2), image.size(0))
  }

  typealias Encoder = (
    UnsafeMutablePointer<assay_image>, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
    UnsafeMutablePointer<Int>
  ) -> Int32

  /// The file's bytes. Only a lack of memory can fail here, and that traps.
  func encoded(by encode: Encoder) -> Data {
    var copy = pixels
    return copy.withUnsafeMutableBufferPointer { buffer in
      var image = assay_image()
      (image.height, image.width, image.channels) = size
      image.pixels = buffer.baseAddress
      var (bytes, count): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
      let status = encode(&image, &bytes, &count)
      guard status == 0, let bytes else { fatalError("cannot encode: \(Self.message(of: image))") }
      return Data(bytesNoCopy: bytes, count: count, deallocator: .free)
    }
  }

  typealias Decoder = (
    UnsafePointer<UInt8>?, Int, Int, UnsafeMutablePointer<assay_image>
  ) -> Int32

  static func decode(
    _ bytes: Bytes, _ limits: DataLimits, by decode: Decoder
  ) throws(DataError) -> Tensor {
    var image = assay_image()
    let status = withExtendedLifetime(bytes) {
      decode(
        bytes.buffer.bindMemory(to: UInt8.self).baseAddress, bytes.count, limits.pixels, &image)
    }
    guard status == 0, let pixels = image.pixels else {
      throw .badImage(path: bytes.source, reason: message(of: image))
    }
    defer { free(pixels) }
    let (height, width, channels) = (image.height, image.width, image.channels)
    let buffer = UnsafeRawBufferPointer(start: pixels, count: height * width * channels)
    return Tensor(copying: buffer, dtype: .uint8, shape: [height, width, channels])
      .transposed(axes: [2, 0, 1]).contiguous()
  }

  private static func message(of image: assay_image) -> String {
    withUnsafeBytes(of: image.message) { raw in
      String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
