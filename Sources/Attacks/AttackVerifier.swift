import Models
import Tensors

/// Judges what attacks return: nobody reports their own success.
///
/// A candidate counts if it lies in the set, asked of the set again, and the model, asked again,
/// misclassifies it.
public struct AttackVerifier<Set: PerturbationSet>: Sendable {
  public let set: Set

  public init(_ set: Set) {
    self.set = set
  }

  /// Returns, for each row, whether the candidate fools the model from within the set.
  ///
  /// - Complexity: one decision query a row.
  /// - Throws: what the model throws, and `PerturbationError.empty`: nothing can fool a model from
  ///   an empty set, which would look like robustness.
  public func fooled(
    _ model: some DecisionOracle, by candidates: Tensor, around inputs: Tensor, labels: Tensor,
    batchSize: Int = 256
  ) throws -> [Bool] {
    try set.checkInhabited(around: inputs)
    var decisions: [Int] = []
    for start in stride(from: 0, to: candidates.size(0), by: batchSize) {
      let rows = candidates[start..<min(start + batchSize, candidates.size(0))]
      decisions += try model.labels(of: rows)
    }
    let isInside = set.contains(candidates, around: inputs).booleans
    return zip(zip(decisions, labels.integers), isInside).map { $0.0 != $0.1 && $1 }
  }
}

/// What an attack achieved, as the verifier judged it.
public struct AttackOutcome: Sendable {
  /// One point of the set for each row, the fooling one where there is one.
  public let candidates: Tensor
  /// Whether the model misclassifies it there.
  public let fooled: [Bool]
  /// How many rows were asked of the model.
  public let queries: Int

  /// The share of examples that the attack did not fool.
  public var robustAccuracy: Estimate {
    .proportion(fooled.count { !$0 }, of: fooled.count)
  }
}
