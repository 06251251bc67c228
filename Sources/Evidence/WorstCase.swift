/// What the trials of all seeds say of an identity.
public struct WorstCase: Sendable, Hashable, Codable {
  /// The value of the trial that is worst under the criterion; for an invariant, the number of
  /// violations in all trials; NaN if a trial could not be measured, or there was none.
  public let value: Double
  /// How many trials there were.
  public let trials: Int

  /// The worst of `measurements`, which are all about one identity.
  init(_ measurements: [Measurement], _ criterion: Criterion) {
    trials = measurements.reduce(0) { $0 + ($1.trials ?? 0) }
    let values = measurements.map { $0.quantity(for: criterion) }
    guard trials > 0, !values.contains(where: \.isNaN) else {
      value = .nan
      return
    }
    switch criterion {
    case .always: value = values.reduce(0, +)
    case .greater, .noLower, .atLeast, .ratioAtLeast: value = values.min()!
    case .less, .noHigher, .atMost, .ratioAtMost: value = values.max()!
    case .equal: value = values.max { abs($0) < abs($1) }!
    }
  }

  /// The share of violations that zero of n leave possible with 95% confidence, 3/n; nil where a
  /// value was measured, or there are violations.
  ///
  /// - Source: "If Nothing Goes Wrong, Is Everything All Right? Interpreting Zero Numerators"
  ///   (1983).
  public func rateLimit(_ criterion: Criterion) -> Double? {
    criterion == .always && value == 0 && trials > 0 ? min(1, 3 / Double(trials)) : nil
  }
}
