extension AuditReport {
  /// The worst status among the findings; `skipped` if no check ran.
  public var verdict: Finding.Status {
    let order: [Finding.Status] = [.fail, .warn, .pass]
    return order.first { status in findings.contains { $0.status == status } } ?? .skipped
  }

  /// The number of findings with a status.
  public func count(of status: Finding.Status) -> Int {
    findings.count { $0.status == status }
  }

  /// One sentence that says why the verdict is what it is.
  public var verdictReason: String {
    let status = verdict
    let titles = findings.filter { $0.status == status }.map(\.title)
    let names = titles.formattedList
    switch status {
    case .fail where titles.count == 1:
      return "One of \(findings.count) checks does not meet the policy: \(names)."
    case .fail:
      return "\(titles.count) of \(findings.count) checks do not meet the policy: \(names)."
    case .warn where titles.count == 1:
      return "No requirement is broken, but one check deserves a look: \(names)."
    case .warn:
      return "No requirement is broken, but \(titles.count) checks deserve a look: \(names)."
    case .pass where count(of: .skipped) > 0:
      return "Every check that could run meets the policy; \(count(of: .skipped)) could not run."
    case .pass: return "Every check meets the policy."
    case .skipped: return "No check could run on this model and data."
    }
  }
}

extension [String] {
  /// These words as a list in a sentence: `a`, `a and b`, `a, b and c`.
  fileprivate var formattedList: String {
    guard count > 1, let last else { return joined() }
    return dropLast().joined(separator: ", ") + " and " + last
  }
}
