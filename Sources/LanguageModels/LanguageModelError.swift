/// Why a language model cannot be used.
public enum LanguageModelError: Error, Hashable, Sendable, CustomStringConvertible {
  case missingFile(path: String)
  case malformed(path: String, reason: String)

  public var description: String {
    switch self {
    case .missingFile(let path): "\(path): no such file. Does the model's folder hold it?"
    case .malformed(let path, let reason): "\(path): not the model that is needed: \(reason)."
    }
  }
}
