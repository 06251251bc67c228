import Foundation

/// A stretch of bytes with the name of where they come from; every access is checked.
struct Bytes: Sendable {
  /// The path, or the path and the entry, for error messages.
  let source: String
  let storage: ByteStorage
  private let range: Range<Int>

  init(_ storage: ByteStorage, source: String) {
    (self.storage, self.source, range) = (storage, source, 0..<storage.bytes.count)
  }

  private init(_ storage: ByteStorage, source: String, range: Range<Int>) {
    (self.storage, self.source, self.range) = (storage, source, range)
  }

  /// Reads the file at `path`.
  init(reading path: String, _ limits: DataLimits) throws(DataError) {
    self.init(try ByteStorage.reading(path, limits), source: path)
  }

  init(_ bytes: [UInt8], source: String) {
    let storage = ByteStorage(count: bytes.count) { buffer in
      buffer.copyBytes(from: bytes)
      return true
    }
    guard let storage else { fatalError("no memory for \(bytes.count) bytes") }
    self.init(storage, source: source)
  }

  var count: Int { range.count }

  /// The memory, which lives as long as `storage`.
  var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage.bytes[range]) }

  /// Some of these bytes, without a copy.
  ///
  /// - Throws: `DataError.truncated` if they are not all here.
  func slice(from start: Int, count: Int, source: String? = nil) throws(DataError) -> Bytes {
    guard start >= 0, count >= 0, start <= self.count, count <= self.count - start else {
      throw .truncated(
        path: source ?? self.source, needed: start.addingReportingOverflow(count).partialValue,
        found: self.count)
    }
    let first = range.lowerBound + start
    return Bytes(storage, source: source ?? self.source, range: first..<first + count)
  }

  /// The integer at `offset`.
  ///
  /// - Throws: `DataError.truncated` if it is not all here.
  func integer<Value: FixedWidthInteger>(
    _ type: Value.Type, at offset: Int, isBigEndian: Bool = false
  ) throws(DataError) -> Value {
    let bytes = try slice(from: offset, count: MemoryLayout<Value>.size)
    let raw = bytes.buffer.loadUnaligned(as: Value.self)
    return isBigEndian ? Value(bigEndian: raw) : Value(littleEndian: raw)
  }

  func starts(with prefix: [UInt8]) -> Bool { buffer.starts(with: prefix) }
}
