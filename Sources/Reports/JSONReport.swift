import Audit

/// The report for programs. Keys are added over time and never renamed.
///
/// Keys keep their order; a number that is not finite is `null`; what is unknown is left out.
public struct JSONReport: ReportFormat {
  public init() {}

  public func text(of report: AuditReport) -> String { report.json.prettyText }
}

extension AuditReport {
  var json: JSONValue {
    let isAudit = method == nil
    return .object(omittingNil: [
      "assay": .string(version),
      "method": method.map(JSONValue.string),
      "seed": .unsigned(seed),
      "model": model.json,
      "data": [
        "path": .string(data.path), "sha256": .string(data.sha256),
        "examples": .integer(data.examples),
      ],
      "checks": .array(findings.map(\.json)),
      "verdict": isAudit ? .string(verdict.rawValue) : nil,
      "policy": isAudit ? .string(policy) : nil,
      "command": .string(command),
      "started": .string(started),
      "seconds": .number(seconds),
      "environment": [
        "machine": .string(environment.machine), "threads": .integer(environment.threads),
        "versions": environment.versions.json(JSONValue.string),
      ],
    ])
  }
}

extension AuditReport.Model {
  fileprivate var json: JSONValue {
    .object(omittingNil: [
      "path": .string(path), "sha256": .string(sha256), "parameters": .integer(parameters),
      "flops": flops.map(JSONValue.integer),
      "inputShape": .array(inputShape.map(JSONValue.integer)), "classes": .integer(classes),
      "operations": operations.json(JSONValue.integer),
    ])
  }
}

extension Finding {
  fileprivate var json: JSONValue {
    .object(omittingNil: [
      "id": .string(id), "status": .string(status.rawValue),
      "metrics": metrics.json(\.json),
      "series": series.json { .array($0.map(\.json)) },
      "title": .string(title), "summary": .string(summary),
      "requirement": requirement.map(JSONValue.string),
      "advice": .strings(advice), "notes": .strings(notes), "seconds": .number(seconds),
    ])
  }
}

extension Metric {
  fileprivate var json: JSONValue {
    .object(omittingNil: [
      "value": .number(value), "low": low.map(JSONValue.number),
      "high": high.map(JSONValue.number),
    ])
  }
}

extension SeriesPoint {
  fileprivate var json: JSONValue {
    .object(omittingNil: [
      "norm": norm.map(JSONValue.string), "radius": radius.map(JSONValue.number),
      "label": label.map(JSONValue.string), "x": x.map(JSONValue.number),
      "value": .number(value), "low": low.map(JSONValue.number),
      "high": high.map(JSONValue.number),
    ])
  }
}

extension NamedList {
  fileprivate func json(_ body: (Value) -> JSONValue) -> JSONValue {
    .object(map { JSONValue.Member(key: $0.name, value: body($0.value)) })
  }
}
