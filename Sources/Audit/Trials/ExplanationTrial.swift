import Datasets
import Explanation
import Methods
import Models
import Tensors

/// Maps of what counts for the model's predictions, and how well they order features.
public struct ExplanationTrial: MethodTrial {
  public var name: String
  public var method: any Attribution
  /// The examples to explain, by number; nil for the first ones.
  public var indices: [Int]?
  /// The class to explain for every example; nil for the predicted one.
  public var target: Int?

  public init(_ name: String, _ method: any Attribution, indices: [Int]? = nil, target: Int? = nil)
  {
    (self.name, self.method, self.indices, self.target) = (name, method, indices, target)
  }

  /// The most examples that are explained if none are named.
  private static let exampleLimit = 64
  /// The most examples that are shown.
  private static let shownLimit = 12

  /// The arrays are `maps` in the shape of the network's inputs, and for each example `indices`,
  /// `classes` (explained) and `labels`.
  ///
  /// - Throws: `AuditError.noSuchExample` or `.noSuchClass` as well.
  public func run(_ context: inout AuditContext) throws -> TrialOutcome {
    let subject = context.subject
    try context.requireFiniteScores()
    let rows =
      indices
      ?? Array(0..<min(subject.data.count, context.settings.exampleLimit, Self.exampleLimit))
    if let row = rows.first(where: { !(0..<subject.data.count).contains($0) }) {
      throw AuditError.noSuchExample(row, count: subject.data.count)
    }
    if let target, !(0..<subject.classes).contains(target) {
      throw AuditError.noSuchClass(target, count: subject.classes)
    }
    let places = Tensor(rows)
    let (inputs, predictions) = (
      subject.data.inputs.gathering(places), context.predictions.rows(places)
    )
    let classes =
      target.map { predictions.decisions.filled(with: Double($0)) } ?? predictions.decisions
    let network = try subject.symmetricNetwork(context.predictions)
    var maps: [Tensor] = []
    let random = Tensor.normal(inputs.shape, using: &context.generator)
    var ordering = OrderingSums()
    let batch = subject.network.affordableBatch(atMost: 64)
    for start in stride(from: 0, to: rows.count, by: batch) {
      try Task.checkCancellation()
      let range = start..<min(start + batch, rows.count)
      let piece = try method.maps(
        network, at: inputs[range], labels: classes[range], using: &context.generator)
      maps.append(piece)
      try ordering.add(piece, random[range], inputs[range], classes[range], subject)
      context.report(Double(range.upperBound) / Double(rows.count))
    }
    let joined = Tensor.concatenating(maps)
    let sizes = joined.flattenedRows().magnitude().max(axes: [1]).elements(as: Double.self)
    let empty = sizes.count { !($0 > 0 && $0.isFinite) }
    guard empty < rows.count else {
      throw CheckSkipped(
        "Every map is zero or no number: there is no gradient, or no difference from a baseline, that '\(name)' could "
          + "use.")
    }
    var finding = finding(joined, inputs, rows, classes, predictions, ordering, subject)
    if empty > 0 {
      finding.advice.append(
        "Do not read the maps of \(empty) of \(rows.count) examples: they are zero or no numbers.")
    }
    return TrialOutcome(
      finding: finding,
      arrays: [
        "maps": joined, "indices": places, "classes": classes, "labels": predictions.labels,
      ])
  }

  /// The areas under deletion and insertion curves, of the maps and of a random order.
  private struct OrderingSums {
    var deletion: [Tensor] = []
    var insertion: [Tensor] = []
    var randomDeletion: [Tensor] = []
    var randomInsertion: [Tensor] = []

    mutating func add(
      _ maps: Tensor, _ random: Tensor, _ inputs: Tensor, _ classes: Tensor, _ subject: AuditSubject
    ) throws {
      let axis = subject.imageLayout.map { $0 == .nhwc ? inputs.rank - 1 : 1 }
      let baseline = subject.data.inputs.mean(axes: [0])
      for (weights, isRandom) in [(maps, false), (random, true)] {
        let curves = try FeatureOrdering().curves(
          subject.network, maps: weights, at: inputs, labels: classes, baseline: baseline,
          channelAxis: inputs.rank > 3 ? axis : nil)
        if isRandom {
          randomDeletion.append(curves.deletionAreas)
          randomInsertion.append(curves.insertionAreas)
        } else {
          deletion.append(curves.deletionAreas)
          insertion.append(curves.insertionAreas)
        }
      }
    }
  }

  private func finding(
    _ maps: Tensor, _ inputs: Tensor, _ rows: [Int], _ classes: Tensor, _ predictions: Predictions,
    _ ordering: OrderingSums, _ subject: AuditSubject
  ) -> Finding {
    func estimate(_ pieces: [Tensor]) -> Estimate {
      .share(Tensor.concatenating(pieces).mean().item(), of: rows.count)
    }
    let difference = Estimate.mean(
      of: .concatenating(ordering.deletion) - .concatenating(ordering.randomDeletion))
    let (deletion, insertion) = (estimate(ordering.deletion), estimate(ordering.insertion))
    let (randomly, rising) = (
      estimate(ordering.randomDeletion), estimate(ordering.randomInsertion)
    )
    let shown = min(rows.count, Self.shownLimit)
    let examples = (0..<shown).map { index in
      AttributionFigure.Example(
        input: inputs[index], maps: [(name, maps[index])],
        label: predictions.labels.integers[index],
        prediction: subject.prediction(predictions.logits[index]),
        caption: "Example \(rows[index]), class \(subject.className(classes.integers[index]))")
    }
    return Finding(
      id: "explanation", title: "Explanation by \(name)", status: .pass,
      summary: "Deletion AUC \(deletion.value.percent) (random order \(randomly.value.percent)), "
        + "insertion AUC \(insertion.value.percent) (random order \(rising.value.percent)), "
        + "on \(rows.count) examples.",
      metrics: [
        "deletion": Metric(deletion, unit: .fraction, label: "Deletion AUC, lower is better"),
        "insertion": Metric(insertion, unit: .fraction, label: "Insertion AUC, higher is better"),
        "randomDeletion": Metric(randomly, unit: .fraction, label: "Deletion AUC, random order"),
        "randomInsertion": Metric(rising, unit: .fraction, label: "Insertion AUC, random order"),
      ],
      figures: [AttributionFigure(subject).figure(examples)],
      advice: difference.low > 0
        ? ["The maps order features worse than chance. Do not read them as reasons."] : [],
      notes: [
        "Deletion replaces features by their mean over the data, the most important first; the "
          + "curve is the probability of the explained class."
      ])
  }
}
