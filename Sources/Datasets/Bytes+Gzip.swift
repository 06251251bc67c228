import CZip

extension Bytes {
  /// These bytes, inflated if they are a gzip file.
  ///
  /// - Throws: `DataError.malformed` if the compressed data are damaged, `tooLarge` if there is more
  ///   than the limits allow.
  func unpacked(_ limits: DataLimits) throws(DataError) -> Bytes {
    guard starts(with: [0x1f, 0x8b]) else { return self }
    var (output, size): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
    let status = withExtendedLifetime(self) {
      assay_gunzip(
        buffer.bindMemory(to: UInt8.self).baseAddress, count, limits.bytes, &output, &size)
    }
    guard status == 0, let output else {
      if status == 1 {
        throw .malformed(path: source, reason: "its compressed data are wrong or cut off")
      }
      throw .tooLarge(
        path: source, what: "an unpacked size", size: limits.bytes + 1, limit: limits.bytes)
    }
    return Bytes(
      ByteStorage(adopting: UnsafeMutableRawBufferPointer(start: output, count: size)),
      source: source)
  }
}
