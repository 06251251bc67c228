/// Why a file or address gives no papers.
///
/// Every description is one line: what is wrong, where, and what to try.
public enum ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  case missingFile(path: String)
  case unreadable(source: String, reason: String)
  /// The size is 0 where nobody has seen the end.
  case tooLarge(source: String, size: Int, limit: Int)
  /// The bytes are no text.
  case notText(source: String, offset: Int)
  /// The bytes are text in an encoding that is not named, or not the one that is.
  case unknownEncoding(source: String, offset: Int, declared: String?)
  case malformed(source: String, reason: String)
  /// There is text, but no paper in it.
  case noPapers(source: String)
  case cannotFetch(address: String, reason: String)

  public var description: String {
    switch self {
    case .missingFile(let path): "\(path): no such file."
    case .unreadable(let source, let reason): "\(source): cannot be read: \(reason)"
    case .tooLarge(let source, 0, let limit):
      "\(source): it goes on beyond the \(limit) bytes that a page may have."
    case .tooLarge(let source, let size, let limit):
      "\(source): \(size) bytes are more than the \(limit) that a page may have."
    case .notText(let source, let offset):
      "\(source): not a text: byte \(offset) is 0."
    case .unknownEncoding(let source, let offset, let declared?):
      "\(source): not a text in \(declared), as it says: byte \(offset) is none. Save it as UTF-8."
    case .unknownEncoding(let source, let offset, nil):
      "\(source): not a text in UTF-8: byte \(offset) is none. Save it as UTF-8; if it is Latin-1, by 'iconv -f LATIN1 -t UTF-8'."
    case .malformed(let source, let reason): "\(source): \(reason)"
    case .noPapers(let source):
      "\(source): no paper found. A page needs titles, each followed by an abstract."
    case .cannotFetch(let address, let reason): "\(address): cannot be fetched: \(reason)"
    }
  }
}
