import Audit

/// A way to write a report down; the same report always gives the same text.
public protocol ReportFormat: Sendable {
  func text(of report: AuditReport) -> String
}
