extension Policy {
  /// Returns the finding with the status that these rules give it, and what they ask.
  ///
  /// The status is the worst of the check's own and of the rules that are not met. A number that is
  /// missing or NaN meets no rule; what a check that could not run leaves open is only noted,
  /// unless the rule is one that fails. Where the interval reaches over the limit, a note says so:
  /// the sample is too small to be sure.
  func judging(_ finding: Finding) -> Finding {
    var judged = finding
    let asked = rules.filter { $0.check == finding.id }
    for rule in asked {
      let measured = finding.measured(by: rule)
      if measured == nil {
        judged.notes.append("The policy asks for \(rule.text), which was not measured.")
      }
      if !rule.isMet(by: measured?.value ?? .nan) {
        judged.status = judged.status.worse(of: rule.severity == .warn ? .warn : .fail)
      }
      if let low = measured?.low, let high = measured?.high,
        rule.isMet(by: low) != rule.isMet(by: high)
      {
        judged.notes.append(
          "The interval of '\(rule.metric)' reaches over the limit; more examples would decide.")
      }
    }
    if !asked.isEmpty { judged.requirement = asked.map(\.text).joined(separator: "; ") }
    return judged
  }
}

extension Policy.Rule {
  /// The id of the check that measures it.
  var check: String { String(metric.prefix { $0 != "." }) }

  /// What the check calls it.
  var name: String { String(metric.dropFirst(check.count + 1)) }

  /// NaN meets no rule.
  func isMet(by value: Double) -> Bool {
    (atLeast.map { value >= $0 } ?? true) && (atMost.map { value <= $0 } ?? true) && !value.isNaN
  }

  /// The rule in words.
  var text: String {
    let place = radius.map { " at radius \($0)" } ?? ""
    let limits = [atLeast.map { "at least \($0)" }, atMost.map { "at most \($0)" }]
      .compactMap { $0 }
    return "\(metric)\(place) \(limits.joined(separator: " and "))"
  }
}

extension Finding {
  /// The metric that a rule names, or the point of the series at its radius.
  fileprivate func measured(by rule: Policy.Rule) -> SeriesPoint? {
    guard let radius = rule.radius else {
      return metrics[rule.name].map { SeriesPoint(value: $0.value, low: $0.low, high: $0.high) }
    }
    return series[rule.name]?.first { point in
      point.radius.map { abs($0 - radius) <= 1e-6 * max(1, radius) } ?? false
    }
  }
}

extension Finding.Status {
  /// The worse of two; only a failure counts for more than having been skipped.
  func worse(of other: Finding.Status) -> Finding.Status {
    let order: [Finding.Status] = [.pass, .warn, .skipped, .fail]
    return order.last { $0 == self || $0 == other }!
  }
}
