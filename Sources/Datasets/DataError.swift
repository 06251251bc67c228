import Tensors

/// Why data cannot be read, used or written.
///
/// Every description is one line: what is wrong, where, and what to try.
public enum DataError: Error, Hashable, Sendable {
  case missingFile(path: String)
  case unreadable(path: String, reason: String)
  case unknownFormat(path: String)
  case malformed(path: String, reason: String)
  case truncated(path: String, needed: Int, found: Int)
  /// Something that the file declares is larger than Assay reads.
  case tooLarge(path: String, what: String, size: Int, limit: Int)
  case unsafeEntryName(path: String, entry: String)
  /// An entry that would grow so much that it is more likely an attack than data.
  case suspiciousCompression(path: String, entry: String, ratio: Int)
  case unsupportedType(path: String, type: String)
  case missingArray(path: String, wanted: [String], available: [String])
  case wrongType(path: String, array: String, type: String, expected: String)
  case wrongRank(path: String, array: String, shape: Shape, expected: String)
  case unequalLengths(path: String, inputs: Int, labels: Int)
  case noExamples(path: String)
  case noLabels(path: String)
  case labelOutOfRange(path: String, example: Int, label: Int, classes: Int)
  case raggedRow(path: String, line: Int, expected: Int, found: Int)
  case notANumber(path: String, line: Int, column: String, text: String)
  case missingColumn(path: String, column: String, available: [String])
  case unequalSizes(path: String, size: [Int], expected: [Int])
  case badImage(path: String, reason: String)
  case cannotWrite(path: String, reason: String)

  /// Whether the input does not exist, as opposed to being wrong.
  public var isMissingInput: Bool {
    if case .missingFile = self { true } else { false }
  }

  /// Whether an output could not be made, as opposed to an input being wrong.
  public var isUnwritableOutput: Bool {
    if case .cannotWrite = self { true } else { false }
  }
}
