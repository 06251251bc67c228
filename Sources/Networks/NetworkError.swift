import Tensors

/// Why a network cannot be read, built or interpreted.
public enum NetworkError: Error, Equatable, CustomStringConvertible {
  /// The operands of a node do not fit its operation.
  case mismatch(node: String, operation: String, operands: [String], reason: String)
  /// An interpretation has no rule for an operation.
  case unsupported(node: String, operation: String, interpretation: String, hint: String)
  /// The input offered has another shape than the network takes.
  case inputMismatch(expected: String, actual: Shape)
  /// A model's file leaves the size of an axis open that a network must know.
  case openShape(file: String, input: String, axis: Int)
  /// One of a model's inputs is not given.
  case missingInput(name: String, inputs: [String])
  /// Integers of an input are of 2²⁴ or more, so that single precision would round them.
  case inputRange(name: String)
  /// A file is not what its name or header promises.
  case malformed(file: String, reason: String)
  case missingFile(String)
  case missingParameter(name: String, available: [String])
  case parameterShape(name: String, expected: Shape, actual: Shape)
  case cannotWrite(file: String, reason: String)

  public var description: String {
    switch self {
    case .mismatch(let node, let operation, let operands, let reason):
      "Node '\(node)' (\(operation)) does not fit its operands \(operands.joined(separator: ", ")): "
        + reason
    case .unsupported(let node, let operation, let interpretation, let hint):
      "Node '\(node)' uses \(operation), which has no rule for \(interpretation). \(hint)"
    case .inputMismatch(let expected, let actual):
      "The network takes inputs of shape \(expected), but the data has \(actual)."
    case .openShape(let file, let input, let axis):
      "\(file): the size of axis \(axis) of its input '\(input)' is open; it takes the shape of an "
        + "example to read it."
    case .missingInput(let name, let inputs):
      "The model's input '\(name)' is not given; it takes "
        + inputs.map { "'\($0)'" }.joined(separator: ", ") + "."
    case .inputRange(let name):
      "The data for the model's input '\(name)' hold integers of 2^24 or more, which single "
        + "precision would round."
    case .malformed(let file, let reason): "\(file): \(reason)"
    case .missingFile(let file): "\(file): no such file."
    case .missingParameter(let name, let available):
      "No parameter '\(name)'. There are: \(available.sorted().joined(separator: ", "))."
    case .parameterShape(let name, let expected, let actual):
      "Parameter '\(name)' has shape \(expected), but the file holds \(actual)."
    case .cannotWrite(let file, let reason): "\(file) cannot be written: \(reason)."
    }
  }
}
