import Foundation

/// A file that appears at its place complete or not at all.
///
/// What is written goes to a temporary file in the same folder, which takes the place of the old
/// one at the end; whatever fails before, a full disk included, leaves the old one as it was. A link
/// is followed. What is no file, such as a pipe or a terminal, is written to and not replaced.
public struct AtomicFile: ~Copyable {
  private let path: String
  /// Where the file grows; nil for what cannot be replaced.
  private let temporary: String?
  private let file: Int32
  private var isFinished = false

  /// - Throws: `DataError.cannotWrite` if the folder takes no file.
  public init(path: String) throws(DataError) {
    let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG,
      status.st_mode & S_IFMT != S_IFDIR
    {
      (self.path, temporary) = (path, nil)
      file = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      let name = "\(place).\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
      (self.path, temporary) = (place, name)
      file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    }
    guard file >= 0 else { throw Self.failure(path) }
  }

  deinit {
    if !isFinished {
      close(file)
      if let temporary { unlink(temporary) }
    }
  }

  /// Appends `bytes`.
  ///
  /// - Throws: `DataError.cannotWrite`, for example if the disk is full.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    var done = 0
    while done < bytes.count {
      let written = Foundation.write(file, bytes.baseAddress! + done, bytes.count - done)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw Self.failure(path) }
      done += written
    }
  }

  public mutating func write(_ bytes: [UInt8]) throws(DataError) {
    var failure: DataError?
    bytes.withUnsafeBytes { buffer in
      do throws(DataError) { try write(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Waits until what was written so far has reached the disk.
  ///
  /// - Throws: `DataError.cannotWrite`; some file systems report a full disk only here.
  public func flush() throws(DataError) {
    guard fsync(file) == 0 || errno == EINVAL else { throw Self.failure(path) }
  }

  /// Puts the file in its place.
  ///
  /// - Throws: `DataError.cannotWrite` if what was written does not reach the disk.
  public consuming func finish() throws(DataError) {
    try flush()
    if let temporary, rename(temporary, path) != 0 { throw Self.failure(path) }
    close(file)
    isFinished = true
  }

  /// Writes all of a file.
  ///
  /// - Throws: `DataError.cannotWrite`; what was at `path` before is still there.
  public static func write(_ data: Data, to path: String) throws(DataError) {
    var file = try AtomicFile(path: path)
    try file.write(Array(data))
    try file.finish()
  }

  private static func failure(_ path: String) -> DataError {
    .cannotWrite(path: path, reason: String(cString: strerror(errno)))
  }
}
