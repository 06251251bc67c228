import Datasets
import Models
import Networks
import Tensors

/// A model and the labelled data it is tested on, checked against each other.
public struct AuditSubject: Sendable {
  /// The network, ending in scores.
  public let network: Network
  public let data: Dataset
  /// `[examples]` of `int64`.
  public let labels: Tensor
  public let classes: Int
  /// The values that a feature may take: `0...1` if the data stay within it, else what the data span.
  public let domain: ClosedRange<Float>
  /// What the user should know about how model and data were read.
  public let notes: [String]

  /// - Throws: `AuditError` or `DataError` if the model is no classifier or the data do not fit it.
  public init(network: Network, data: Dataset) throws {
    let scored = network.endingInLogits()
    guard let classes = scored.classes, classes > 1 else {
      throw AuditError.noClassifier(output: "\(network.graph.outputType)")
    }
    let labels = try data.requiredLabels()
    try data.checkLabels(classes: classes)
    let fitted = try Self.fitted(data, to: scored)
    var notes: [String] = []
    if scored.graph.output != network.graph.output {
      notes.append("The model ends in a softmax; the checks use the scores before it.")
    }
    if fitted.featureShape != data.featureShape {
      notes.append("Examples of shape \(data.featureShape) were read as \(fitted.featureShape).")
    }
    if !scored.parameters.values.isFinite.all().booleans[0] {
      notes.append("Some of the model's weights are not numbers or are infinite.")
    }
    let (low, high) = (Float(data.inputs.min().item()), Float(data.inputs.max().item()))
    guard low.isFinite, high.isFinite else { throw AuditError.inputsNotFinite(path: data.name) }
    (self.network, self.data, self.classes, self.notes) = (scored, fitted, classes, notes)
    self.labels = Tensor(labels)
    domain = low >= 0 && high <= 1 ? 0...1 : low...max(high, low.nextUp)
  }

  /// Gives the examples the shape that the network takes, if they have as many features.
  private static func fitted(_ data: Dataset, to network: Network) throws -> Dataset {
    let shape = network.inputShape
    let isSameSize = data.featureShape.reduce(1, *) == shape.reduce(1, *)
    guard data.featureShape != shape, isSameSize else {
      try network.checkInput(data.inputs)
      return data
    }
    return data.replacingInputs(with: data.inputs.reshaped(to: [data.count] + shape))
  }

  /// Whether examples are gray or color images of at least four pixels a side.
  public var holdsImages: Bool {
    let shape = network.inputShape
    return shape.count == 3 && [1, 3].contains(shape[0]) && shape[1] >= 4 && shape[2] >= 4
  }

  public func className(_ label: Int) -> String {
    if let names = data.classNames, names.indices.contains(label) { return names[label] }
    return "\(label)"
  }
}

/// Why an audit cannot begin.
public enum AuditError: Error, Equatable, CustomStringConvertible {
  case noClassifier(output: String)
  case inputsNotFinite(path: String)
  case unknownCheck(name: String, known: [String])
  case badPolicy(path: String, reason: String)

  public var description: String {
    switch self {
    case .noClassifier(let output):
      "The model's output \(output) is no row of at least two scores for each example, so it is no classifier."
    case .inputsNotFinite(let path):
      "\(path): some inputs are not numbers or are infinite. Clean the data first."
    case .unknownCheck(let name, let known):
      "There is no check '\(name)'. There are: \(known.joined(separator: ", "))."
    case .badPolicy(let path, let reason): "\(path): \(reason)"
    }
  }
}
