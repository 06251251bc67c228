import Datasets
import Foundation
import Synchronization

/// A row of a table of answers.
struct AnswerRow: Hashable, Codable, Sendable {
  let network: String
  let property: String
  /// `holds`, `violated`, `unknown`, `timeout` or `error`.
  let result: String
  let seconds: Double

  var name: String { "\(network),\(property)" }
  var line: String { "\(name),\(result),\(String(format: "%.3f", seconds))\n" }

  static let results = ["holds", "violated", "unknown", "timeout", "error"]

  /// An answer that another run would not give again.
  var isFinal: Bool { result != "error" }
}

/// The answers of a list as a CSV, to which each is added as it comes.
///
/// Every row has reached the disk before the next instance begins, so that a run can be killed at any
/// time; a row that was cut off is dropped by the next run, as are errors.
final class AnswerTable: Sendable {
  private static let header = "network,property,result,seconds\n"

  /// What earlier runs answered.
  let known: [AnswerRow]
  private let file: Mutex<FileHandle?>
  private let path: String?

  /// - Throws: `DataError.cannotWrite`; `InstanceListError` if the file is another table.
  init(path: String?) throws {
    self.path = path
    guard let path else {
      known = []
      file = Mutex(nil)
      return
    }
    try OutputPath.check(file: path)
    known = try Self.rows(path)
    let text = Self.header + known.map(\.line).joined()
    try AtomicFile.write(Data(text.utf8), to: path)
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw DataError.cannotWrite(path: path, reason: "it cannot be opened")
    }
    try handle.seekToEnd()
    file = Mutex(handle)
  }

  /// - Throws: `DataError.cannotWrite`, for example if the disk is full.
  func add(_ row: AnswerRow) throws {
    guard let path else { return }
    try file.withLock { handle in
      do {
        try handle?.write(contentsOf: Data(row.line.utf8))
        try handle?.synchronize()
      } catch {
        throw DataError.cannotWrite(path: path, reason: "\(error.localizedDescription)")
      }
    }
  }

  private static func rows(_ path: String) throws -> [AnswerRow] {
    guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else { return [] }
    let text = String(decoding: data, as: UTF8.self)
    guard text.hasPrefix(header) || header.hasPrefix(text) else {
      throw InstanceListError(path: path, line: 1, reason: "is no table of answers; name another")
    }
    // The last piece is empty, or a row that was cut off.
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().dropLast()
      .compactMap { line in
        let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 4, AnswerRow.results.contains(fields[2]),
          let seconds = Double(fields[3])
        else { return nil }
        let row = AnswerRow(
          network: fields[0], property: fields[1], result: fields[2], seconds: seconds)
        return row.isFinal ? row : nil
      }
  }
}
