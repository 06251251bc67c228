import Datasets
import Foundation
import Methods

/// What a run is about; a checkpoint of another plan is not used.
struct RunPlan: Sendable, Hashable, Codable {
  let paper: PaperID
  let claims: [Claim]
  let scale: ExperimentScale
  let versions: SoftwareVersions
  /// Part of the plan, since sums depend on how they are divided.
  let threads: Int
}

/// One seed that is finished.
struct SeedRun: Sendable, Hashable, Codable {
  let plan: RunPlan
  let seed: UInt64
  let measurements: [Measurement]
  let seconds: Double
}

/// The finished seeds of a run, one file each, so that a run that was killed goes on.
struct RunCheckpoints: Sendable {
  let plan: RunPlan
  /// The folder of this paper and scale.
  let path: String

  init(_ plan: RunPlan, in home: String) {
    self.plan = plan
    path = "\(home)/\(plan.paper)-\(plan.scale.rawValue)"
  }

  /// Returns the finished run of `seed`, or nil if there is none.
  ///
  /// - Throws: `EvidenceError.damaged`, or `.foreignCheckpoint` if it is of another plan.
  func finished(_ seed: UInt64) throws(EvidenceError) -> SeedRun? {
    let file = path(of: seed)
    guard let bytes = try EvidenceCoding.bytes(ofFile: file) else { return nil }
    let run: SeedRun = try EvidenceCoding.value(of: bytes, path: file)
    guard run.plan == plan, run.seed == seed else { throw .foreignCheckpoint(path: path) }
    if let reason = run.measurements.misfit(to: plan.claims, seed: seed) {
      throw .damaged(path: file, reason: reason)
    }
    return run
  }

  /// - Throws: `DataError.cannotWrite`.
  func save(_ run: SeedRun) throws {
    try makeFolder(path)
    try AtomicFile.write(try EvidenceCoding.data(of: run), to: path(of: run.seed))
  }

  /// Removes what is no longer needed once a record is written.
  func discard() {
    try? FileManager.default.removeItem(atPath: path)
  }

  private func path(of seed: UInt64) -> String { "\(path)/seed-\(seed).json" }
}
