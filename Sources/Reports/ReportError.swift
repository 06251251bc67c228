/// Why a report could not be written.
public enum ReportError: Error, Hashable, CustomStringConvertible {
  case folderMissing(path: String)
  case folderNotWritable(path: String)
  case diskFull(path: String)
  /// Any other failure, with the system's words for it.
  case writeFailed(path: String, reason: String)

  public var description: String {
    switch self {
    case .folderMissing(let path):
      "Cannot write '\(path)': its folder does not exist. Create it, or name another."
    case .folderNotWritable(let path):
      "Cannot write '\(path)': permission denied or read-only. Name another folder."
    case .diskFull(let path):
      "Cannot write '\(path)': the disk is full or a quota is used up. Free some space; what was"
        + " there before is unchanged."
    case .writeFailed(let path, let reason):
      "Cannot write '\(path)': \(reason). What was there before is unchanged."
    }
  }
}
