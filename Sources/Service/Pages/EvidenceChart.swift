import Evidence
import Foundation
import Reports

/// A claim with its verdict, and a drawing of what was measured against what was asked.
struct EvidenceChart {
  let finding: ClaimEvidence

  var html: HTML {
    """
    <div class="claim"><p><b class="\(finding.verdict.rawValue)">\(finding.verdict.words)</b> · \(finding.claim.sentence)</p>
    \(drawing)</div>
    """
  }

  /// The margin, where it can be drawn on the axis of what was found.
  private var bound: Double {
    switch finding.claim.criterion {
    case .greater(let margin), .noHigher(let margin), .equal(let margin): margin
    case .less(let margin), .noLower(let margin): -margin
    case .atLeast(let bound), .atMost(let bound): bound
    case .ratioAtLeast(let ratio), .ratioAtMost(let ratio): ratio
    case .always: 0
    }
  }

  /// The interval of an effect; an identity has its worst trial in words.
  private var drawing: HTML {
    if let worst = finding.worst {
      let limit =
        worst.rateLimit(finding.claim.criterion).map {
          "; a rate of at most \(Self.number($0)) at 95%"
        } ?? ""
      return """
        <p class="soft">asked \(finding.claim.asked); worst of \(worst.trials) trials \(Self.number(worst.value))\(limit)</p>
        """
    }
    guard let estimate = finding.effect?.estimate, estimate.value.isFinite else { return "" }
    let (low, high) = (
      estimate.low.isFinite ? estimate.low : estimate.value,
      estimate.high.isFinite ? estimate.high : estimate.value
    )
    let ends = [low, high, bound, estimate.value]
    let (first, last) = (ends.min()!, ends.max()!)
    let room = max(last - first, abs(last) * 1e-3, 1e-12)
    func place(_ value: Double) -> String {
      Self.number(40 + 520 * (value - first + room * 0.1) / (room * 1.2))
    }
    let asked = Self.number(bound)
    let found = Self.number(estimate.value)
    return """
      <svg viewBox="0 0 600 46" role="img" aria-label="measured \(found), from \(Self.number(low)) to \(Self.number(high)); asked \(asked)">
      <line x1="40" x2="560" y1="20" y2="20" stroke="var(--line)"/>
      <line x1="\(place(bound))" x2="\(place(bound))" y1="6" y2="32" stroke="var(--soft)" stroke-dasharray="3 3"/>
      <text x="\(place(bound))" y="43" text-anchor="middle">asked \(asked)</text>
      <g class="\(finding.verdict.rawValue)"><line x1="\(place(low))" x2="\(place(high))" y1="20" y2="20" stroke="currentColor" stroke-width="4" stroke-linecap="round"/>
      <circle cx="\(place(estimate.value))" cy="20" r="6" fill="currentColor"/></g>
      <text x="\(place(estimate.value))" y="11" text-anchor="middle">\(found)</text>
      </svg>
      """
  }

  private static func number(_ value: Double) -> String { String(format: "%.4g", value) }
}
