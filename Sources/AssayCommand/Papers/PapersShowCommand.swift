import Arguments
import Catalogue
import Desk
import Evidence
import Foundation
import Methods

struct PapersShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show all that is known of a paper.")

  @Argument(
    help: "The paper: its card's name, 'p' and its number, its arXiv identifier or its title.")
  var paper: String

  @Flag(help: "Print it in JSON.")
  var json = false

  @OptionGroup var desk: DeskOptions

  func run() throws {
    let desk = try desk.desk()
    let paper = try desk.store.paper(named: paper)
    if json {
      print(try JSONText.of(try PaperRecord(paper, in: desk.store)))
      return
    }
    print(paper.title)
    if !paper.origin.isEmpty { print(paper.origin) }
    if let card = paper.card.flatMap({ PaperID($0.slug) }).flatMap({ desk.catalogue[$0] }) {
      show(card, status: desk.status(of: card.paper))
      let record = try desk.record(of: paper)
      if let clauses = card.clauses {
        print("\nClauses\n" + clauses.map { $0.text(record) }.joined(separator: "\n"))
      }
    }
    if let record = try desk.record(of: paper) {
      print("\nEvidence\n\(record.text)")
      if let stale = record.staleText { print(stale) }
    }
    if !paper.abstract.isEmpty { print("\n\(paper.abstract)") }
    let links = try desk.store.links(of: paper.id)
    if !links.isEmpty { print("") }
    for link in links { print("\(link.kind.rawValue.padded(to: 8))\(link.url)") }
    let related = try desk.search().papers(like: paper, limit: 5)
    if !related.isEmpty {
      print("\nRelated")
      for paper in related { print(paper.line) }
    }
    let sources = try desk.store.sources(of: paper.id)
    if !sources.isEmpty { print("\nSeen in \(sources.joined(separator: ", "))") }
  }

  private func show(_ card: PaperCard, status: PaperStatus) {
    let rows = [
      ("Name", card.paper.slug), ("Status", status.rawValue),
      ("Room", "\(card.target) (\(card.family), \(card.kind.rawValue))"), ("What", card.what),
      ("Formula", card.formula), ("Claim", card.clauses == nil ? card.claim : ""),
      (status == .listed ? "Planned" : "API", card.api), ("Peer", card.peer),
    ]
    print("")
    for (name, value) in rows where !value.isEmpty { print(name.padded(to: 9) + value) }
  }
}
