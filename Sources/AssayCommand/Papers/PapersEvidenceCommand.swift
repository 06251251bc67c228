import Arguments
import Catalogue
import Datasets
import Evidence
import Experiments
import Foundation
import Methods
import Reports

struct PapersEvidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence", abstract: "Show what was recorded of a paper, or of every paper.",
    discussion: """
      Identities hold in every trial or they do not; effects are differences over seeds. 'stale' \
      marks a record whose experiment or method changed since: 'assay papers run --stale'.
      """)

  @Argument(help: "The paper's name; every paper with an experiment or a record if left out.")
  var paper: PaperID?

  @Option(help: "The folder of the records; 'Evidence' in the package or the current folder.")
  var from: String?

  @Flag(help: "Print the records as they are, in JSON.")
  var json = false

  @Option(help: "Write a page with the intervals of all effects to this file.")
  var html: String?

  func validate() throws {
    if html != nil, paper != nil || json {
      throw ValidationError("'--html' shows every paper, and stands alone.")
    }
  }

  func run() throws {
    let store = EvidenceStore(path: from ?? PapersCommand.defaultFolder)
    if let paper {
      try show(paper, in: store)
      return
    }
    let rooms = try RecordedRoom.all(Catalogue(), store)
    if json {
      let texts = try rooms.flatMap { try $0.papers.compactMap { try $0.record?.json() } }
      print("[\(texts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ","))]")
    } else if let html {
      try OutputPath.check(file: html)
      try AtomicFile.write(Data(EvidencePage(rooms.map(\.page)).text.utf8), to: html)
      print("Page: \(html)")
    } else {
      print(rooms.map(\.text).joined(separator: "\n\n"))
    }
  }

  private func show(_ paper: PaperID, in store: EvidenceStore) throws {
    guard let record = try store.record(of: paper) else {
      throw EvidenceError.missingRecord(path: store.path(of: paper))
    }
    if json {
      print(String(decoding: try record.json(), as: UTF8.self))
      return
    }
    print(record.text)
    if let stale = record.staleText { print(stale) }
    if let replication = try store.replication(of: paper) {
      print("Replication with other seeds\n" + replication.text)
    }
  }
}

/// The papers of one room that have an experiment or a record.
private struct RecordedRoom {
  let name: String
  let papers: [(id: PaperID, title: String, record: EvidenceRecord?)]

  static func all(_ catalogue: Catalogue, _ store: EvidenceStore) throws -> [RecordedRoom] {
    let papers = Set(store.papers + Experiments.all.map(\.paper)).sorted { $0.slug < $1.slug }
    let rooms = Dictionary(grouping: papers) { catalogue[$0]?.target ?? "Elsewhere" }
    return try rooms.sorted { $0.key < $1.key }.map { name, papers in
      RecordedRoom(
        name: name,
        papers: try papers.map { ($0, catalogue[$0]?.title ?? $0.slug, try store.record(of: $0)) })
    }
  }

  /// A line on the room, and one for each paper.
  var text: String {
    let counts = FindingCounts(papers.flatMap { $0.record?.findings ?? [] })
    let lines = papers.map { paper, _, record in
      let status = Experiments.status(of: paper, record: record)
      let found = FindingCounts(record?.findings ?? []).text
      return "  " + status.rawValue.padded(to: 8) + paper.slug.padded(to: 24) + found
        + (record?.isStale == true ? "; stale" : "")
    }
    return ([counts.text.isEmpty ? name : "\(name): \(counts.text)"] + lines)
      .joined(separator: "\n")
  }

  var page: EvidencePage.Room {
    EvidencePage.Room(
      name: name,
      papers: papers.compactMap { _, title, record in
        record.map { EvidencePage.Paper(title: title, record: $0, isStale: $0.isStale) }
      })
  }
}

extension EvidenceRecord {
  /// A line for records that are stale.
  var staleText: String? {
    isStale ? "Stale: the experiment or a method of it changed since." : nil
  }

  /// Whether the experiment or a method of it changed in this package since.
  var isStale: Bool { Experiments.isStale(self, in: Installation.experimentSources) }
}
