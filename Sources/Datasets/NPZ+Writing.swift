import CZip
import Foundation
import Tensors

extension NPZ {
  /// Writes named arrays to `path`, which appears complete or not at all.
  ///
  /// Elements are stored at multiples of 64 bytes, so that the file can be mapped; equal arrays
  /// give equal bytes.
  ///
  /// - Throws: `DataError.cannotWrite`; `tooLarge` if an array takes 4 GB or more.
  /// - `isCompressed`: whether to deflate, which prevents mapping.
  public static func write(
    _ arrays: [String: Tensor], to path: String, isCompressed: Bool = false
  ) throws(DataError) {
    var file = try AtomicFile(path: path)
    var writer = ZipWriter(path: path)
    for (name, tensor) in arrays.sorted(by: { $0.key < $1.key }) {
      let contents = NPY.encode(tensor)
      try writer.append(contents, name: name + ".npy", isCompressed: isCompressed, to: &file)
    }
    try writer.finish(to: &file)
    try file.finish()
  }
}

/// Writes entries one after the other, and the directory at the end.
private struct ZipWriter {
  private let path: String
  private var directory: [UInt8] = []
  private var count = 0
  private var offset = 0

  init(path: String) {
    self.path = path
  }

  mutating func append(
    _ contents: [UInt8], name: String, isCompressed: Bool, to file: inout AtomicFile
  ) throws(DataError) {
    let packed = isCompressed ? deflated(contents) : nil
    let body = packed ?? contents
    let limit = Int(UInt32.max) - 1
    guard max(contents.count, body.count) < limit, offset < limit, count < 0xffff else {
      throw .tooLarge(path: path, what: "an array", size: contents.count, limit: limit)
    }
    let start = offset + 30 + name.utf8.count
    let padding = packed == nil ? (64 - (start + 4) % 64) % 64 + 4 : 0
    let common =
      bytes(20 as UInt16, 0x800 as UInt16, UInt16(packed == nil ? 0 : 8))
      + bytes(0 as UInt16, 0x21 as UInt16)  // the first of January 1980
      + bytes(checksum(contents), UInt32(body.count), UInt32(contents.count))
    var header = bytes(0x0403_4b50 as UInt32) + common
    header += bytes(UInt16(name.utf8.count), UInt16(padding)) + Array(name.utf8)
    if padding > 0 {
      header += bytes(0xd935 as UInt16, UInt16(padding - 4))
      header += [UInt8](repeating: 0, count: padding - 4)
    }
    directory += bytes(0x0201_4b50 as UInt32, 20 as UInt16) + common
    directory += bytes(UInt16(name.utf8.count), 0 as UInt16, 0 as UInt16, 0 as UInt16, 0 as UInt16)
    directory += bytes(0 as UInt32, UInt32(offset)) + Array(name.utf8)
    try file.write(header)
    try file.write(body)
    offset += header.count + body.count
    count += 1
  }

  func finish(to file: inout AtomicFile) throws(DataError) {
    guard offset < Int(UInt32.max) else {
      throw .tooLarge(path: path, what: "a file", size: offset, limit: Int(UInt32.max))
    }
    let end =
      bytes(0x0605_4b50 as UInt32, 0 as UInt32) + bytes(UInt16(count), UInt16(count))
      + bytes(UInt32(directory.count), UInt32(offset), 0 as UInt16)
    try file.write(directory + end)
  }

  private func deflated(_ contents: [UInt8]) -> [UInt8]? {
    let packed = [UInt8](unsafeUninitializedCapacity: contents.count) { target, size in
      size = assay_deflate(contents, contents.count, target.baseAddress, target.count)
    }
    return packed.isEmpty ? nil : packed
  }

  private func checksum(_ contents: [UInt8]) -> UInt32 { assay_crc32(contents, contents.count) }

  private func bytes<each Value: FixedWidthInteger>(_ values: repeat each Value) -> [UInt8] {
    var result: [UInt8] = []
    for value in repeat each values {
      withUnsafeBytes(of: value.littleEndian) { result.append(contentsOf: $0) }
    }
    return result
  }
}
