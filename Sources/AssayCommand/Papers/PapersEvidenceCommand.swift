import Arguments
import Evidence
import Experiments
import Foundation
import Methods

struct PapersEvidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence", abstract: "Show what was recorded of a paper, or of every paper.")

  @Argument(help: "The paper's name; every paper with an experiment or a record if left out.")
  var paper: PaperID?

  @Option(help: "The folder of the records; 'Evidence' in the package or the current folder.")
  var from: String?

  @Flag(help: "Print the records as they are, in JSON.")
  var json = false

  func run() throws {
    let store = EvidenceStore(path: from ?? PapersCommand.defaultFolder)
    if let paper {
      guard let record = try store.record(of: paper) else {
        throw EvidenceError.missingRecord(path: store.path(of: paper))
      }
      print(json ? String(decoding: try record.json(), as: UTF8.self) : record.text)
      return
    }
    let papers = Set(store.papers + Experiments.all.map(\.paper)).sorted { $0.slug < $1.slug }
    let records = try papers.map { ($0, try store.record(of: $0)) }
    if json {
      let texts = try records.compactMap { try $0.1?.json() }.map {
        String(decoding: $0, as: UTF8.self)
      }
      print("[\(texts.joined(separator: ","))]")
      return
    }
    for (paper, record) in records {
      let status = Experiments.status(of: paper, record: record)
      let counts = VerdictCounts(record?.findings.map(\.verdict) ?? [])
      print(status.rawValue.padded(to: 8) + paper.slug.padded(to: 24) + counts.text)
    }
  }
}
