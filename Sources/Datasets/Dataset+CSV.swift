import Tensors

extension Dataset {
  /// Names of columns that are taken for the label, where none is asked for.
  public static let labelColumns = ["label", "class", "target", "y"]

  /// Reads a table: numbers, and one column of labels. A first row of numbers alone is an example, and
  /// columns are then called by their numbers from 0.
  ///
  /// The label column is `labelColumn`, else the first of `labelColumns` that there is, else the
  /// last one. Labels that are all integers from 0 are used as they are; other text becomes
  /// class names in order.
  ///
  /// - Shape: `inputs` is `[rows, columns - 1]`.
  /// - Throws: `DataError`; `raggedRow` and `notANumber` say where.
  public init(
    csvPath path: String, labelColumn: String? = nil, limits: DataLimits = DataLimits()
  ) throws(DataError) {
    try self.init(csv: Bytes(reading: path, limits), labelColumn: labelColumn, limits)
  }

  /// Reads the table in `text`; `source` names it in errors.
  public init(
    csv text: String, source: String, labelColumn: String? = nil,
    limits: DataLimits = DataLimits()
  ) throws(DataError) {
    try self.init(csv: Bytes(Array(text.utf8), source: source), labelColumn: labelColumn, limits)
  }

  private init(
    csv bytes: Bytes, labelColumn: String?, _ limits: DataLimits
  ) throws(DataError) {
    let table = try CSVTable(bytes, limits)
    let column = try Self.labelIndex(labelColumn, in: table.header, bytes.source)
    guard table.header.count > 1 else {
      throw .wrongRank(
        path: bytes.source, array: "table", shape: [table.rows.count, 1],
        expected: "at least one column of numbers and one of labels")
    }
    var numbers: [Float] = []
    numbers.reserveCapacity(table.rows.count * (table.header.count - 1))
    for row in table.rows {
      for (index, field) in row.fields.enumerated() where index != column {
        guard let number = Float(field.trimmed), number.isFinite else {
          throw .notANumber(
            path: bytes.source, line: row.line, column: table.header[index], text: field)
        }
        numbers.append(number)
      }
    }
    let (labels, names) = Self.classes(table.rows.map { String($0.fields[column].trimmed) })
    let inputs = Tensor(numbers, shape: [table.rows.count, table.header.count - 1])
    try self.init(name: bytes.source, inputs: inputs, labels: labels, classNames: names)
  }

  private static func labelIndex(
    _ wanted: String?, in header: [String], _ source: String
  ) throws(DataError) -> Int {
    if let wanted {
      guard let index = header.firstIndex(of: wanted) else {
        throw .missingColumn(path: source, column: wanted, available: header)
      }
      return index
    }
    let names = header.map { $0.trimmed.lowercased() }
    return labelColumns.lazy.compactMap { names.firstIndex(of: $0) }.first ?? header.count - 1
  }

  private static func classes(_ texts: [String]) -> (labels: [Int], names: [String]?) {
    let whole = texts.compactMap { text in
      Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }
    if whole.count == texts.count, whole.allSatisfy({ $0 >= 0 }) { return (whole, nil) }
    let names = Set(texts).sorted()
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    return (texts.map { places[$0]! }, names)
  }
}

extension String {
  /// The text without blanks at its ends.
  var trimmed: Substring {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
