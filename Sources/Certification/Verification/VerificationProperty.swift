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
  /// Where a row is strict, the sum must be below 0. A proof excludes it all the same, and only what
  /// breaks the property must satisfy it as it is written.
  ///
  /// - Shape: `inputs` `[rows, features]`, `outputs` `[rows, outputs]`, `constants` `[rows]`; double
  ///   precision. No rows are satisfied by every input.
  public struct Case: Sendable {
    /// The lower and upper ends of every feature, each of shape `[features]`, in row-major order.
    public let box: Box
    public let inputs: Tensor
    public let outputs: Tensor
    public let constants: Tensor
    /// Constants that what breaks the property must satisfy; above `constants` where those had to be
    /// rounded.
    public let acceptedConstants: Tensor
    /// Whether each row leaves out its border.
    public let isStrict: [Bool]

    /// - Precondition: the shapes fit each other.
    public init(
      box: Box, inputs: Tensor? = nil, outputs: Tensor, constants: Tensor,
      acceptedConstants: Tensor? = nil, isStrict: [Bool]? = nil
    ) {
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

  public let cases: [Case]
  public let featureCount: Int
  public let outputCount: Int

  /// - Precondition: there is a case, and all are about as many features and outputs.
  public init(cases: [Case]) {
    precondition(!cases.isEmpty, "a property without a case has to say what it is about")
    self.init(
      cases: cases, featureCount: cases[0].box.lower.count, outputCount: cases[0].outputs.size(1))
  }

  /// A property of a network with so many features and outputs; without a case it always holds.
  ///
  /// - Precondition: all cases are about as many features and outputs.
  public init(cases: [Case], featureCount: Int, outputCount: Int) {
    (self.cases, self.featureCount, self.outputCount) = (cases, featureCount, outputCount)
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
  /// No method here can settle it; a sentence says why.
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
