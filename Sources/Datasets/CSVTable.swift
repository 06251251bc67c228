/// The fields of a comma-separated table, with the lines they stand on.
///
/// Quotes protect commas, line ends and doubled quotes; a byte-order mark and carriage returns are
/// dropped, and blank lines are skipped.
///
/// - Source: RFC 4180.
struct CSVTable {
  struct Row {
    let line: Int
    let fields: [String]
  }

  /// The names of the columns: those of the first row, or their numbers from 0 where it is an example.
  let header: [String]
  let rows: [Row]

  /// - Throws: `DataError.noExamples`, `raggedRow`, `malformed` if a quote is not closed,
  ///   `tooLarge`.
  init(_ bytes: Bytes, _ limits: DataLimits) throws(DataError) {
    guard bytes.count <= limits.bytes else {
      throw .tooLarge(path: bytes.source, what: "a table", size: bytes.count, limit: limits.bytes)
    }
    var scanner = Scanner(bytes: bytes, columnLimit: limits.columns)
    guard let first = try scanner.row() else { throw .noExamples(path: bytes.source) }
    var rows: [Row] = []
    while let row = try scanner.row() {
      guard row.fields.count == first.fields.count else {
        throw .raggedRow(
          path: bytes.source, line: row.line, expected: first.fields.count,
          found: row.fields.count)
      }
      rows.append(row)
    }
    if Self.isHeader(first.fields) {
      header = first.fields
    } else {
      header = first.fields.indices.map { "\($0)" }
      rows.insert(first, at: 0)
    }
    guard !rows.isEmpty else { throw .noExamples(path: bytes.source) }
    self.rows = rows
  }

  /// Whether a first row names columns: one of numbers alone is an example, but for the numbers that
  /// tools give to columns without names, from 0 or 1 up.
  private static func isHeader(_ fields: [String]) -> Bool {
    let numbers = fields.compactMap { Double($0.trimmed) }.filter(\.isFinite)
    guard numbers.count == fields.count, let first = numbers.first else { return true }
    return fields.count > 1 && (first == 0 || first == 1)
      && zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
  }
}

/// Walks over the bytes of a table once.
private struct Scanner {
  private let bytes: Bytes
  private let buffer: UnsafeRawBufferPointer
  private let columnLimit: Int
  private var position: Int
  private var line = 1

  init(bytes: Bytes, columnLimit: Int) {
    (self.bytes, self.columnLimit) = (bytes, columnLimit)
    buffer = bytes.buffer
    position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// The next row that is not blank, or nothing at the end.
  mutating func row() throws(DataError) -> CSVTable.Row? {
    while position < buffer.count {
      let start = line
      let fields = try fields()
      if fields != [""] { return CSVTable.Row(line: start, fields: fields) }
    }
    return nil
  }

  private mutating func fields() throws(DataError) -> [String] {
    var fields: [String] = []
    while true {
      fields.append(try field())
      guard fields.count <= columnLimit else {
        throw .tooLarge(
          path: bytes.source, what: "a number of columns", size: fields.count, limit: columnLimit)
      }
      guard position < buffer.count else { return fields }
      let separator = buffer[position]
      position += 1
      if separator == UInt8(ascii: "\n") {
        line += 1
        return fields
      }
    }
  }

  private mutating func field() throws(DataError) -> String {
    if position < buffer.count, buffer[position] == UInt8(ascii: "\"") { return try quoted() }
    let start = position
    while position < buffer.count, !isEnd(buffer[position]) { position += 1 }
    var text = buffer[start..<position]
    if text.last == UInt8(ascii: "\r") { text = text.dropLast() }
    return String(decoding: text, as: UTF8.self)
  }

  private func isEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n")
  }

  private mutating func quoted() throws(DataError) -> String {
    let start = line
    var text: [UInt8] = []
    position += 1
    while position < buffer.count {
      let byte = buffer[position]
      position += 1
      if byte == UInt8(ascii: "\n") { line += 1 }
      if byte != UInt8(ascii: "\"") {
        text.append(byte)
      } else if position < buffer.count, buffer[position] == UInt8(ascii: "\"") {
        text.append(byte)
        position += 1
      } else {
        if position < buffer.count, buffer[position] == UInt8(ascii: "\r") { position += 1 }
        guard position == buffer.count || isEnd(buffer[position]) else {
          throw .malformed(path: bytes.source, reason: "text follows a quote on line \(line)")
        }
        return String(decoding: text, as: UTF8.self)
      }
    }
    throw .malformed(path: bytes.source, reason: "the quote opened on line \(start) is not closed")
  }
}
