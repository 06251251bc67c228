/// A claim, and what measurements say about it.
public struct ClaimEvidence: Sendable, Hashable, Codable {
  public let claim: Claim
  public let verdict: Verdict
  /// The worst trial, of an identity.
  public let worst: WorstCase?
  /// What seeds say, of an effect.
  public let effect: EffectStatistics?

  /// Judges the claims of one paper by measurements, which may hold those of other claims; the
  /// p-values of its effects are corrected for their number.
  public static func judge(_ claims: [Claim], by measurements: [Measurement]) -> [ClaimEvidence] {
    let own = claims.map { claim in measurements.filter { $0.claim == claim.name } }
    var effects = zip(claims, own).map { claim, own in
      claim.kind == .effect ? EffectStatistics(own, claim.criterion) : nil
    }
    let tested = effects.indices.filter { effects[$0]?.pValue != nil }
    let adjusted = Multiplicity.holm(tested.map { effects[$0]!.pValue! })
    for (index, p) in zip(tested, adjusted) { effects[index]!.adjustedPValue = p }
    return zip(claims, zip(own, effects)).map { claim, found in
      if let effect = found.1 {
        return ClaimEvidence(
          claim: claim, verdict: Verdict(effect, claim.criterion), worst: nil, effect: effect)
      }
      let worst = WorstCase(found.0, claim.criterion)
      return ClaimEvidence(
        claim: claim, verdict: Verdict(worst, claim.criterion), worst: worst, effect: nil)
    }
  }

  /// The number that the verdict is about: the worst value, or the mean.
  public var found: Double { worst?.value ?? effect?.estimate.value ?? .nan }
}
