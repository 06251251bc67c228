import Evidence
import Tensors

/// What many random trials of a statement came to.
package struct TrialSummary: Sendable, Hashable {
  /// How many violations there were, or the worst number; NaN if a trial's number was NaN.
  package let value: Double
  /// How many trials there were.
  package let trials: Int
}

/// Trials of statements that hold exactly.
///
/// Each trial has a generator of its own, so that what one draws does not move the others. At small
/// scale there is a twentieth of the trials, rounded up.
extension ExperimentContext {
  /// Counts the trials in which a statement does not hold.
  ///
  /// - Parameters:
  ///   - count: how many trials there are at full scale.
  ///   - holds: one trial; whether the statement holds. A comparison with NaN is false, so that
  ///     NaN counts as a violation where the statement is written as what shall be true.
  /// - Throws: `CancellationError`, and what a trial throws.
  package func violations(
    of count: Int, _ holds: (inout Generator) throws -> Bool
  ) throws -> TrialSummary {
    let results = try trials(of: count, holds)
    return TrialSummary(
      value: Double(results.count { !$0 }), trials: results.count)
  }

  /// Finds the largest of the trials' numbers, such as distances from an identity.
  ///
  /// - Parameters:
  ///   - count: how many trials there are at full scale.
  ///   - measure: one trial.
  /// - Throws: `CancellationError`, and what a trial throws.
  package func worst(
    of count: Int, _ measure: (inout Generator) throws -> Double
  ) throws -> TrialSummary {
    let results = try trials(of: count, measure)
    return TrialSummary(
      value: results.contains(where: \.isNaN) ? .nan : results.reduce(-.infinity, max),
      trials: results.count)
  }

  private func trials<Result>(
    of count: Int, _ trial: (inout Generator) throws -> Result
  ) throws -> [Result] {
    precondition(count > 0, "at least one trial is needed")
    var seeds = generator
    return try (0..<(isFull ? count : (count + 19) / 20)).map { _ in
      try checkCancellation()
      var own = Generator(seed: seeds.next())
      return try trial(&own)
    }
  }
}
