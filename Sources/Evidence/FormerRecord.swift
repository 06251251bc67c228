/// What a record of this or an earlier format found, for those that come after it.
struct FormerRecord: Decodable {
  private let date: String
  private let seeds: [UInt64]
  private let findings: [Finding]
  private let tuning: [TunedArm]?
  private let provenance: Provenance?
  private let formerVerdicts: [FormerVerdict]?

  private struct Finding: Decodable {
    let claim: Wording
    let verdict: Verdict
    let worst: Value?
    let effect: Statistics?
    /// Where the first format kept what is found of either kind.
    let statistics: Statistics?

    struct Wording: Decodable {
      let name: String
      let sentence: String
      let criterion: Criterion
    }

    struct Value: Decodable {
      let value: Double
    }

    struct Statistics: Decodable {
      let estimate: Value
    }

    var found: Double {
      worst?.value ?? effect?.estimate.value ?? statistics?.estimate.value ?? .nan
    }
  }

  /// The former verdicts that `record`, which follows this one, is to keep: all that this one kept,
  /// and those that are other ones now or were of claims that were worded anew or dropped.
  func verdicts(before record: EvidenceRecord, reason: String?) -> [FormerVerdict] {
    let changed = findings.compactMap { old -> FormerVerdict? in
      let new = record.findings.first { $0.claim.name == old.claim.name }
      guard
        new?.verdict != old.verdict || new?.claim.sentence != old.claim.sentence
          || new?.claim.criterion != old.claim.criterion
      else { return nil }
      return FormerVerdict(
        claim: old.claim.name, sentence: old.claim.sentence, verdict: old.verdict,
        found: old.found, date: date,
        reasons: (reason.map { [$0] } ?? []) + changes(of: old.claim, to: new?.claim, in: record))
    }
    return changed + (formerVerdicts ?? [])
  }

  private func changes(
    of old: Finding.Wording, to new: Claim?, in record: EvidenceRecord
  ) -> [String] {
    var changes: [String] = []
    if new == nil { changes.append("the claim was dropped") }
    if let new, new.sentence != old.sentence { changes.append("the claim was worded anew") }
    if let new, new.criterion != old.criterion { changes.append("the criterion was changed") }
    if seeds != record.seeds {
      changes.append("\(record.seeds.count) seeds instead of \(seeds.count)")
    }
    if (tuning ?? []).map(\.grid) != record.tuning.map(\.grid) {
      changes.append("arms are tuned on another grid")
    }
    if provenance?.sources != record.provenance.sources {
      changes.append("the experiment or a method of it was changed")
    }
    return changes
  }
}
