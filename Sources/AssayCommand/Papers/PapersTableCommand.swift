import Arguments
import Catalogue
import Desk
import Evidence
import Experiments
import Foundation

struct PapersTableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Write the table of what runs, as the README shows it.",
    discussion: "With '--into FILE', the table takes the place of the one between its two marks.")

  @Option(help: "A Markdown file with the marks '<!-- papers -->' and '<!-- /papers -->'.")
  var into: String?

  func run() throws {
    let table = try PapersTable(
      catalogue: Catalogue(), evidence: EvidenceStore(path: PapersCommand.defaultFolder)
    ).markdown
    guard let into else {
      print(table)
      return
    }
    guard let data = FileManager.default.contents(atPath: into) else {
      throw MissingFile(path: into, hint: "Name a Markdown file.")
    }
    let text = try PapersTable.replacing(in: String(decoding: data, as: UTF8.self), with: table)
    try Data(text.utf8).write(to: URL(fileURLWithPath: into), options: .atomic)
  }
}

/// The papers whose method runs here, and what was found of their claims.
struct PapersTable {
  let markdown: String

  init(catalogue: Catalogue, evidence: EvidenceStore) throws {
    var rows: [String] = []
    for card in catalogue.cards {
      let record = try evidence.record(of: card.paper)
      let status = Experiments.status(of: card.paper, record: record)
      guard status != .listed else { continue }
      let findings = record.map { VerdictCounts($0.findings.map(\.verdict)).text } ?? ""
      rows.append(
        "| `\(card.paper)` | \(card.title) | \(card.target) | \(status.rawValue) | \(findings) |")
    }
    markdown = """
      \(rows.count) of \(catalogue.cards.count) papers run here; their claims, tested again:

      | paper | title | room | status | claims |
      | --- | --- | --- | --- | --- |
      \(rows.joined(separator: "\n"))
      """
  }

  private static let marks = ("<!-- papers -->", "<!-- /papers -->")

  /// `text` with `table` between its marks.
  static func replacing(in text: String, with table: String) throws -> String {
    guard let start = text.range(of: marks.0), let end = text.range(of: marks.1),
      start.upperBound <= end.lowerBound
    else { throw ValidationError("The file lacks the marks '\(marks.0)' and '\(marks.1)'.") }
    return text[..<start.upperBound] + "\n" + table + "\n" + text[end.lowerBound...]
  }
}

/// How many claims came out which way.
struct VerdictCounts {
  let text: String

  init(_ verdicts: [Verdict]) {
    text = ["supported", "not supported", "inconclusive"].compactMap { words in
      let count = verdicts.count { $0.words == words }
      return count == 0 ? nil : "\(count) \(words)"
    }.joined(separator: ", ")
  }
}
