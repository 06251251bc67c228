import Foundation

/// Writes files so that a reader sees the old bytes or the new, and never a part.
public enum AtomicFile {
  /// Writes `data` to a temporary file beside `path`, flushes it to the disk, and renames it.
  ///
  /// - Throws: `ReportError`; whatever was at `path` before is still there, and the temporary file
  ///   is not.
  public static func write(_ data: Data, to path: String) throws(ReportError) {
    var template = Array((path + ".XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw ReportError(errno, path: path) }
    let temporary = String(
      decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    var failure = writeAll(data, to: descriptor)
    // Some file systems report a full disk only when the file is flushed or closed.
    if failure == nil, fsync(descriptor) != 0, errno != EINVAL { failure = errno }
    if failure == nil, fchmod(descriptor, 0o644) != 0 { failure = errno }
    if close(descriptor) != 0, failure == nil { failure = errno }
    if failure == nil, rename(temporary, path) != 0 { failure = errno }
    if let failure {
      unlink(temporary)
      throw ReportError(failure, path: path)
    }
  }

  /// Returns the system's error number if a write fails.
  private static func writeAll(_ data: Data, to descriptor: Int32) -> Int32? {
    data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return count == 0 ? ENOSPC : errno }
        rest = rest.dropFirst(count)
      }
      return nil
    }
  }
}

extension ReportError {
  /// The case that stands for a system error number.
  init(_ code: Int32, path: String) {
    switch code {
    case ENOENT, ENOTDIR: self = .folderMissing(path: path)
    case EACCES, EPERM, EROFS: self = .folderNotWritable(path: path)
    case ENOSPC, EDQUOT: self = .diskFull(path: path)
    default: self = .writeFailed(path: path, reason: String(cString: strerror(code)))
    }
  }
}
