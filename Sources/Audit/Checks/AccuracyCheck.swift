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
      summary: "Accuracy \(predictions.accuracy.percentWithInterval) on "
        + "\(predictions.count) examples.",
      metrics: [
        "accuracy": Metric(predictions.accuracy, unit: .fraction, label: "Accuracy"),
        "balancedAccuracy": Metric(balanced, unit: .fraction, label: "Balanced accuracy"),
        "majorityShare": Metric(
          largest.value, unit: .fraction, label: "Majority class"),
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
    if seen.count == 1 {
      finding.status = .warn
      finding.advice.append(
        "The data contain a single class, so accuracy says little. Audit on data of all classes.")
    } else if predictions.accuracy.low <= largest.value {
      finding.status = predictions.accuracy.value <= largest.value ? .fail : .warn
      finding.advice.append(
        "Accuracy is not significantly above the majority class. Check that labels, class order and "
          + "preprocessing match training, and use more examples.")
    } else if let worst = seen.min(by: { recalls[$0].value < recalls[$1].value }),
      recalls[worst].high < balanced
    {
      finding.advice.append(
        "Class '\(subject.className(worst))' has a recall of only "
          + "\(recalls[worst].value.percent). Inspect its examples and collect more.")
    }
    if !subject.hasFiniteWeights {
      finding.status = finding.status.worse(of: .warn)
      finding.advice.append(
        "Some weights are NaN or infinite: retrain or re-export the model.")
    }
    let undecided = predictions.count - Int(predictions.isDecided.sum().item())
    if undecided > 0 {
      finding.notes.append(
        "\(undecided) examples have NaN scores, which count as errors.")
    }
    let missing = support.indices.filter { support[$0] == 0 }
    if !missing.isEmpty, seen.count > 1 {
      let names = missing.prefix(5).map(subject.className).joined(separator: ", ")
      finding.notes.append(
        "No examples of \(missing.count) of \(support.count) classes: \(names)"
          + (missing.count > 5 ? ", …" : "."))
    }
    return finding
  }
}
