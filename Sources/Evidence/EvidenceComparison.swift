/// What changed between two records of a paper.
public struct EvidenceComparison: Sendable, Hashable {
  /// What is found of one claim before and after; nil where a record does not have the claim.
  public struct Change: Sendable, Hashable {
    public let claim: String
    public let before: ClaimEvidence?
    public let after: ClaimEvidence?

    /// Whether the verdict is another one, or the claim came, went or was worded anew.
    public var isEssential: Bool {
      before?.verdict != after?.verdict || before?.claim != after?.claim
    }
  }

  /// The claims on which the records differ in anything, in the order of the later record.
  public let changes: [Change]
  /// Which conditions of the run differ, such as `scale: small, now full`.
  public let conditions: [String]

  /// Compares the record `after` with the record `before`.
  ///
  /// Dates and times are no conditions.
  public init(of after: EvidenceRecord, with before: EvidenceRecord) {
    let (old, new) = (before.findings, after.findings)
    let names =
      new.map(\.claim.name)
      + old.map(\.claim.name).filter { name in !new.contains { $0.claim.name == name } }
    changes = names.compactMap { name in
      let pair = [old, new].map { findings in findings.first { $0.claim.name == name } }
      return pair[0] == pair[1] ? nil : Change(claim: name, before: pair[0], after: pair[1])
    }
    let facts: [(String, String, String)] = [
      ("paper", before.paper.slug, after.paper.slug),
      ("scale", before.scale.rawValue, after.scale.rawValue),
      ("seeds", "\(before.seeds)", "\(after.seeds)"),
      ("assay", before.versions.assay, after.versions.assay),
      ("swift", before.versions.swift, after.versions.swift),
      ("libtorch", before.versions.libtorch, after.versions.libtorch),
      ("processor", before.machine.processor, after.machine.processor),
      ("system", before.machine.system, after.machine.system),
      ("threads", "\(before.threads)", "\(after.threads)"),
      ("commit", before.provenance.commit ?? "unknown", after.provenance.commit ?? "unknown"),
    ]
    conditions = facts.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1), now \($0.2)" }
  }

  /// Whether every claim, verdict and number is the same.
  public var isUnchanged: Bool { changes.isEmpty }
}
