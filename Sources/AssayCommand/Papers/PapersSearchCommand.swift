import Arguments
import Desk
import Foundation

struct PapersSearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Find papers by their words and by their meaning.",
    discussion: """
      Words may be quoted phrases ("flat minima"), beginnings (sharp*), and limited to title:, \
      author:, abstract: or organization:.
      """)

  @Argument(help: "What to look for.")
  var query: [String]

  @Flag(help: "Only papers whose method runs here.")
  var runs = false

  @Option(help: "Only papers of one family, such as 'attacks'.")
  var family: String?

  @Option(help: "Only papers posted in or after a year, month or day: 2024, 2024-06, 2024-06-08.")
  var since: String?

  @Option(help: "Only papers with this tag.")
  var tag: String?

  @Option(help: "How many papers to show.")
  var limit = 20

  @Flag(help: "Print the papers in JSON.")
  var json = false

  @OptionGroup var desk: DeskOptions
  @OptionGroup var machine: MachineOptions

  func validate() throws {
    guard 1...1000 ~= limit else {
      throw ValidationError("'--limit' must be from 1 to 1000, but is \(limit).")
    }
    if let since, !Day.isStart(since) {
      throw ValidationError("'--since' must be a year, month or day, but is '\(since)'.")
    }
  }

  func run() throws {
    let options = self
    try machine.run { progress in try options.run(progress) }
  }

  private func run(_ progress: ProgressLine) throws {
    let desk = try desk.desk()
    let search = try desk.search()
    do {
      try search.prepare { progress.show($0, "Reading papers for search by meaning (once)") }
    } catch StoreError.busy, StoreError.full {
      // What has been read is searched; the rest can wait until the store can be written.
    }
    progress.end()
    var filter = SearchFilter()
    (filter.runs, filter.family, filter.since, filter.tag) = (runs, family, since, tag)
    if let family, !desk.catalogue.families.contains(family) {
      throw ValidationError(
        "There is no family '\(family)'. There are: \(desk.catalogue.families.joined(separator: ", "))."
      )
    }
    let results = try search.results(
      for: query.joined(separator: " "), filter: filter, limit: limit)
    if json {
      print(try JSONText.of(try results.items.map { try PaperRecord($0.paper, in: desk.store) }))
      return
    }
    if !search.knowsMeaning { print("By words alone: the model for meaning is not set up.") }
    for (word, spelling) in results.mended.sorted(by: { $0.key < $1.key }) {
      print("No paper has '\(word)'; this is for '\(spelling)'.")
    }
    if results.items.isEmpty { print("No paper found.") }
    for item in results.items {
      print(item.paper.line)
      let origin = item.paper.origin
      if !origin.isEmpty { print("    " + origin) }
      print("    " + item.snippet.text)
    }
  }
}
