/// A claim, and what measurements say about it.
public struct ClaimEvidence: Sendable, Hashable, Codable {
  public let claim: Claim
  public let verdict: Verdict
  public let statistics: PairedStatistics

  /// Judges `claim` by those of `measurements` that are about it.
  public init(_ claim: Claim, measurements: [Measurement]) {
    let quantities = measurements.filter { $0.claim == claim.name }
      .map { $0.quantity(for: claim.criterion) }
    self.claim = claim
    statistics = PairedStatistics(quantities, interval: claim.interval)
    verdict = Verdict(statistics.estimate, claim.criterion)
  }
}
