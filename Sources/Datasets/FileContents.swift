/// The bytes of a file, unpacked if it is a gzip file; large plain files are mapped, not read.
public struct FileContents: Sendable {
  private let bytes: Bytes

  /// - Throws: `DataError.missingFile`, `unreadable`, `malformed` if compressed data are damaged,
  ///   `tooLarge` if there are more than `limits.bytes`.
  public init(path: String, limits: DataLimits = DataLimits()) throws(DataError) {
    bytes = try Bytes(reading: path, limits).unpacked(limits)
    guard bytes.count <= limits.bytes else {
      throw .tooLarge(path: path, what: "a size", size: bytes.count, limit: limits.bytes)
    }
  }

  /// Calls `body` with the bytes, which it must not keep.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(bytes.storage) {} }
    return try body(bytes.buffer)
  }
}
