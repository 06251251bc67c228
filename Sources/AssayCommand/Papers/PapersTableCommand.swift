import Arguments
import Catalogue
import Datasets
import Evidence
import Foundation

struct PapersTableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Bring the tables of the documentation up to date: papers, rooms, methods.",
    discussion: """
      Each table takes the place of the one between its marks, such as '<!-- papers -->' and \
      '<!-- /papers -->'; files without marks stay as they are.
      """)

  @Argument(help: "Markdown files with marks.")
  var files: [String]

  func run() throws {
    let tables = try DocumentationTables(
      catalogue: Catalogue(), evidence: EvidenceStore(path: PapersCommand.defaultFolder))
    var count = 0
    for file in files {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw MissingFile(path: file, hint: "Name a Markdown file.")
      }
      guard let text = tables.replacing(in: String(decoding: data, as: UTF8.self)) else { continue }
      try AtomicFile.write(Data(text.utf8), to: file)
      count += 1
    }
    guard count > 0 else {
      let marks = tables.names.map { "<!-- \($0) -->" }.joined(separator: ", ")
      throw ValidationError("No file has a pair of marks. There are: \(marks).")
    }
  }
}
