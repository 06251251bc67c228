import Certification
import Tensors

/// Compares what the verifier answers with what is so.
public struct VerificationComparison: Sendable {
  /// Within so much of the border no answer is called wrong; evaluation is in single precision.
  public var slack = 1e-4
  public private(set) var held = 0
  public private(set) var violated = 0
  public private(set) var undecided = 0
  /// What was wrong, in a sentence each.
  public private(set) var mistakes: [String] = []

  public init() {}

  public var count: Int { held + violated + undecided }

  /// - `splitsInputsUpTo`: which kind of splitting the verifier is to use.
  public mutating func check(
    _ problem: RandomProblem, name: String, splitsInputsUpTo: Int, timeout: Double = 20
  ) throws {
    let verifier = try Verifier(
      try problem.network.network(), timeout: timeout, splitsInputsUpTo: splitsInputsUpTo)
    let exact = problem.leastViolation()
    switch try verifier.settle(problem.property) {
    case .holds:
      held += 1
      if exact < -slack { mistakes.append("\(name) holds, but is violated by \(-exact)") }
    case .violated(let found):
      violated += 1
      if exact > slack { mistakes.append("\(name) is violated, but holds by \(exact)") }
      let x = found.input.flattened().elements(as: Float.self).map(Double.init)
      let y = problem.network.output(at: x)
      let isInside = zip(x, zip(problem.lower, problem.upper)).allSatisfy {
        $0 >= $1.0 && $0 <= $1.1
      }
      let value = problem.cases.map { rows in rows.map { $0.value(x, y) }.max()! }.min()!
      if !isInside { mistakes.append("\(name): the counterexample lies outside the box") }
      if value > slack { mistakes.append("\(name): the counterexample misses by \(value)") }
    case .timeout, .unknown: undecided += 1
    }
  }
}
