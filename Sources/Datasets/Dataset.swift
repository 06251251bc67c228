import Tensors

/// Examples with their labels, in memory or mapped.
///
/// - Shape: `inputs` is `[examples] + features`, of type `float32`.
public struct Dataset: Sendable {
  /// What the data are called in reports and errors, usually a path.
  public let name: String
  public let inputs: Tensor
  /// The class of each example, counted from 0; none if the data are not labeled.
  public let labels: [Int]?
  /// What the classes are called, by label.
  public let classNames: [String]?

  /// Checks and converts what came from outside.
  ///
  /// Inputs of other floating-point types are converted to `float32`. Inputs of type `uint8` are
  /// taken for image bytes and scaled to `0...1`, and other integers are refused, unless they are
  /// to be kept.
  ///
  /// - `keepsWholeNumbers`: whether integers are converted as they are. None may be of 2²⁴ or more,
  ///   which `float32` would round.
  /// - Throws: `DataError.noExamples`, `wrongType`, `wrongRank`, `unequalLengths` or
  ///   `labelOutOfRange`.
  public init(
    name: String, inputs: Tensor, labels: [Int]? = nil, classNames: [String]? = nil,
    keepsWholeNumbers: Bool = false
  ) throws(DataError) {
    guard inputs.rank >= 2 else {
      throw .wrongRank(
        path: name, array: "inputs", shape: inputs.shape, expected: "[examples] + features")
    }
    guard inputs.count > 0 else { throw .noExamples(path: name) }
    self.inputs =
      try keepsWholeNumbers
      ? Self.unscaled(inputs, name) : Self.converted(inputs, name)
    (self.name, self.labels, self.classNames) = (name, labels, classNames)
    guard let labels else { return }
    guard labels.count == inputs.size(0) else {
      throw .unequalLengths(path: name, inputs: inputs.size(0), labels: labels.count)
    }
    try checkLabels(classes: classNames?.count ?? 1 << 20)
  }

  /// Keeps promises that another dataset has made already.
  init(like other: Dataset, inputs: Tensor, labels: [Int]?) {
    (name, classNames) = (other.name, other.classNames)
    (self.inputs, self.labels) = (inputs, labels)
  }

  private static func converted(_ inputs: Tensor, _ name: String) throws(DataError) -> Tensor {
    switch inputs.dtype {
    case .float32: inputs
    case .float64, .bfloat16: inputs.cast(to: .float32)
    case .uint8: inputs.cast(to: .float32) / 255
    case .int32, .int64, .bool:
      throw .wrongType(
        path: name, array: "inputs", type: "\(inputs.dtype)", expected: "a float or uint8")
    }
  }

  private static func unscaled(_ inputs: Tensor, _ name: String) throws(DataError) -> Tensor {
    guard !inputs.dtype.isFloatingPoint else { return try converted(inputs, name) }
    let numbers = inputs.cast(to: .float64)
    guard numbers.magnitude().max().item() < 0x1p24 else {
      throw .wrongType(
        path: name, array: "inputs", type: "\(inputs.dtype) of 2^24 or more",
        expected: "smaller integers")
    }
    return numbers.cast(to: .float32)
  }

  /// The number of examples.
  public var count: Int { inputs.size(0) }

  /// The shape of one example.
  public var featureShape: Shape { Array(inputs.shape.dropFirst()) }

  /// The number of classes: as many as have names, or up to the highest label.
  public var classCount: Int { classNames?.count ?? ((labels?.max() ?? -1) + 1) }

  /// The labels as a vector of `int64`.
  public var labelTensor: Tensor? { labels.map { Tensor($0) } }

  /// The labels, for those who cannot do without.
  ///
  /// - Throws: `DataError.noLabels`.
  public func requiredLabels() throws(DataError) -> [Int] {
    guard let labels else { throw .noLabels(path: name) }
    return labels
  }

  /// - Throws: `DataError.labelOutOfRange` if a label is negative or not below `classes`.
  public func checkLabels(classes: Int) throws(DataError) {
    guard let labels, let wrong = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) else {
      return
    }
    throw .labelOutOfRange(path: name, example: wrong, label: labels[wrong], classes: classes)
  }
}
