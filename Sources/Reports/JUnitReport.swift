import Audit

/// The report for build servers: one test case per check.
///
/// A failed check is a `failure`, a skipped one is `skipped`, a warning is in `system-out`.
public struct JUnitReport: ReportFormat {
  public init() {}

  public func text(of report: AuditReport) -> String {
    let counts =
      "tests=\"\(report.findings.count)\" failures=\"\(report.count(of: .fail))\" errors=\"0\""
      + " skipped=\"\(report.count(of: .skipped))\" time=\"\(report.seconds.decimals(3))\""
    let properties = [
      ("assay", report.version), ("seed", "\(report.seed)"), ("command", report.command),
      ("model", report.model.path), ("model.sha256", report.model.sha256),
      ("data", report.data.path), ("data.sha256", report.data.sha256), ("policy", report.policy),
    ].map { "      <property name=\"\($0)\" value=\"\($1.xmlEscaped)\"/>\n" }.joined()
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="Assay" \(counts)>
        <testsuite name="audit" \(counts) timestamp="\(report.started.xmlEscaped)">
          <properties>
      \(properties)    </properties>
      \(report.findings.map(testCase).joined())  </testsuite>
      </testsuites>

      """
  }

  private func testCase(_ finding: Finding) -> String {
    let head =
      "    <testcase classname=\"assay.\(finding.id.xmlEscaped)\""
      + " name=\"\(finding.title.xmlEscaped)\" time=\"\(finding.seconds.decimals(3))\""
    let summary = finding.summary.xmlEscaped
    let advice = (finding.advice + finding.notes).joined(separator: "\n").xmlEscaped
    switch finding.status {
    case .pass: return head + "/>\n"
    case .warn:
      let text = ([finding.summary] + finding.advice + finding.notes).joined(separator: "\n")
      return head + ">\n      <system-out>Warning: \(text.xmlEscaped)</system-out>\n"
        + "    </testcase>\n"
    case .fail:
      let text = finding.requirement.map { "Required: \($0)\n".xmlEscaped } ?? ""
      return head + ">\n      <failure message=\"\(summary)\" type=\"policy\">\(text)\(advice)"
        + "</failure>\n    </testcase>\n"
    case .skipped:
      return head + ">\n      <skipped message=\"\(summary)\"/>\n    </testcase>\n"
    }
  }
}
