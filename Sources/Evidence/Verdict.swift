/// What was found of a claim. It is computed from measurements, never typed in.
public enum Verdict: String, Sendable, Hashable, Codable {
  case supported
  case notSupported
  case inconclusive

  /// Judges an identity by its worst trial: one that fails is enough. What is not a number decides
  /// nothing; an infinite value is a number that no margin reaches.
  init(_ worst: WorstCase, _ criterion: Criterion) {
    guard !worst.value.isNaN else {
      self = .inconclusive
      return
    }
    self = criterion.acceptance.contains(worst.value) ? .supported : .notSupported
  }

  /// Judges an effect: `inconclusive` unless its p-value, corrected for the number of the paper's
  /// effects, is 0.05 or less; then by where the mean lies.
  init(_ effect: EffectStatistics, _ criterion: Criterion) {
    guard let p = effect.adjustedPValue, p <= 0.05 else {
      self = .inconclusive
      return
    }
    self = criterion.acceptance.contains(effect.judgedMean) ? .supported : .notSupported
  }
}
