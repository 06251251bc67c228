/// Why an audit cannot begin.
public enum AuditError: Error, Equatable, CustomStringConvertible {
  case noClassifier(output: String)
  case inputsNotFinite(path: String)
  case tooLarge(bytes: Int, limit: Int)
  case unknownCheck(name: String, known: [String])
  case badPolicy(path: String, reason: String)

  public var description: String {
    switch self {
    case .noClassifier(let output):
      "The model's output \(output) is no row of at least two scores for each example, "
        + "so it is no classifier."
    case .inputsNotFinite(let path):
      "\(path): some inputs are not numbers or are infinite. Clean the data first."
    case .tooLarge(let bytes, let limit):
      "One example takes \(bytes) bytes while the model runs; the limit is \(limit). "
        + "Use a smaller input or model."
    case .unknownCheck(let name, let known):
      "There is no check '\(name)'. There are: \(known.joined(separator: ", "))."
    case .badPolicy(let path, let reason): "\(path): \(reason)"
    }
  }
}
