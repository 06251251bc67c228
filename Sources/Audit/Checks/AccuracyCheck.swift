import Models
import Tensors

/// How often the model is right: overall, for each class, and what it takes for what.
public struct AccuracyCheck: Check {
  public let id = "accuracy"
  public let title = "Accuracy"

  public init() {}

  public func run(_ context: inout AuditContext) throws -> Finding {
    let predictions = context.predictions
    let subject = context.subject
    let confusion = predictions.confusion
    let support = confusion.map { $0.reduce(0, +) }
    let recalls = confusion.indices.map { Estimate.proportion(confusion[$0][$0], of: support[$0]) }
    let largest = Estimate.proportion(support.max() ?? 0, of: predictions.count)
    let seen = recalls.indices.filter { support[$0] > 0 }
    let balanced = seen.map { recalls[$0].value }.reduce(0, +) / Double(max(1, seen.count))

    var finding = Finding(
      id: id, title: title, status: .pass,
      summary: "The model decides \(predictions.accuracy.value.percent) of "
        + "\(predictions.count) examples rightly.",
      metrics: [
        "accuracy": Metric(predictions.accuracy, unit: .fraction, label: "Accuracy"),
        "balancedAccuracy": Metric(balanced, unit: .fraction, label: "Mean over classes"),
        "majorityShare": Metric(
          largest.value, unit: .fraction, label: "Always the commonest class"),
      ],
      series: [
        "classAccuracy": seen.map { SeriesPoint(label: subject.className($0), recalls[$0]) }
      ],
      figures: [
        .confusion(
          Figure.Confusion(
            labels: confusion.indices.map(subject.className), counts: confusion))
      ],
      notes: subject.notes)
    if predictions.accuracy.low <= largest.value {
      finding.status = .fail
      finding.advice.append(
        "The model is not surely better than always naming the commonest class. Check that labels, class order "
          + "and preprocessing are those of training.")
    } else if let worst = seen.min(by: { recalls[$0].value < recalls[$1].value }),
      recalls[worst].high < balanced
    {
      finding.advice.append(
        "Class '\(subject.className(worst))' is decided rightly in only "
          + "\(recalls[worst].value.percent) of cases. Look at its examples and collect more of them."
      )
    }
    if !subject.notes.isEmpty, subject.notes.contains(where: { $0.contains("not numbers") }) {
      finding.status = finding.status.worse(of: .warn)
      finding.advice.append("Repair the weights that are not numbers: export the model again.")
    }
    return finding
  }
}
