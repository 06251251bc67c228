import Tensors

extension DataError: CustomStringConvertible {
  public var description: String { Self.plain(sentence) }

  /// Text in one line that cannot command a terminal.
  private static func plain(_ text: some StringProtocol) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "?" : $0 }))
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format: true
    default: false
    }
  }

  private var sentence: String {
    switch self {
    case .missingFile(let path):
      "No file or folder '\(path)'. Is the path right?"
    case .unreadable(let path, let reason):
      "Cannot read '\(path)': \(reason). Check its permissions and that it is a file."
    case .unknownFormat(let path):
      "'\(path)' is no format that Assay knows. Give NPZ, NPY, IDX(.gz), CSV or a folder of images."
    case .malformed(let path, let reason):
      "'\(path)' is damaged: \(reason). Make or download it again."
    case .truncated(let path, let needed, let found):
      "'\(path)' ends too early: \(needed) bytes are declared, \(found) are there. Download it again."
    case .tooLarge(let path, let what, let size, let limit):
      "'\(path)' declares \(what) of \(size), above the limit of \(limit). Split it if it is real."
    case .unsafeEntryName(let path, let entry):
      "'\(path)' has an entry '\(Self.short(entry))' that points outside it. Do not trust this file."
    case .suspiciousCompression(let path, let entry, let ratio):
      "Entry '\(Self.short(entry))' of '\(path)' would grow \(ratio)-fold. Store it uncompressed if it is real."
    case .unsupportedType(let path, let type):
      "'\(path)' holds elements of type '\(Self.short(type))'. Convert them to float32, uint8 or int64."
    case .missingArray(let path, let wanted, let available):
      "'\(path)' has no array \(Self.choices(wanted)). It has: \(Self.list(available))."
    case .wrongType(let path, let array, let type, let expected):
      "Array '\(array)' of '\(path)' has type \(type), not \(expected). Convert it before saving."
    case .wrongRank(let path, let array, let shape, let expected):
      "Array '\(array)' of '\(path)' has shape \(shape), not \(expected). Reshape it before saving."
    case .unequalLengths(let path, let inputs, let labels):
      "'\(path)' has \(inputs) inputs but \(labels) labels. Save one label for each input."
    case .noExamples(let path):
      "'\(path)' holds no examples. Was it saved before it was filled?"
    case .noLabels(let path):
      "'\(path)' has no labels. Use an NPZ that holds arrays 'x' and 'y'."
    case .labelOutOfRange(let path, let example, let label, let classes):
      "Label \(label) of example \(example) in '\(path)' is outside 0..<\(classes). Count classes from 0."
    case .raggedRow(let path, let line, let expected, let found):
      "Line \(line) of '\(path)' has \(found) fields, the header \(expected). Is a comma or quote missing?"
    case .notANumber(let path, let line, let column, let text):
      "Line \(line), column '\(Self.short(column))' of '\(path)': '\(Self.short(text))' is no finite number. Fill or drop it."
    case .missingColumn(let path, let column, let available):
      "'\(path)' has no column '\(column)'. It has: \(Self.list(available))."
    case .unequalSizes(let path, let size, let expected):
      "Image '\(path)' is \(Self.times(size)), the others \(Self.times(expected)). Ask for a common size."
    case .badImage(let path, let reason):
      "Image '\(path)' cannot be decoded: \(reason). Save it again or remove it."
    case .cannotWrite(let path, let reason):
      "Cannot write '\(path)': \(reason). Check the folder, its permissions and the free space."
    }
  }

  /// Text from a file, cut so that it cannot fill the terminal.
  static func short(_ text: String) -> String {
    text.count > 60 ? text.prefix(60) + "…" : text
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.sorted().prefix(12).map(short).joined(separator: ", ")
    return names.isEmpty ? "nothing" : shown + (names.count > 12 ? ", …" : "")
  }

  private static func choices(_ names: [String]) -> String {
    "named " + names.map { "'\($0)'" }.joined(separator: " or ")
  }

  private static func times(_ size: [Int]) -> String {
    size.map { "\($0)" }.joined(separator: "×")
  }
}
