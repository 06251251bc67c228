/// What the arms of a comparison came to under one seed.
public struct ArmOutcomes<Outcome> {
  private let claims: [Claim]
  private let seed: UInt64
  private let outcomes: [String: Outcome]

  init(_ claims: [Claim], seed: UInt64, outcomes: [String: Outcome]) {
    (self.claims, self.seed, self.outcomes) = (claims, seed, outcomes)
  }

  /// What one arm came to.
  ///
  /// - Precondition: The arm was run.
  public subscript(arm: String) -> Outcome {
    guard let outcome = outcomes[arm] else { preconditionFailure("no arm '\(arm)' was run") }
    return outcome
  }

  /// The measurement of the effect `claim`: a metric of its method's outcome beside that of its
  /// control's, or alone for a level.
  ///
  /// - Parameters:
  ///   - isPremiseMet: whether what the claim takes for granted is true of method and control.
  ///   - details: further metrics, by name, given for both arms.
  /// - Precondition: `claim` names an effect among the claims that were compared.
  public func measurement(
    _ claim: String, unit: String, details: [String: (Outcome) -> Double] = [:],
    isPremiseMet: (Outcome) -> Bool = { _ in true }, _ metric: (Outcome) -> Double
  ) -> Measurement {
    guard let claim = claims.first(where: { $0.name == claim }), let method = claim.method else {
      preconditionFailure("'\(claim)' is no effect of this experiment")
    }
    let arms = [method] + (claim.control.map { [$0] } ?? [])
    let pairs = arms.flatMap { arm in
      details.map { ("\(arm): \($0.key)", $0.value(self[arm])) }
    }
    return Measurement(
      claim.name, seed: seed, baseline: claim.control.map { metric(self[$0]) },
      value: metric(self[method]), unit: unit,
      isPremiseMet: arms.allSatisfy { isPremiseMet(self[$0]) },
      details: Dictionary(uniqueKeysWithValues: pairs))
  }
}

extension ExperimentContext {
  /// Runs each arm that the effects among `claims` name once, and `others` after them.
  ///
  /// Progress is reported arm by arm; cancellation is looked for between them.
  ///
  /// - Throws: `CancellationError`, and what `run` throws.
  public func compare<Outcome>(
    _ claims: [Claim], and others: [String] = [], run: (String) throws -> Outcome
  ) throws -> ArmOutcomes<Outcome> {
    var arms: [String] = []
    for arm in claims.flatMap({ [$0.method, $0.control] }).compactMap(\.self) + others
    where !arms.contains(arm) {
      arms.append(arm)
    }
    var outcomes: [String: Outcome] = [:]
    for (index, arm) in arms.enumerated() {
      try checkCancellation()
      outcomes[arm] = try run(arm)
      report(Double(index + 1) / Double(arms.count))
    }
    return ArmOutcomes(claims, seed: seed, outcomes: outcomes)
  }
}
