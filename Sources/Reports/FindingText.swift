import Audit

/// A finding as lines of text: its summary, its metrics with their intervals, its notes and advice.
public struct FindingText {
  private let finding: Finding

  public init(_ finding: Finding) { self.finding = finding }

  public var text: String {
    let rows = finding.metrics.map { entry -> (label: String, value: String, metric: Metric) in
      let metric = entry.value
      return (metric.label ?? entry.name.asWords, metric.unit.text(metric.value), metric)
    }
    let width = rows.map(\.label.count).max() ?? 0
    let size = rows.map(\.value.count).max() ?? 0
    var lines = [finding.summary, ""]
    for (label, value, metric) in rows {
      let gap = String(repeating: " ", count: width - label.count + 2 + size - value.count)
      lines.append("  \(label)\(gap)\(value)\(interval(metric))")
    }
    if !finding.notes.isEmpty { lines += [""] + finding.notes.map { "Note: \($0)" } }
    if !finding.advice.isEmpty {
      lines += ["", "What to do:"] + finding.advice.map { "  • \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  private func interval(_ metric: Metric) -> String {
    guard let low = metric.low, let high = metric.high else { return "" }
    return "  (95% CI \(metric.unit.text(low)) – \(metric.unit.text(high)))"
  }
}
