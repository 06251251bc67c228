import Foundation
import Models

extension EvidenceRecord {
  /// The record for a terminal: a line on the run, those on tuning, three for each claim, identities
  /// before effects, and one for each former verdict.
  public var text: String {
    let cost = flops.map { ", \(number($0)) operations" } ?? ""
    let commit = provenance.commit.map { ", commit \($0.prefix(9))" } ?? ""
    let run =
      "\(paper): \(seeds.count) \(seeds.count == 1 ? "seed" : "seeds"), \(scale.rawValue) scale, "
      + "\(number(seconds)) s\(cost), Assay \(versions.assay)\(commit), libtorch "
      + "\(versions.libtorch), \(threads) \(threads == 1 ? "thread" : "threads")"
    var lines = [run] + tuning.map(\.text)
    for (kind, title) in [(Claim.Kind.identity, "Identities"), (.effect, "Effects")] {
      let own = findings.filter { $0.claim.kind == kind }
      if !own.isEmpty { lines += [title] + own.map(\.text) }
    }
    if !formerVerdicts.isEmpty { lines += ["Former verdicts"] + formerVerdicts.map(\.text) }
    return lines.joined(separator: "\n")
  }
}

extension TunedArm {
  /// What was chosen, and whether the grid ends there.
  fileprivate var text: String {
    "  tuned  \(arm): \(setting) \(number(chosen)) of \(grid.map(number).joined(separator: ", "))"
      + (isAtEdge ? "; the grid ends there" : "")
  }
}

extension FormerVerdict {
  /// What was found before, and why it is another one now.
  public var text: String {
    let why = reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; ")
    return "  \(date.prefix(10))  \(claim) was \(verdict.words) at \(number(found))\(why)"
  }
}

extension ClaimEvidence {
  /// What is claimed, what was found, and how sure that is.
  public var text: String {
    "  \(verdict.words)  \(claim.sentence)\n    asked: \(claim.asked); found \(foundText)"
  }

  private var foundText: String {
    if let worst { return worst.text(claim.criterion) }
    return effect?.text(claim.criterion) ?? ""
  }
}

extension WorstCase {
  fileprivate func text(_ criterion: Criterion) -> String {
    guard criterion == .always else { return "\(number(value)) at worst of \(trials) trials" }
    let limit = rateLimit(criterion).map { ", a rate of at most \(number($0)) at 95%" } ?? ""
    return "\(number(value)) of \(trials) trials\(limit)"
  }
}

extension EffectStatistics {
  fileprivate func text(_ criterion: Criterion) -> String {
    var parts = [
      "\(number(estimate.value))\(criterion.isRatio ? " times" : "")",
      "95% CI \(number(estimate.low)) to \(number(estimate.high)) over \(seeds.count) seeds",
    ]
    if let adjustedPValue { parts.append("p \(number(adjustedPValue)) by Holm") }
    if criterion.isPaired, let size { parts.append("effect \(number(size))") }
    if let detectable { parts.append("detectable \(number(detectable))") }
    if !seedsWithoutPremise.isEmpty {
      let seeds = seedsWithoutPremise.map { "\($0)" }.joined(separator: ", ")
      parts.append("premise false in seeds \(seeds)")
    }
    return parts.joined(separator: ", ")
  }
}

extension EvidenceComparison {
  /// What changed, a line each, or that nothing did.
  public var text: String {
    let lines = changes.map { change in
      let (before, after) = (change.before, change.after)
      guard let before else { return "\(change.claim): new, \(after!.verdict.words)" }
      guard let after else { return "\(change.claim): gone, was \(before.verdict.words)" }
      return
        "\(change.claim): \(before.verdict.words) at \(number(before.found))"
        + ", now \(after.verdict.words) at \(number(after.found))"
    }
    return (lines.isEmpty ? ["No claim, verdict or number changed."] : lines)
      .joined(separator: "\n") + conditions.map { "\n\($0)" }.joined()
  }
}

extension Verdict {
  /// The verdict as it is read out.
  public var words: String {
    switch self {
    case .supported: "supported"
    case .notSupported: "not supported"
    case .inconclusive: "inconclusive"
    }
  }
}

extension Claim {
  /// What is asked for, in a few words.
  public var asked: String {
    let (method, control) = (method ?? "method", control ?? "peer")
    switch criterion {
    case .greater(let margin): return "\(method) above \(control) by more than \(number(margin))"
    case .less(let margin): return "\(method) below \(control) by more than \(number(margin))"
    case .noLower(let margin) where margin < 0:
      return "\(method) above \(control) by \(number(-margin)) or more"
    case .noHigher(let margin) where margin < 0:
      return "\(method) below \(control) by \(number(-margin)) or more"
    case .noLower(let margin):
      return "\(method) no lower than \(control)" + (margin == 0 ? "" : " by \(number(margin))")
    case .noHigher(let margin):
      return "\(method) no higher than \(control)" + (margin == 0 ? "" : " by \(number(margin))")
    case .equal(let margin): return "\(method) within \(number(margin)) of \(control)"
    case .ratioAtLeast(let ratio): return "\(method) at least \(number(ratio)) times \(control)"
    case .ratioAtMost(let ratio): return "\(method) at most \(number(ratio)) times \(control)"
    case .atLeast(let bound): return "at least \(number(bound))"
    case .atMost(let bound): return "at most \(number(bound))"
    case .always: return "no violation"
    }
  }
}

private func number(_ value: Double) -> String { String(format: "%.4g", value) }
