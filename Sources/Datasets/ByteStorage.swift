import Foundation

/// Owns read-only memory: a mapped file, or bytes on the heap.
///
/// A mapped file has to keep its bytes while it is used; Assay itself replaces files by renaming,
/// which leaves the mapped one intact. `@unchecked Sendable` holds because the memory is never
/// written after `init`.
final class ByteStorage: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  private init(_ bytes: UnsafeRawBufferPointer, isMapped: Bool) {
    (self.bytes, self.isMapped) = (bytes, isMapped)
  }

  /// Takes over memory from `malloc`.
  convenience init(adopting bytes: UnsafeMutableRawBufferPointer) {
    self.init(UnsafeRawBufferPointer(bytes), isMapped: false)
  }

  /// Makes `count` bytes and has `fill` write them; nothing if it reports a failure.
  convenience init?(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Bool) {
    guard let start = malloc(max(count, 1)) else { return nil }
    let buffer = UnsafeMutableRawBufferPointer(start: start, count: count)
    guard fill(buffer) else {
      free(start)
      return nil
    }
    self.init(adopting: buffer)
  }

  deinit {
    guard let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress) else { return }
    if isMapped { munmap(start, bytes.count) } else { free(start) }
  }

  /// Reads a file, or maps it if it is large.
  ///
  /// - Throws: `DataError.missingFile`; `unreadable` for folders, pipes and what permissions
  ///   forbid.
  static func reading(_ path: String, _ limits: DataLimits) throws(DataError) -> ByteStorage {
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is not a file")
    }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    guard fstat(file, &status) == 0 else { throw failure(path) }
    let size = Int(status.st_size)
    if size >= limits.mapping {
      let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0)
      guard let start, start != MAP_FAILED else { throw failure(path) }
      return ByteStorage(UnsafeRawBufferPointer(start: start, count: size), isMapped: true)
    }
    let storage = ByteStorage(count: size) { buffer in
      var done = 0
      while done < size {
        let got = read(file, buffer.baseAddress! + done, size - done)
        if got <= 0 { return false }
        done += got
      }
      return true
    }
    guard let storage else { throw failure(path) }
    return storage
  }

  private static func failure(_ path: String) -> DataError {
    errno == ENOENT || errno == ENOTDIR
      ? .missingFile(path: path)
      : .unreadable(path: path, reason: String(cString: strerror(errno)))
  }
}
