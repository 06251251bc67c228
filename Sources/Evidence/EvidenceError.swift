import Methods

/// Why an experiment cannot run, or what it left cannot be read.
public enum EvidenceError: Error, Equatable, CustomStringConvertible {
  /// A dataset that an experiment needs is not there; `remedy` is the command that brings it.
  case missingData(name: String, remedy: String)
  /// An experiment did not measure each of its claims once for a seed.
  case wrongMeasurements(paper: PaperID, seed: UInt64, reason: String)
  /// What an interrupted run left is from another version, machine setting or claim.
  case foreignCheckpoint(path: String)
  case missingRecord(path: String)
  case damaged(path: String, reason: String)
  case noSeeds

  public var description: String {
    switch self {
    case .missingData(let name, let remedy):
      "The dataset '\(name)' is not there. Run '\(remedy)' first."
    case .wrongMeasurements(let paper, let seed, let reason):
      "The experiment on '\(paper)' returned a wrong measurement with seed \(seed): \(reason)."
    case .foreignCheckpoint(let path):
      "\(path) was left by another version or setting of this experiment. "
        + "Remove it to start anew."
    case .missingRecord(let path): "\(path): no such record. 'assay papers run' makes it."
    case .damaged(let path, let reason): "\(path) is damaged: \(reason)."
    case .noSeeds: "An experiment needs at least one seed, each of them once."
    }
  }
}
