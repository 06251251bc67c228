import Foundation

extension Policy {
  /// Returns the finding with the status that these rules give it, and what they ask.
  ///
  /// The status is the worst of the check's own and of the rules that are not met. A number that is missing or NaN meets no
  /// rule. Where the interval reaches over the limit, a note says so: the sample is too small to be sure.
  func judging(_ finding: Finding) -> Finding {
    var judged = finding
    var requirements: [String] = []
    for rule in rules {
      let parts = rule.metric.split(separator: ".").map(String.init)
      guard parts.count == 2, parts[0] == finding.id else { continue }
      requirements.append(rule.text)
      guard let measured = finding.measured(parts[1], radius: rule.radius) else {
        judged.status = judged.status.worse(of: .warn)
        judged.notes.append("The policy asks for '\(rule.metric)', which was not measured.")
        continue
      }
      if !rule.isMet(by: measured.value) {
        judged.status = judged.status.worse(of: rule.severity == .warn ? .warn : .fail)
      }
      if let low = measured.low, let high = measured.high,
        rule.isMet(by: low) != rule.isMet(by: high)
      {
        judged.notes.append(
          "The interval of '\(rule.metric)' reaches over the limit; more examples would decide.")
      }
    }
    if !requirements.isEmpty { judged.requirement = requirements.joined(separator: "; ") }
    return judged
  }
}

extension Policy.Rule {
  /// NaN meets no rule.
  func isMet(by value: Double) -> Bool {
    (atLeast.map { value >= $0 } ?? true) && (atMost.map { value <= $0 } ?? true) && !value.isNaN
  }

  /// The rule in words.
  var text: String {
    let place = radius.map { " at radius \($0)" } ?? ""
    let limits = [atLeast.map { "at least \($0)" }, atMost.map { "at most \($0)" }].compactMap {
      $0
    }
    return "\(metric)\(place) \(limits.joined(separator: " and "))"
  }
}

extension Finding {
  /// The metric called `name`, or the point of the series called so that is nearest to `radius`.
  fileprivate func measured(_ name: String, radius: Double?) -> SeriesPoint? {
    if let radius, let series = series[name] {
      return series.filter { $0.radius != nil }
        .min { abs($0.radius! - radius) < abs($1.radius! - radius) }
    }
    return metrics[name].map { SeriesPoint(value: $0.value, low: $0.low, high: $0.high) }
  }
}

extension Finding.Status {
  /// The worse of two; what was skipped stays so.
  func worse(of other: Finding.Status) -> Finding.Status {
    switch (self, other) {
    case (.skipped, _), (_, .skipped): .skipped
    case (.fail, _), (_, .fail): .fail
    case (.warn, _), (_, .warn): .warn
    case (.pass, .pass): .pass
    }
  }
}
