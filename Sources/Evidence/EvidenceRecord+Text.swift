import Foundation
import Models

extension EvidenceRecord {
  /// The record for a terminal: a line on the run, and three for each claim.
  public var text: String {
    let cost = flops.map { ", \(number($0)) operations" } ?? ""
    let run =
      "\(paper): \(seeds.count) \(seeds.count == 1 ? "seed" : "seeds"), \(scale.rawValue) scale, "
      + "\(number(seconds)) s\(cost), Assay \(versions.assay), libtorch \(versions.libtorch)"
    return ([run] + findings.map(\.text)).joined(separator: "\n")
  }
}

extension ClaimEvidence {
  /// What is claimed, what was found, and how sure that is.
  public var text: String {
    let found =
      "\(claim.criterion.text); found \(number(statistics.estimate.value)), "
      + statistics.estimate.text(claim.interval)
    let effect =
      claim.criterion.isPaired ? statistics.effect.map { ", effect \(number($0))" } ?? "" : ""
    let power = statistics.detectable.map { ", detectable \(number($0))" } ?? ""
    return "  \(verdict.words)  \(claim.sentence)\n    asked: \(found)\(effect)\(power)"
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
        "\(change.claim): \(before.verdict.words) at \(number(before.statistics.estimate.value))"
        + ", now \(after.verdict.words) at \(number(after.statistics.estimate.value))"
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

extension Criterion {
  /// What is asked for, in a few words.
  var text: String {
    switch self {
    case .greater(let margin): "method above baseline by more than \(number(margin))"
    case .less(let margin): "method below baseline by more than \(number(margin))"
    case .atLeast(let bound): "at least \(number(bound))"
    case .atMost(let bound): "at most \(number(bound))"
    case .equal(let margin): "method within \(number(margin)) of baseline"
    case .always: "no violation"
    }
  }
}

extension Estimate {
  /// The interval, and what it is.
  fileprivate func text(_ method: IntervalMethod) -> String {
    let ends = "\(number(low)) to \(number(high))"
    switch method {
    case .student: return "95% CI \(ends)"
    case .bootstrap: return "95% bootstrap CI \(ends)"
    case .range: return "over all seeds \(ends)"
    }
  }
}

private func number(_ value: Double) -> String { String(format: "%.4g", value) }
