import Arguments
import Desk
import Foundation

struct PapersOverviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overview", abstract: "Show what is new, what runs and what is tested.")

  @Option(help: "How many of the latest papers to show.")
  var limit = 10

  @OptionGroup var desk: DeskOptions

  func validate() throws {
    guard 0...1000 ~= limit else {
      throw ValidationError("'--limit' must be from 0 to 1000, but is \(limit).")
    }
  }

  func run() throws {
    let store = try desk.desk().store
    let counts = try store.counts()
    print(
      """
      \(counts.cards) papers in the catalogue: \(counts.tested) tested, \
      \(counts.running - counts.tested) more run, \(counts.cards - counts.running) listed
      \(counts.imported) papers taken from pages
      """)
    let latest = try store.latest(limit)
    if !latest.isEmpty {
      print("\nLatest")
      for paper in latest { print(paper.line) }
    }
    let tested = try store.cards().filter { $0.card?.status == "tested" }
    if !tested.isEmpty, limit > 0 {
      print("\nTested (./assay papers evidence NAME)")
      for paper in tested { print(paper.line) }
    }
    if counts.imported == 0 { print("\nTake pages in with ./assay papers import FILE…") }
  }
}
