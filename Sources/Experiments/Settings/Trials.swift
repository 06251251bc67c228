import Evidence
import Tensors

/// What the trials of one identity come to in a seed: violations are added up, and of errors the
/// largest stays.
package struct Trials {
  /// How many trials there were.
  package private(set) var count = 0
  /// The number of violations or the largest error; NaN if an error could not be measured.
  package private(set) var value = 0.0

  package init() {}

  /// Adds a trial with an error.
  package mutating func note(error: Double) {
    count += 1
    // NaN stays.
    if !(error <= value) && !value.isNaN { value = error }
  }

  /// Adds a trial that violates the claim or does not.
  package mutating func note(isViolation: Bool) {
    count += 1
    if isViolation { value += 1 }
  }

  /// Adds a trial for each element.
  package mutating func note(violations: Tensor) {
    count += violations.count
    value += violations.cast(to: .float64).sum().item()
  }

  /// What the trials say of an identity.
  package func measurement(
    _ claim: String, _ context: ExperimentContext, unit: String = "violations",
    details: [String: Double] = [:]
  ) -> Measurement {
    Measurement(
      claim, seed: context.seed, value: value, unit: unit, trials: count, details: details)
  }
}
