import Certification
import Tensors

/// Compares what the verifier answers with what is so.
public struct VerificationComparison: Sendable {
  /// What the verifier is made to do.
  public enum Mode: String, CaseIterable, Sendable {
    case splittingInputs = "splitting inputs"
    case splittingNeurons = "splitting neurons"
    case refiningBounds = "refining bounds and splitting neurons"
  }

  public let mode: Mode
  /// Within so much of the border no answer is called wrong; evaluation is in single precision.
  public var slack = 1e-4
  public private(set) var held = 0
  public private(set) var violated = 0
  public private(set) var undecided = 0
  /// What was wrong, in a sentence each.
  public private(set) var mistakes: [String] = []

  public init(_ mode: Mode) { self.mode = mode }

  public var count: Int { held + violated + undecided }

  public mutating func check(
    _ problem: some VerificationProblem, name: String, timeout: Double = 20
  ) throws {
    let verifier = Verifier(
      try problem.network(), timeout: timeout,
      splitsInputsUpTo: mode == .splittingInputs ? 12 : 0,
      refinesAfter: mode == .refiningBounds ? 0 : timeout)
    let least = problem.leastViolation
    func mistake(_ text: String) { mistakes.append("\(name), \(mode.rawValue), \(text)") }
    switch try verifier.verify(problem.property) {
    case .holds:
      held += 1
      if least.upperBound < -slack { mistake("holds, but is violated by \(-least.upperBound)") }
    case .violated(let found):
      violated += 1
      if least.lowerBound > slack { mistake("is violated, but holds by \(least.lowerBound)") }
      let x = found.input.flattened().elements(as: Float.self).map(Double.init)
      let isInside = zip(x, zip(problem.lower, problem.upper)).allSatisfy {
        $0 >= $1.0 && $0 <= $1.1
      }
      let value = problem.violation(at: x)
      if !isInside { mistake("has a counterexample outside of the box") }
      if value > slack { mistake("has a counterexample that misses by \(value)") }
    case .timeout, .unknown: undecided += 1
    }
  }
}
