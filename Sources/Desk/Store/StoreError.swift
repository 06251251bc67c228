/// Why the store of papers cannot do what it is asked.
///
/// Every description is one line: what is wrong, where, and what to try.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  case cannotOpen(place: String, reason: String)
  /// Another process has held the store for longer than one waits.
  case busy(place: String)
  case full(place: String)
  /// The server ended the connection, or it broke; the next statement makes a new one.
  case disconnected(place: String, reason: String)
  case damaged(place: String, reason: String)
  /// The store was made by a newer Assay.
  case tooNew(place: String, version: Int, known: Int)
  case failed(statement: String, reason: String)
  case unknownPaper(name: String, similar: [String])
  case unknownTopic(name: String, known: [String])

  public var description: String {
    switch self {
    case .cannotOpen(let place, let reason): "\(place): the store cannot be opened: \(reason)"
    case .busy(let place):
      "\(place): another process is writing to the store. Try again when it is done."
    case .full(let place): "\(place): the disk is full; nothing was changed."
    case .disconnected(let place, let reason):
      "\(place): the connection was lost: \(reason). Try again."
    case .damaged(let place, let reason):
      "\(place): the store is damaged: \(reason). Restore a copy made by 'assay papers backup'."
    case .tooNew(let place, let version, let known):
      "\(place): the store has version \(version), but this Assay knows versions up to \(known)."
    case .failed(let statement, let reason): "The store refused '\(statement)': \(reason)"
    case .unknownPaper(let name, let similar):
      "There is no paper '\(name)'."
        + (similar.isEmpty ? "" : " Is it one of \(similar.joined(separator: ", "))?")
    case .unknownTopic(let name, let known):
      known.isEmpty
        ? "Nothing is followed yet."
        : "'\(name)' is not followed. Followed are: \(known.joined(separator: ", "))."
    }
  }
}
