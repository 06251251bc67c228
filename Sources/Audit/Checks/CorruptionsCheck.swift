import Datasets
import Models
import Tensors

/// How accuracy falls when images go wrong as they do in the field.
public struct CorruptionsCheck: Check {
  public let id = "corruptions"
  public let title = "Corruptions"
  /// The most examples that each corruption is tried on.
  public var exampleLimit = 200

  public init() {}

  public func run(_ context: inout AuditContext) throws -> Finding {
    let subject = context.subject
    guard subject.imageLayout != nil else {
      throw CheckSkipped(
        "Corruptions need images; these examples have shape \(subject.network.inputShape).")
    }
    guard subject.domain == 0...1 else {
      throw CheckSkipped("Corruptions need pixels scaled to 0...1; these span \(subject.domain).")
    }
    let sample = context.sample(atMost: min(exampleLimit, context.settings.exampleLimit))
    let images = subject.images(from: sample.inputs)
    let kinds = Corruption.applicable(channels: images.size(1))
    let batchSize = subject.network.affordableBatch(atMost: 256)
    var groups: [Figure.Bars.Group] = []
    var points: [SeriesPoint] = []
    for (index, kind) in kinds.enumerated() {
      var shares: [Double] = []
      for severity in 1...5 {
        try Task.checkCancellation()
        let changed = kind.applied(to: images, severity: severity, using: &context.generator)
        let logits = try subject.network.logits(
          of: subject.inputs(from: changed), batchSize: batchSize)
        shares.append(Predictions(logits: logits, labels: sample.labels).accuracy.value)
      }
      groups.append(.init(name: kind.displayName, values: shares))
      points.append(SeriesPoint(label: kind.rawValue, .share(shares.mean, of: sample.count)))
      context.report(Double(index + 1) / Double(kinds.count))
    }
    // The same examples come back corrupted in many ways, so only they count as independent trials.
    let mean = Estimate.share(points.map(\.value).mean, of: sample.count)
    let clean = sample.predictions.accuracy
    let worst = points.min { $0.value < $1.value }!
    let worstName = Corruption(rawValue: worst.label!)!.displayName
    return Finding(
      id: id, title: title, status: .pass,
      summary: "Accuracy \(mean.value.percent) averaged over \(kinds.count) corruptions at five "
        + "severities, \(clean.value.percent) on clean images; worst: \(worstName).",
      metrics: [
        "meanAccuracy": Metric(mean, unit: .fraction, label: "Mean accuracy under corruption"),
        "cleanAccuracy": Metric(
          clean, unit: .fraction, label: "Accuracy on the same images, clean"),
        "worstAccuracy": Metric(
          worst.value, low: worst.low, high: worst.high, unit: .fraction,
          label: "Worst corruption"),
      ],
      series: ["corruptionAccuracy": points],
      figures: [
        .bars(
          .init(
            title: "Accuracy by corruption and severity", levelLabel: "Severity",
            levels: (1...5).map(String.init), value: .init("Accuracy", unit: .fraction),
            groups: groups))
      ],
      advice: clean.value - mean.value > 0.05
        ? ["Train with corruption augmentation, starting with \(worstName)."] : [],
      notes: ["Measured on \(sample.count) examples."])
  }
}

extension Corruption {
  /// The name in words: `gaussianNoise` is "gaussian noise".
  var displayName: String {
    rawValue.reduce(into: "") { text, letter in
      text += letter.isUppercase ? " \(letter.lowercased())" : String(letter)
    }.replacing("jpeg ", with: "JPEG ")
  }
}

extension [Double] {
  fileprivate var mean: Double { reduce(0, +) / Double(count) }
}
