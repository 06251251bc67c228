import Datasets
import Foundation
import Methods

/// A folder of records, one file a paper: `Evidence/<slug>.json`.
public struct EvidenceStore: Sendable, Hashable {
  public let path: String

  public init(path: String) {
    self.path = path
  }

  /// Where the record of `paper` lies, or would.
  public func path(of paper: PaperID) -> String { "\(path)/\(paper).json" }

  /// Returns the record of `paper`, or nil if there is none.
  ///
  /// - Throws: `EvidenceError.damaged`, also if the record is of another paper.
  public func record(of paper: PaperID) throws(EvidenceError) -> EvidenceRecord? {
    let file = path(of: paper)
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let record = try EvidenceRecord(path: file)
    guard record.paper == paper else {
      throw .damaged(path: file, reason: "it is a record of '\(record.paper)'")
    }
    return record
  }

  /// The papers that there are records of, sorted.
  public var papers: [PaperID] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return files.filter { $0.hasSuffix(".json") }.compactMap { PaperID(String($0.dropLast(5))) }
      .sorted { $0.slug < $1.slug }
  }

  /// Writes a record, which takes the place of an older one, complete or not at all.
  ///
  /// - Throws: `DataError.cannotWrite`.
  public func write(_ record: EvidenceRecord) throws {
    try makeFolder(path)
    try AtomicFile.write(try record.json(), to: path(of: record.paper))
  }
}

/// Makes a folder, if it is not there.
///
/// - Throws: `DataError.cannotWrite`.
func makeFolder(_ path: String) throws(DataError) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw .cannotWrite(path: path, reason: "the folder cannot be made")
  }
}
