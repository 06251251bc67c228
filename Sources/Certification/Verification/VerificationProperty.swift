import Models
import Tensors

/// What a network must never do: inputs of a box, and what their outputs would be like if the
/// property were broken.
///
/// The property is broken by an input that satisfies one of the cases; it holds if there is none.
public struct VerificationProperty: Sendable {
  /// Linear inequalities of which all must be satisfied:
  /// `inputs · x + outputs · y + constants ≤ 0`.
  ///
  /// Where a row is strict, the sum must be below 0. A proof excludes it all the same, and only
  /// what breaks the property must satisfy it as it is written.
  ///
  /// - Shape: `inputs` `[rows, features]`, `outputs` `[rows, outputs]`, `constants` `[rows]`;
  ///   double precision. No rows are satisfied by every input.
  public struct Case: Sendable {
    /// The lower and upper bounds of every feature, each of shape `[features]`, in row-major order.
    public let box: Box
    public let inputs: Tensor
    public let outputs: Tensor
    public let constants: Tensor
    /// Constants that what breaks the property must satisfy; above `constants` where those had to
    /// be rounded.
    public let acceptedConstants: Tensor
    /// Whether each row leaves out its border.
    public let isStrict: [Bool]
    /// Inequalities with products of variables, all of which must be satisfied besides.
    public let polynomials: [VerificationPolynomial]

    /// - Precondition: the shapes fit each other.
    public init(
      box: Box, inputs: Tensor? = nil, outputs: Tensor, constants: Tensor,
      acceptedConstants: Tensor? = nil, isStrict: [Bool]? = nil,
      polynomials: [VerificationPolynomial] = []
    ) {
      self.polynomials = polynomials
      let (rows, features) = (constants.count, box.lower.count)
      let inputs = inputs ?? .zeros([rows, features], dtype: .float64)
      precondition(
        inputs.shape == [rows, features] && outputs.rank == 2 && outputs.size(0) == rows,
        "\(rows) constants, inputs \(inputs.shape), outputs \(outputs.shape)")
      self.box = Box(lower: box.lower.cast(to: .float64), upper: box.upper.cast(to: .float64))
      self.inputs = inputs.cast(to: .float64)
      self.outputs = outputs.cast(to: .float64)
      self.constants = constants.cast(to: .float64)
      self.acceptedConstants = (acceptedConstants ?? constants).cast(to: .float64)
      self.isStrict = isStrict ?? [Bool](repeating: false, count: rows)
      precondition(
        self.isStrict.count == rows && self.acceptedConstants.count == rows,
        "\(rows) rows, but other numbers of strict ones or accepted constants")
    }

    var rowCount: Int { constants.count }
  }

  /// Why a property has no case, so that it holds whatever the network does.
  public enum Vacuity: Sendable, Hashable, CustomStringConvertible {
    /// An input, by its place, would have to be at least the one number and at most the other.
    case emptyBox(input: Int, lower: Double, upper: Double)
    /// Every alternative asks for what cannot be.
    case contradiction

    public var description: String {
      switch self {
      case .emptyBox(let input, let lower, let upper):
        "The input box is empty: input \(input) would have to be at least \(lower) and at most "
          + "\(upper). Is the property what was meant?"
      case .contradiction:
        "No input can be as the property's assertions ask, whatever the network does."
      }
    }
  }

  public let cases: [Case]
  public let featureCount: Int
  public let outputCount: Int
  /// Why there is no case; nil if there is one, or nobody said.
  public let vacuity: Vacuity?
  /// A network that a property of version 2 is about, and its part of the features and outputs.
  public struct NetworkDeclaration: Sendable, Hashable {
    public let name: String
    /// The name of the network whose file it is read from: its own, or that of one that it equals.
    public let model: String
    public let features: Range<Int>
    public let outputs: Range<Int>
  }

  /// The networks that assertions are about, in order; none in version 1.
  public let networks: [NetworkDeclaration]

  /// - Precondition: there is a case, and all are about as many features and outputs.
  public init(cases: [Case]) {
    precondition(!cases.isEmpty, "a property without a case has to say what it is about")
    self.init(
      cases: cases, featureCount: cases[0].box.lower.count, outputCount: cases[0].outputs.size(1))
  }

  /// A property of a network with so many features and outputs; without a case it always holds.
  ///
  /// - Precondition: all cases are about as many features and outputs.
  public init(
    cases: [Case], featureCount: Int, outputCount: Int, vacuity: Vacuity? = nil,
    networks: [NetworkDeclaration] = []
  ) {
    self.networks = networks
    (self.cases, self.featureCount, self.outputCount) = (cases, featureCount, outputCount)
    self.vacuity = cases.isEmpty ? vacuity : nil
    precondition(
      cases.allSatisfy {
        [featureCount, outputCount] == [$0.box.lower.count, $0.outputs.size(1)]
      },
      "cases are about different networks")
  }

  /// No input of the box is given another label.
  ///
  /// - Shape: `box` corners of one example.
  public static func robustness(
    over box: Box, label: Int, classes: Int
  ) -> VerificationProperty {
    let identity = Tensor.identity(classes, dtype: .float64)
    let flat = Box(lower: box.lower.flattened(), upper: box.upper.flattened())
    return VerificationProperty(
      cases: (0..<classes).filter { $0 != label }.map { other in
        Case(
          box: flat, outputs: (identity[label] - identity[other]).reshaped(to: [1, classes]),
          constants: .zeros([1], dtype: .float64))
      })
  }
}

/// Whether a property holds.
public enum VerificationResult: Sendable {
  /// Proved: no input breaks it.
  case holds
  /// This input breaks it, as evaluating the network shows.
  case violated(Counterexample)
  /// Neither was found before the time was over.
  case timeout
  /// No method here can decide it; a sentence says why.
  case unknown(String)

  /// `holds`, `violated`, `timeout` or `unknown`.
  public var name: String {
    switch self {
    case .holds: "holds"
    case .violated: "violated"
    case .timeout: "timeout"
    case .unknown: "unknown"
    }
  }
}

/// An input that breaks a property, and the network's output there.
public struct Counterexample: Sendable {
  /// In the shape of one example; in double precision where no number of the network's precision
  /// lies in the property's box.
  public let input: Tensor
  public let output: Tensor

  public init(input: Tensor, output: Tensor) {
    (self.input, self.output) = (input, output)
  }
}
