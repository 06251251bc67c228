import Foundation

/// A square gray image as an uncompressed PNG, for tests that need a picture.
struct GrayPNG {
  var side: Int
  /// One byte per pixel, row by row.
  var pixels: [UInt8]

  /// A soft ring with a bar through it, and a stain of size `noise`; no two seeds look alike.
  init(side: Int = 16, seed: Int, noise: Int = 0) {
    self.side = side
    let center = Double(side - 1) / 2
    pixels = (0..<(side * side)).map { index in
      let (x, y) = (Double(index % side) - center, Double(index / side) - center)
      let ring = exp(-pow((x * x + y * y).squareRoot() - 3 - Double(seed % 4), 2) / 3)
      let bar = exp(-pow(x * cos(Double(seed)) + y * sin(Double(seed)), 2) / 2)
      let stain = Double((index * 7919 + seed * 104_729) % 97) / 97 - 0.5
      let value = 230 * max(ring, bar * 0.8) + stain * Double(noise)
      return UInt8(min(255, max(0, value)))
    }
  }

  var data: Data {
    var rows: [UInt8] = []
    for row in 0..<side { rows += [0] + pixels[(row * side)..<((row + 1) * side)] }
    let length = UInt16(rows.count)
    var stream: [UInt8] = [0x78, 0x01, 0x01]
    stream += [UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8)]
    stream += rows + bigEndian(adler32(rows))
    let header = bigEndian(UInt32(side)) + bigEndian(UInt32(side)) + [8, 0, 0, 0, 0]
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    for (type, body) in [("IHDR", header), ("IDAT", stream), ("IEND", [])] {
      let content = Array(type.utf8) + body
      file += bigEndian(UInt32(body.count)) + content + bigEndian(crc32(content))
    }
    return Data(file)
  }

  private func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }

  private func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
