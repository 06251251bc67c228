import Foundation

/// What a list of answers comes to, beside what was expected.
struct AnswerSummary {
  let rows: [AnswerRow]
  let total: Int
  /// What others found, by instance.
  let expected: [String: ExpectedAnswer]

  /// Answers that contradict what was expected.
  var disagreements: [(row: AnswerRow, expected: ExpectedAnswer)] {
    rows.compactMap { row in
      expected[row.name].flatMap { $0.isContradicted(by: row.result) ? (row, $0) : nil }
    }
  }

  var text: String {
    var lines = [["result", "instances", "seconds", "median", "slowest"]]
    for result in AnswerRow.results {
      let times = rows.filter { $0.result == result }.map(\.seconds).sorted()
      if times.isEmpty { continue }
      lines.append(
        [result, "\(times.count)"]
          + [times.reduce(0, +), times[times.count / 2], times[times.count - 1]]
          .map { String(format: "%.2f", $0) })
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    var text = lines.map { line in
      let cells = zip(line, widths).enumerated().map { index, cell in
        index == 0
          ? cell.0.padded(to: cell.1)
          : String(repeating: " ", count: cell.1 - cell.0.count) + cell.0
      }
      return cells.joined(separator: "  ")
    }
    text.append("\(rows.count) of \(total) instances answered.")
    if !expected.isEmpty {
      let compared = rows.filter { expected[$0.name]?.isComparable(to: $0.result) == true }
      text.append("\(compared.count) compared, \(disagreements.count) disagreements.")
      for (row, other) in disagreements {
        text.append("  \(row.network) \(row.property): \(row.result), expected \(other.text)")
      }
    }
    return text.joined(separator: "\n")
  }
}

/// What others found of an instance.
struct ExpectedAnswer: Sendable {
  let result: String
  let agreeing: String?
  let disagreeing: String?

  var text: String {
    guard let agreeing, let disagreeing else { return result }
    return "\(result) (\(agreeing) tools agree, \(disagreeing) disagree)"
  }

  func isComparable(to answer: String) -> Bool {
    ["holds", "violated"].contains(answer) && ["holds", "violated"].contains(result)
  }

  func isContradicted(by answer: String) -> Bool {
    isComparable(to: answer) && answer != result
  }

  /// Reads a table with named columns.
  ///
  /// - Throws: `InstanceListError`, `MissingFile`.
  static func table(path: String) throws -> [String: ExpectedAnswer] {
    let rows = try TextTable.rows(path: path)
    let header = rows.first?.fields ?? []
    guard let network = header.firstIndex(of: "network"),
      let property = header.firstIndex(of: "property"),
      let expected = header.firstIndex(of: "expected")
    else {
      throw InstanceListError(
        path: path, line: 1, reason: "names no columns 'network', 'property' and 'expected'")
    }
    let agreeing = header.firstIndex(of: "tools_agreeing")
    let disagreeing = header.firstIndex(of: "tools_disagreeing")
    var answers: [String: ExpectedAnswer] = [:]
    for (line, fields) in rows.dropFirst() {
      guard fields.count == header.count else {
        throw InstanceListError(
          path: path, line: line, reason: "has \(fields.count) fields, not \(header.count)")
      }
      answers["\(fields[network]),\(fields[property])"] = ExpectedAnswer(
        result: fields[expected], agreeing: agreeing.map { fields[$0] },
        disagreeing: disagreeing.map { fields[$0] })
    }
    return answers
  }
}
