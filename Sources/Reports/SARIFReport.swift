import Audit
import Foundation

/// The report for code-scanning services, in the Static Analysis Results Interchange Format.
///
/// Every check is a rule; those that warn or fail have a result.
///
/// - Source: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" (2020).
public struct SARIFReport: ReportFormat {
  public init() {}

  public func text(of report: AuditReport) -> String {
    let judged = report.findings.enumerated().filter { [.warn, .fail].contains($1.status) }
    let document: JSONValue = [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        [
          "tool": [
            "driver": [
              "name": "Assay", "version": .string(report.version),
              "rules": .array(report.findings.map(rule)),
            ]
          ],
          "invocations": [
            ["commandLine": .string(report.command), "executionSuccessful": true]
          ],
          "results": .array(judged.map { result(of: $1, rule: $0, in: report) }),
        ]
      ],
    ]
    return document.prettyText
  }

  private func rule(_ finding: Finding) -> JSONValue {
    [
      "id": .string(finding.id), "name": .string(finding.title),
      "shortDescription": ["text": .string(finding.title)],
      "fullDescription": ["text": .string(finding.requirement ?? finding.title)],
      "defaultConfiguration": ["level": "warning"],
    ]
  }

  private func result(of finding: Finding, rule: Int, in report: AuditReport) -> JSONValue {
    let text = ([finding.summary] + finding.advice).joined(separator: "\n")
    return [
      "ruleId": .string(finding.id), "ruleIndex": .integer(rule),
      "level": finding.status == .fail ? "error" : "warning",
      "message": ["text": .string(text)],
      "locations": [
        ["physicalLocation": ["artifactLocation": ["uri": .string(uri(report.model.path))]]]
      ],
      "partialFingerprints": [
        "assayCheck/v1": .string("\(finding.id):\(report.model.sha256):\(report.data.sha256)")
      ],
    ]
  }

  /// Returns `path` as a relative reference, or as a `file` URI if it is absolute.
  private func uri(_ path: String) -> String {
    let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: ":"))
    let encoded = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    return path.hasPrefix("/") ? "file://" + encoded : encoded
  }
}
