import Datasets
import Foundation

/// A file that one thread of one process at a time can hold.
///
/// The system lets go of it when a process ends, however it ends, so that nobody waits for the dead.
struct FileLock: ~Copyable {
  private let file: Int32

  /// Opens the file, and makes it if it is not there.
  ///
  /// - Throws: `DataError.cannotWrite`.
  init(path: String) throws(DataError) {
    file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
  }

  deinit { close(file) }

  /// Waits for the file, and holds it during `body`.
  borrowing func whileHeld<Result>(_ body: () throws -> Result) rethrows -> Result {
    while flock(file, LOCK_EX) != 0 {
      precondition(errno == EINTR, "flock: \(String(cString: strerror(errno)))")
    }
    defer { flock(file, LOCK_UN) }
    return try body()
  }
}
