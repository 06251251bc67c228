/// An inequality with products of variables: `terms + constant ≤ 0`, or `< 0` if it is strict.
///
/// What breaks a property satisfies it in exact arithmetic. Proofs use it over subdomains of the
/// box small enough for intervals to exclude it, and else do without it, which makes no proof
/// wrong.
public struct VerificationPolynomial: Sendable, Hashable {
  /// A coefficient times variables, each as often as it is multiplied.
  public struct Term: Sendable, Hashable {
    public let coefficient: Double
    /// Places among the features.
    public let inputs: [Int]
    /// Places among the outputs.
    public let outputs: [Int]

    public init(coefficient: Double, inputs: [Int], outputs: [Int]) {
      (self.coefficient, self.inputs, self.outputs) = (coefficient, inputs, outputs)
    }
  }

  public let terms: [Term]
  /// Lowered where it had to be rounded, so that nothing that is meant is excluded.
  public let constant: Double
  /// What breaks the property must satisfy; above `constant` where that had to be rounded.
  public let acceptedConstant: Double
  public let isStrict: Bool

  public init(
    terms: [Term], constant: Double, acceptedConstant: Double? = nil, isStrict: Bool = false
  ) {
    (self.terms, self.constant, self.isStrict) = (terms, constant, isStrict)
    self.acceptedConstant = acceptedConstant ?? constant
  }

  /// Whether an input and its output satisfy it, in exact arithmetic.
  func isSatisfied(input: [Double], output: [Double]) -> Bool {
    var sum = ExactSum()
    sum.add(acceptedConstant)
    for term in terms {
      sum.add(
        productOf: [term.coefficient] + term.inputs.map { input[$0] }
          + term.outputs.map { output[$0] })
    }
    return sum.isAtMostZero(strictly: isStrict)
  }
}
