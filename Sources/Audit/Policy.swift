import Foundation

/// What a model must reach to pass: limits on metrics, which a user can write down in JSON.
///
///     {"name": "release", "rules": [
///       {"metric": "accuracy.accuracy", "atLeast": 0.97},
///       {"metric": "attack.robustAccuracy", "radius": 0.05, "atLeast": 0.6, "severity": "warn"}]}
public struct Policy: Sendable, Hashable, Codable {
  public struct Rule: Sendable, Hashable, Codable {
    public enum Severity: String, Sendable, Hashable, Codable {
      case warn, fail
    }

    /// The check's id, a point, and the metric's or the series' name.
    public var metric: String
    public var atLeast: Double?
    public var atMost: Double?
    /// Which point of a series is meant, in input units; audits look at this radius, too.
    public var radius: Double?
    /// What it means that the limit is not met; a failure if nothing is said.
    public var severity: Severity?

    public init(
      metric: String, atLeast: Double? = nil, atMost: Double? = nil, radius: Double? = nil,
      severity: Severity? = nil
    ) {
      (self.metric, self.atLeast, self.atMost) = (metric, atLeast, atMost)
      (self.radius, self.severity) = (radius, severity)
    }
  }

  public var name: String
  public var rules: [Rule]

  public init(name: String, rules: [Rule]) {
    (self.name, self.rules) = (name, rules)
  }

  /// What is asked where the user asks nothing: a decent accuracy or it fails, and a warning where
  /// confidence, selection, corruption or the gentlest attack hurt.
  public static let standard = Policy(
    name: "standard",
    rules: [
      Rule(metric: "accuracy.accuracy", atLeast: 0.9),
      Rule(metric: "calibration.ece15", atMost: 0.05, severity: .warn),
      Rule(metric: "selective.aurc", atMost: 0.02, severity: .warn),
      Rule(metric: "corruptions.meanAccuracy", atLeast: 0.7, severity: .warn),
      Rule(metric: "attack.smallestRadiusAccuracy", atLeast: 0.7, severity: .warn),
    ])

  /// The radii that rules name.
  var radii: [Float] { rules.compactMap { $0.radius.map { Float($0) } } }

  /// Reads a policy.
  ///
  /// - `checks`: the ids that rules may name.
  /// - Throws: `AuditError.badPolicy`, which says what is wrong with it.
  public init(
    json: Data, path: String, checks: [String] = Audit.standardChecks.map(\.id)
  ) throws(AuditError) {
    do {
      self = try JSONDecoder().decode(Policy.self, from: json)
    } catch let error as DecodingError {
      throw .badPolicy(path: path, reason: "it is no policy: \(error.reason).")
    } catch {
      throw .badPolicy(path: path, reason: "it is no JSON.")
    }
    for rule in rules {
      if let fault = rule.fault(checks: checks) { throw .badPolicy(path: path, reason: fault) }
    }
  }
}

extension Policy.Rule {
  /// What is wrong with the rule; nil if nothing is.
  fileprivate func fault(checks: [String]) -> String? {
    if metric.split(separator: ".", omittingEmptySubsequences: false).count != 2 || name.isEmpty {
      return "'\(metric)' is no metric; one is written 'accuracy.accuracy'."
    }
    if !checks.contains(check) {
      return "there is no check '\(check)'. There are: \(checks.joined(separator: ", "))."
    }
    if atLeast == nil && atMost == nil {
      return "the rule for '\(metric)' has no 'atLeast' or 'atMost'."
    }
    if let radius, !(radius >= 0 && Float(radius).isFinite) {
      return "the rule for '\(metric)' has the radius \(radius), which is negative or too large."
    }
    return nil
  }
}

extension DecodingError {
  /// What is wrong, and where.
  fileprivate var reason: String {
    func place(_ context: Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
      return path.isEmpty ? "at the top" : "at \(path.joined(separator: "."))"
    }
    return switch self {
    case .keyNotFound(let key, let context): "'\(key.stringValue)' is missing \(place(context))"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      "a \(type) is wanted \(place(context))"
    case .dataCorrupted(let context): "\(context.debugDescription) \(place(context))"
    @unknown default: "it does not have the right form"
    }
  }
}
