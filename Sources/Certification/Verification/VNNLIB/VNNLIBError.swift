/// Why the text of a property cannot be read, and where.
public struct VNNLIBError: Error, Equatable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// A byte that no property has outside comments.
    case unexpectedByte(UInt8)
    case wordTooLong(limit: Int)
    case unclosed
    case unexpected(found: String, expected: String)
    case unknownCommand(String)
    case wrongSort(String)
    case badName(String)
    case duplicate(String)
    case undeclared(String)
    /// The first variable is missing although the second is declared.
    case gap(missing: String, declared: String)
    /// There is no variable whose name begins so.
    case noVariables(String)
    case noAssertion
    case emptyList(String)
    case tooFewOperands(String)
    case badNumber(String)
    case numberOutOfRange(String)
    /// The coefficients of a variable do not multiply or add up exactly in double precision.
    case inexact(String)
    case unbounded(String)
    /// A network without an input, or without an output.
    case incomplete(String, String)
    /// Networks that are said to be equal have other numbers of inputs or outputs.
    case unlike(String, String)
    /// Something of version 2 that is not read.
    case unsupported(String)
    case badIndex(String, shape: [Int])
    /// More of something than is read: `what`, and the limit.
    case tooMany(String, limit: Int)
  }

  /// What the text is called in messages, such as its path.
  public let source: String
  /// From 1; the column counts bytes.
  public let line: Int
  public let column: Int
  public let reason: Reason

  public init(source: String, line: Int, column: Int, reason: Reason) {
    (self.source, self.line, self.column, self.reason) = (source, line, column, reason)
  }

  public var description: String {
    let place = "\(source):\(line):\(column): \(sentence)"
    return String(
      String.UnicodeScalarView(
        place.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : $0 }))
  }

  private var sentence: String {
    switch reason {
    case .unexpectedByte(let byte): "byte \(byte) has no place in a property."
    case .wordTooLong(let limit): "a word has more than \(limit) characters."
    case .unclosed: "the file ends before this parenthesis is closed."
    case .unexpected(let found, let expected): "found '\(found)' where \(expected) belongs."
    case .unknownCommand(let name):
      "'\(name)' is no command that is read; those are declare-const, declare-fun, "
        + "declare-network and assert."
    case .wrongSort(let sort): "variables are of sort Real, not '\(sort)'."
    case .badName(let name): "'\(name)' is no variable; those are X_0, X_1, … and Y_0, Y_1, …."
    case .duplicate(let name): "'\(name)' is declared already."
    case .undeclared(let name): "'\(name)' is not declared."
    case .gap(let missing, let declared): "'\(declared)' is declared, but '\(missing)' is not."
    case .noVariables(let letter): "no variable '\(letter)_0' is declared."
    case .noAssertion: "nothing is asserted."
    case .emptyList(let name): "'\(name)' has nothing to join."
    case .tooFewOperands(let name): "'\(name)' needs two operands or more."
    case .badNumber(let text): "'\(text)' is neither a number nor a variable."
    case .numberOutOfRange(let text): "'\(text)' is too large for double precision."
    case .incomplete(let name, let kind): "the network '\(name)' declares no \(kind)."
    case .unlike(let name, let other):
      "'\(name)' cannot equal '\(other)': they differ in their numbers of inputs or outputs."
    case .inexact(let name):
      "the coefficient of '\(name)' is not exact in double precision; write it as one number."
    case .unbounded(let name): "'\(name)' has no finite lower and upper bound."
    case .unsupported(let what): "\(what) cannot be read yet."
    case .badIndex(let text, let shape): "'\(text)' is no element of a tensor of shape \(shape)."
    case .tooMany(let what, let limit): "there are more than \(limit) \(what)."
    }
  }
}
