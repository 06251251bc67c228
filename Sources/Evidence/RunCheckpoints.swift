import Datasets
import Foundation
import Methods

/// What a run is about; a checkpoint of another plan is not used.
struct RunPlan: Sendable, Hashable, Codable {
  let paper: PaperID
  let claims: [Claim]
  let tuning: Tuning?
  let scale: ExperimentScale
  let versions: SoftwareVersions
  /// Part of the plan, since sums depend on how they are divided.
  let threads: Int
}

/// One part of a run: all claims under a seed, or the score of an arm's setting under a seed.
enum RunPart: Sendable, Hashable, Codable {
  case measurements(seed: UInt64)
  case score(arm: String, setting: Int, seed: UInt64)

  var seed: UInt64 {
    switch self {
    case .measurements(let seed), .score(_, _, let seed): seed
    }
  }

  /// The file that it is kept in.
  fileprivate var file: String {
    switch self {
    case .measurements(let seed): "seed-\(seed).json"
    case .score(let arm, let setting, let seed):
      "tuning-\(arm.map { $0.isLetter || $0.isNumber ? "\($0)" : "-" }.joined())-\(setting)-\(seed).json"
    }
  }
}

/// One part that is finished.
struct FinishedPart: Sendable, Hashable, Codable {
  let plan: RunPlan
  let part: RunPart
  /// The digest of the sources that ran.
  let sources: String?
  /// The settings that tuning chose, by arm.
  let settings: [String: Double]
  let measurements: [Measurement]
  /// The score, of tuning.
  let score: Double?
  /// The digests of the data that were loaded.
  let data: [String: String]
  let seconds: Double
}

/// The parts of a run that are finished, a file each, from which a run that was killed goes on.
struct RunCheckpoints: Sendable {
  let plan: RunPlan
  let sources: String?
  /// The folder of this paper and scale.
  let path: String

  init(_ plan: RunPlan, sources: String?, in home: String) {
    (self.plan, self.sources) = (plan, sources)
    path = "\(home)/\(plan.paper)-\(plan.scale.rawValue)"
  }

  /// Returns the finished `part`, or nil if there is none, or it was made by other sources or with
  /// other settings.
  ///
  /// - Throws: `EvidenceError.damaged`, or `.foreignCheckpoint` if it is of another plan.
  func finished(
    _ part: RunPart, settings: [String: Double]
  ) throws(EvidenceError) -> FinishedPart? {
    let file = "\(path)/\(part.file)"
    guard let bytes = try EvidenceCoding.bytes(ofFile: file) else { return nil }
    let run: FinishedPart = try EvidenceCoding.value(of: bytes, path: file)
    guard run.plan == plan, run.part == part else { throw .foreignCheckpoint(path: path) }
    guard run.sources == sources, run.settings == settings else { return nil }
    if case .measurements(let seed) = part,
      let reason = run.measurements.misfit(to: plan.claims, seed: seed)
    {
      throw .damaged(path: file, reason: reason)
    }
    return run
  }

  /// - Throws: `DataError.cannotWrite`.
  func save(_ run: FinishedPart) throws {
    try makeFolder(path)
    try AtomicFile.write(try EvidenceCoding.data(of: run), to: "\(path)/\(run.part.file)")
  }

  /// Removes what is no longer needed once a record is written.
  func discard() {
    try? FileManager.default.removeItem(atPath: path)
  }
}
