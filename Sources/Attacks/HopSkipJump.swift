import Foundation
import Methods
import Models
import Tensors

/// Walks along the border of a decision towards the input, asking for labels and nothing else: at a
/// point on the border, the share of noisy copies on either side tells where the border leads away.
///
/// Each example starts from random noise that is misclassified. A round bisects towards the input,
/// estimates the border's normal, steps along it as far as the point stays misclassified, and
/// bisects again; the nearest point found counts.
///
/// - Complexity: at most `queries` label queries an example, and one to judge.
/// - Source: "HopSkipJumpAttack: A Query-Efficient Decision-Based Attack" (2020), algorithm 2, in the
///   Euclidean norm, and in the largest change for L∞ balls.
public struct HopSkipJump: DecisionAttack, Hashable {
  /// The most label queries for one example.
  public var queries: Int
  /// The number of noisy copies in the first round; it grows with the root of the round.
  public var initialCopies: Int
  /// The most noisy copies in a round.
  public var mostCopies: Int
  /// How many random points are tried for a start.
  public var starts: Int
  /// How near to the border bisection goes, before it is divided by a power of the features' number.
  public var tolerance: Double
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(
    queries: Int, initialCopies: Int = 100, mostCopies: Int = 10_000, starts: Int = 100,
    tolerance: Double = 1, batchSize: Int = 32
  ) {
    precondition(
      queries > 0 && initialCopies > 0 && mostCopies >= initialCopies && starts > 0
        && tolerance > 0 && batchSize > 0,
      "queries, copies, starts, tolerance and batchSize are positive")
    (self.queries, self.initialCopies, self.mostCopies) = (queries, initialCopies, mostCopies)
    (self.starts, self.tolerance, self.batchSize) = (starts, tolerance, batchSize)
  }

  public init() { self.init(queries: 5000) }

  public static let description = MethodDescription<Self>(
    "hop-skip-jump", "A walk along the border of a decision, by labels alone.",
    family: "decision",
    origin: .yardstick("HopSkipJumpAttack: A Query-Efficient Decision-Based Attack (2020)"),
    settings: [
      .integer("queries", \.queries, 1...10_000_000, "The most label queries for one example."),
      .integer(
        "initial-copies", \.initialCopies, 1...1_000_000,
        "How many noisy copies tell the normal in the first round."),
      .integer("most-copies", \.mostCopies, 1...1_000_000, "The most copies in a round."),
      .integer("starts", \.starts, 1...1_000_000, "How many random points are tried for a start."),
      .number(
        "tolerance", \.tolerance, .above(0, atMost: 1e6), "How near to the border bisection goes."),
    ])

  public func rowsPerExample(classes: Int) -> Int { initialCopies }

  public func candidates(
    _ model: some DecisionOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    var walk = try BorderWalk(
      model, from: inputs, labels: labels, domain: set.domain,
      isLargestChange: set is LinfBall, budget: queries)
    try walk.start(tries: starts, using: &generator)
    try walk.bisect(tolerance: tolerance)
    var round = 1
    while walk.rows.count > 0 {
      try Task.checkCancellation()
      let copies = min(mostCopies, Int(Double(initialCopies) * Double(round).squareRoot()))
      guard
        try walk.step(round: round, copies: copies, tolerance: tolerance, using: &generator)
      else { break }
      round += 1
    }
    return set.projection(of: walk.nearest, around: inputs)
  }
}
