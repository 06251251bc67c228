import Arguments
import Foundation

/// One instance: a network, a property, and a timeout.
struct VerificationInstance: Hashable, Codable, Sendable {
  /// Paths as they were written.
  let network: String
  let property: String
  let timeout: Double

  /// What tells instances apart in a table of answers.
  var name: String { "\(network),\(property)" }

  /// Reads rows of network, property and seconds; a first row that names the columns is skipped.
  ///
  /// - Throws: `InstanceListError`, `MissingFile`.
  static func list(path: String, timeout: Double?) throws -> [VerificationInstance] {
    var instances: [VerificationInstance] = []
    for (number, fields) in try TextTable.rows(path: path) {
      guard fields.count == 3, !fields[0].isEmpty, !fields[1].isEmpty else {
        throw InstanceListError(
          path: path, line: number, reason: "needs a network, a property and seconds")
      }
      guard let seconds = Double(fields[2]), seconds >= 0, seconds.isFinite else {
        if instances.isEmpty, fields[0] == "network" { continue }
        throw InstanceListError(path: path, line: number, reason: "'\(fields[2])' are no seconds")
      }
      instances.append(
        .init(network: fields[0], property: fields[1], timeout: timeout ?? seconds))
    }
    guard !instances.isEmpty else {
      throw InstanceListError(path: path, line: 1, reason: "has no instance")
    }
    return instances
  }
}

/// Lines of fields, as the competition's tables are; quotes around a whole field are dropped.
enum TextTable {
  /// The rows that are not blank, each with the number of its line.
  static func rows(path: String) throws -> [(line: Int, fields: [String])] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw MissingFile(path: path, hint: "It was named as a table of instances.")
    }
    guard data.count <= 16 << 20, let text = String(data: data, encoding: .utf8) else {
      throw InstanceListError(path: path, line: 1, reason: "is no text of at most 16 MiB")
    }
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .compactMap { index, line in
        let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
        if line.isEmpty { return nil }
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
          .map { unquoted($0.trimmingCharacters(in: .whitespaces)) }
        return (index + 1, fields)
      }
  }

  private static func unquoted(_ field: String) -> String {
    let isQuoted = field.count >= 2 && field.hasPrefix("\"") && field.hasSuffix("\"")
    return isQuoted ? String(field.dropFirst().dropLast()) : field
  }
}

/// A table of instances that cannot be read.
struct InstanceListError: ExitCoding, Equatable, CustomStringConvertible {
  let path: String
  let line: Int
  let reason: String
  var description: String { "\(path): line \(line) \(reason)." }
  var exitCode: ExitCode { .dataError }
}
