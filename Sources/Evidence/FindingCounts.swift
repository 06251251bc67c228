/// How many claims came out which way, identities apart from effects.
public struct FindingCounts: Sendable, Hashable {
  public private(set) var identities = 0
  /// How many of the identities hold.
  public private(set) var identitiesHeld = 0
  /// How many effects there are of each verdict.
  public private(set) var effects: [Verdict: Int] = [:]

  public init(_ findings: some Sequence<ClaimEvidence>) {
    for finding in findings {
      switch finding.claim.kind {
      case .identity:
        identities += 1
        if finding.verdict == .supported { identitiesHeld += 1 }
      case .effect: effects[finding.verdict, default: 0] += 1
      }
    }
  }

  /// Such as `4 of 4`; empty if there are none.
  public var identitiesText: String {
    identities == 0 ? "" : "\(identitiesHeld) of \(identities)"
  }

  /// Such as `2 supported, 1 inconclusive`; empty if there are none.
  public var effectsText: String {
    [Verdict.supported, .notSupported, .inconclusive].compactMap { verdict in
      effects[verdict].map { "\($0) \(verdict.words)" }
    }.joined(separator: ", ")
  }

  /// Both kinds in one line.
  public var text: String {
    [
      identities == 0 ? nil : "identities: \(identitiesText) hold",
      effects.isEmpty ? nil : "effects: \(effectsText)",
    ].compactMap(\.self).joined(separator: "; ")
  }
}
