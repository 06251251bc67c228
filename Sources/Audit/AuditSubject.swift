import Datasets
import Models
import Networks
import Tensors

/// A model and the labeled data it is tested on, checked against each other.
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
  /// - `layout`: how images lie in the data, where that is not how the network takes them.
  /// - `scores`: what the network's outputs are, where its last nodes and values do not tell.
  /// - `notes`: what the user should know already about how model and data were read.
  /// - Throws: `AuditError`, `NetworkError` or `DataError` if the model is no classifier or the
  ///   data do not fit it.
  public init(
    network: Network, data: Dataset, from total: Int? = nil, layout: DataLayout? = nil,
    scores: ScoreKind? = nil, notes readingNotes: [String] = []
  ) throws {
    _ = try data.requiredLabels()
    let fit = try data.fitted(to: network, layout: layout)
    let fitted = fit.data
    let labels = try fitted.requiredLabels()
    try network.checkBudget()
    let classifier = try Classifier(network, inputs: fitted.inputs, scores: scores)
    let (scored, classes) = (classifier.network, classifier.classes)
    try fitted.checkLabels(classes: classes)
    var notes = readingNotes + classifier.notes
    if network.takesWholeNumbers {
      notes.append("The model rounds its inputs to integers: a change below 0.5 is none.")
    }
    if let note = fit.note { notes.append(note) }
    if let total, total > data.count {
      notes.append("Only the first \(data.count) of \(total) examples were used.")
    }
    let weights = [scored.parameters.values, scored.buffers.values]
    hasFiniteWeights = weights.allSatisfy { $0.isFinite.all().booleans[0] }
    (self.network, self.data, self.classes, self.notes) = (scored, fitted, classes, notes)
    self.labels = Tensor(labels)
    domain = try data.domain()
  }

  /// How the examples lie if they are gray or color images of at least four pixels a side.
  public var imageLayout: DataLayout? { DataLayout.ofImage(network.inputShape) }

  /// Inputs or maps of inputs with their channels first, as what draws and corrupts images takes
  /// them.
  ///
  /// - Precondition: examples are images.
  func images(from inputs: Tensor) -> Tensor {
    imageLayout == .nhwc ? DataLayout.nhwc.moved(inputs) : inputs
  }

  /// Images with their channels first, as the network takes them.
  ///
  /// - Precondition: examples are images.
  func inputs(from images: Tensor) -> Tensor {
    imageLayout == .nhwc ? DataLayout.nchw.moved(images) : images
  }

  /// One example with its channels first.
  func image(from example: Tensor) -> Tensor { images(from: example.expandedDimension(at: 0))[0] }

  public func className(_ label: Int) -> String {
    if let names = data.classNames, names.indices.contains(label) { return names[label] }
    return "\(label)"
  }
}
