import Arguments
import Desk
import Foundation

struct PapersImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take papers from saved pages, feeds and bibliographies.",
    discussion: """
      Pages are plain text, HTML, the JSON of a daily-paper service, Atom, RSS or BibTeX, whatever \
      they are called. A paper that is known already is merged. What one page cannot give does \
      not keep the others from being taken.
      """)

  @Argument(help: "Files, or addresses that begin with http.")
  var pages: [String]

  @Flag(help: "Print what was done in JSON.")
  var json = false

  @OptionGroup var desk: DeskOptions
  @OptionGroup var machine: MachineOptions

  func run() throws {
    let options = self
    try machine.run { progress in try options.run(progress) }
  }

  private func run(_ progress: ProgressLine) throws {
    let desk = try desk.desk()
    let importer = Importer(into: desk.store)
    var record = ImportRecord()
    var failure: ImportError?
    for (index, page) in pages.enumerated() {
      try Task.checkCancellation()
      progress.show(Double(index) / Double(pages.count) / 2, "Reading \(page)")
      do {
        let taken =
          page.contains(/^https?:\/\//)
          ? try importer.take(address: page) : try importer.take(path: page)
        record.files.append(ImportRecord.File(taken))
        if !json { show(taken) }
      } catch let error as ImportError {
        progress.end()
        record.files.append(ImportRecord.File(path: page, error: error.description))
        // The last failure is the command's own, which prints it.
        if let failure { FileHandle.standardError.write(Data("assay: \(failure)\n".utf8)) }
        failure = error
      }
    }
    try desk.search().prepare(onlyImported: true) {
      progress.show(0.5 + $0 / 2, "Reading for search by meaning")
    }
    progress.end()
    record.papers = try desk.store.counts().imported
    if json {
      print(try JSONText.of(record))
    } else {
      print("Papers in the store: \(record.papers)")
    }
    if let failure { throw failure }
  }

  private func show(_ page: ImportedPage) {
    for item in page.items {
      let word = if case .merged = item.result { "merged" } else { "added" }
      print("\(page.source):\(item.line): \(word): \(item.title)")
    }
    for part in page.unreadable {
      print("\(page.source):\(part.line): not read: \(part.reason)")
    }
    print(
      "\(page.source): \(page.items.count) papers, \(page.merged) known before, "
        + "\(page.unreadable.count) not read")
  }
}

/// What an import did, as JSON.
private struct ImportRecord: Encodable {
  struct File: Encodable {
    var path: String
    var entries = 0
    var merged = 0
    var unreadable = 0
    var problems: [String] = []
    var error: String?

    init(_ page: ImportedPage) {
      (path, entries, merged) = (page.source, page.items.count, page.merged)
      unreadable = page.unreadable.count
      problems = page.unreadable.map { "line \($0.line): \($0.reason)" }
    }

    init(path: String, error: String) {
      (self.path, self.error) = (path, error)
    }
  }

  var files: [File] = []
  var papers = 0
}
