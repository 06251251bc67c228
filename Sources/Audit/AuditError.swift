import Datasets
import Tensors

/// Why an audit cannot begin.
public enum AuditError: Error, Equatable, CustomStringConvertible {
  case noClassifier(output: String)
  /// The outputs may be probabilities or scores, and nothing tells which.
  case unknownScores(output: String)
  /// The examples have another order of axes than the network takes, or none at all.
  case unknownLayout(data: Shape, network: Shape, proposal: DataLayout?)
  case inputsNotFinite(path: String)
  case tooLarge(bytes: Int, limit: Int)
  case unknownCheck(name: String, known: [String])
  case badPolicy(path: String, reason: String)
  case noSuchExample(Int, count: Int)
  case noSuchClass(Int, count: Int)

  public var description: String {
    switch self {
    case .noClassifier(let output):
      "The model's output \(output) is no row of scores for each example, so it is no classifier."
    case .unknownScores(let output):
      "The outputs \(output) lie between 0 and 1, but their rows do not sum to 1, as those of "
        + "separate sigmoids. Say how to read them: '--scores sigmoids' (by their log-odds), "
        + "'probabilities' (each row is divided by its sum) or 'logits'."
    case .unknownLayout(let data, let network, let proposal):
      "The network takes examples of shape \(network), but the data has \(data); reading one as the "
        + "other would shuffle the features. "
        + (proposal.map { "If the data are \($0.description), say '--layout \($0.rawValue)'." }
          ?? "Transpose the data before saving.")
    case .inputsNotFinite(let path):
      "\(path): some inputs are not numbers or are infinite. Clean the data first."
    case .tooLarge(let bytes, let limit):
      "One example takes \(bytes) bytes while the model runs; the limit is \(limit). "
        + "Use a smaller input or model."
    case .unknownCheck(let name, let known):
      "There is no check '\(name)'. There are: \(known.joined(separator: ", "))."
    case .badPolicy(let path, let reason): "\(path): \(reason)"
    case .noSuchExample(let index, let count):
      "There is no example \(index); they are counted from 0 to \(count - 1)."
    case .noSuchClass(let index, let count):
      "There is no class \(index); they are counted from 0 to \(count - 1)."
    }
  }
}

extension DataLayout {
  fileprivate var description: String {
    self == .nchw ? "channels first" : "channels last"
  }
}
