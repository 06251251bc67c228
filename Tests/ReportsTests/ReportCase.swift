import Audit

/// A report to test with, by a name that is all a test's log shows of it.
enum ReportCase: String, Sendable, CaseIterable {
  case sample, hostile

  var report: AuditReport {
    switch self {
    case .sample: .sample
    case .hostile: .hostile
    }
  }
}
