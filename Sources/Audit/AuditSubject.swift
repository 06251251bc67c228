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
  /// The values that a feature may take: `0...1` if the data stay within it, else what they span.
  public let domain: ClosedRange<Float>
  /// What the user should know about how model and data were read.
  public let notes: [String]
  /// Whether every parameter and running statistic of the network is a finite number.
  public let hasFiniteWeights: Bool

  /// - `total`: how many examples there were before the user limited them.
  /// - Throws: `AuditError`, `NetworkError` or `DataError` if the model is no classifier or the
  ///   data do not fit it.
  public init(network: Network, data: Dataset, from total: Int? = nil) throws {
    let scored = network.endingInLogits()
    guard let classes = scored.classes, classes > 1 else {
      throw AuditError.noClassifier(output: "\(network.graph.outputType)")
    }
    let labels = try data.requiredLabels()
    try data.checkLabels(classes: classes)
    let fitted = try data.fitted(to: scored)
    try scored.checkBudget()
    var notes: [String] = []
    if scored.graph.output != network.graph.output {
      notes.append("The model ends in a softmax; the checks use the scores before it.")
    }
    if fitted.featureShape != data.featureShape {
      notes.append("Examples of shape \(data.featureShape) were read as \(fitted.featureShape).")
    }
    if let total, total > data.count {
      notes.append("Only the first \(data.count) of \(total) examples were used.")
    }
    let weights = [scored.parameters.values, scored.buffers.values]
    hasFiniteWeights = weights.allSatisfy { $0.isFinite.all().booleans[0] }
    (self.network, self.data, self.classes, self.notes) = (scored, fitted, classes, notes)
    self.labels = Tensor(labels)
    domain = try data.domain()
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
