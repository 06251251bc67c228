import Audit
import Foundation

/// What an audit prints at its end.
struct AuditSummary {
  private let report: AuditReport
  private let page: String

  init(_ report: AuditReport, page: String) {
    (self.report, self.page) = (report, page)
  }

  var text: String {
    let width = report.findings.map(\.title.count).max() ?? 0
    let lines = report.findings.map { finding in
      let name = finding.title.padding(toLength: width, withPad: " ", startingAt: 0)
      let reason = finding.status == .skipped ? finding.notes.first ?? "" : finding.summary
      return "  \(mark(finding.status))  \(name)  \(reason)"
    }
    let advice = report.findings.flatMap(\.advice)
    return """
      \(report.verdict.rawValue.uppercased()): \(report.verdictReason)

      \(lines.joined(separator: "\n"))
      \(advice.isEmpty ? "" : "\nWhat to do:\n" + advice.map { "  • \($0)" }.joined(separator: "\n") + "\n")
      Report: \(page)
      """
  }

  private func mark(_ status: Finding.Status) -> String {
    switch status {
    case .pass: "pass"
    case .warn: "warn"
    case .fail: "FAIL"
    case .skipped: "skip"
    }
  }
}
