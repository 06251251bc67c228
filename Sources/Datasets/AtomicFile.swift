import Foundation

/// A file that appears at its place complete or not at all.
///
/// What is written goes to a temporary file in the same folder, which takes the place of the old
/// one at the end; whatever fails before, a full disk included, leaves the old one as it was.
public struct AtomicFile: ~Copyable {
  private let path: String
  private let temporary: String
  private let file: Int32
  private var isFinished = false

  /// - Throws: `DataError.cannotWrite` if the folder takes no file.
  public init(path: String) throws(DataError) {
    self.path = path
    temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
    file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw Self.failure(path) }
  }

  deinit {
    if !isFinished {
      close(file)
      unlink(temporary)
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

  /// Puts the file in its place.
  ///
  /// - Throws: `DataError.cannotWrite` if what was written does not reach the disk.
  public consuming func finish() throws(DataError) {
    guard fsync(file) == 0 else { throw Self.failure(path) }
    guard rename(temporary, path) == 0 else { throw Self.failure(path) }
    close(file)
    isFinished = true
  }

  private static func failure(_ path: String) -> DataError {
    .cannotWrite(path: path, reason: String(cString: strerror(errno)))
  }
}
