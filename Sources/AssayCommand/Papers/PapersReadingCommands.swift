import Arguments
import Desk
import Foundation

struct PapersSaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "save", abstract: "Put a paper on the reading list; alone, show the list.")

  @Argument(help: "The paper.")
  var paper: String?

  @Flag(help: "Mark it as unwanted instead: like papers are recommended less.")
  var dismiss = false

  @Flag(help: "Take its mark away.")
  var undo = false

  @OptionGroup var desk: DeskOptions

  func run() throws {
    let store = try desk.desk().store
    guard let paper else {
      for paper in try store.papers(marked: dismiss ? .dismissed : .saved) { print(paper.line) }
      return
    }
    let found = try store.paper(named: paper)
    try store.mark(found.id, as: undo ? nil : dismiss ? .dismissed : .saved)
    print("\(undo ? "Unmarked" : dismiss ? "Dismissed" : "Saved"): \(found.title)")
  }
}

struct PapersNoteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Write a note on a paper; without a text, show its notes.")

  @Argument(help: "The paper.")
  var paper: String

  @Argument(help: "The note.")
  var text: [String] = []

  @OptionGroup var desk: DeskOptions

  func run() throws {
    let store = try desk.desk().store
    let found = try store.paper(named: paper)
    let text = text.joined(separator: " ")
    if !text.isEmpty { try store.addNote(text, to: found.id) }
    for note in try store.notes(on: found.id) { print(note.text) }
  }
}

struct PapersTagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Give a paper tags; without one, show its tags.")

  @Argument(help: "The paper.")
  var paper: String

  @Argument(help: "The tags: words of letters, digits and hyphens.")
  var tags: [String] = []

  @Flag(help: "Take the tags away instead.")
  var remove = false

  @OptionGroup var desk: DeskOptions

  func validate() throws {
    for tag in tags where !PaperStore.isTag(tag) {
      throw ValidationError("'\(tag)' is no tag: write letters, digits and hyphens, 64 at most.")
    }
  }

  func run() throws {
    let store = try desk.desk().store
    let found = try store.paper(named: paper)
    for tag in tags {
      if remove {
        try store.removeTag(tag, from: found.id)
      } else {
        try store.addTag(tag, to: found.id)
      }
    }
    print(try store.tags(of: found.id).joined(separator: " "))
  }
}

extension Bibliography: ExpressibleByArgument {}

struct PapersExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Print the reading list, or named papers, for other programs.")

  @Argument(help: "The papers; those that were saved, tagged or written about if left out.")
  var papers: [String] = []

  @Option(help: "The form.")
  var format = Bibliography.bibtex

  @OptionGroup var desk: DeskOptions

  func run() throws {
    let store = try desk.desk().store
    let chosen = papers.isEmpty ? try store.readingList() : try papers.map(store.paper(named:))
    let items = try chosen.map { try Bibliography.Item($0, in: store) }
    switch format {
    case .bibtex: print(Bibliography.bibTeX(items), terminator: "")
    case .markdown: print(Bibliography.markdown(items), terminator: "")
    case .csl: print(try JSONText.of(items.map(Bibliography.CSLItem.init)))
    case .json: print(try JSONText.of(try chosen.map { try PaperRecord($0, in: store) }))
    }
  }
}
