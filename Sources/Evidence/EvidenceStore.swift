import Datasets
import Foundation
import Methods

/// A folder of records, one file a paper, `Evidence/<slug>.json`, and in `Replications` the latest
/// run of each with other seeds.
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
    try record(of: paper, at: path(of: paper))
  }

  /// Returns the latest run of `paper` with other seeds than its record's, or nil if there is none.
  ///
  /// - Throws: as `record`.
  public func replication(of paper: PaperID) throws(EvidenceError) -> EvidenceRecord? {
    try record(of: paper, at: replications.path(of: paper))
  }

  /// The folder of runs with other seeds.
  public var replications: EvidenceStore { EvidenceStore(path: path + "/Replications") }

  private func record(
    of paper: PaperID, at file: String
  ) throws(EvidenceError) -> EvidenceRecord? {
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
  /// Where the older one found something else, the new one keeps that as a former verdict, with what
  /// changed in between and `reason`. An older record may be of an older format.
  ///
  /// - Returns: The record as it was written.
  /// - Throws: `DataError.cannotWrite`.
  @discardableResult
  public func write(_ record: EvidenceRecord, reason: String? = nil) throws -> EvidenceRecord {
    var record = record
    let file = path(of: record.paper)
    if let bytes = try? EvidenceCoding.bytes(ofFile: file),
      let former: FormerRecord = try? EvidenceCoding.value(of: bytes, path: file)
    {
      record.formerVerdicts = former.verdicts(before: record, reason: reason)
    }
    try makeFolder(path)
    try AtomicFile.write(try record.json(), to: file)
    return record
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
