import Confidence
import Datasets
import Models
import Tensors

/// A detector of out-of-distribution inputs, and how well it tells others from the data.
public struct DetectionTrial: MethodTrial {
  public var name: String
  public var detector: any Detector
  /// Inputs that are out of distribution, in the shape of the network's inputs; nil to set a
  /// threshold only.
  public var others: Tensor?
  /// The share of in-distribution inputs to accept.
  public var acceptance: Double

  /// - Precondition: `acceptance` is between 0 and 1.
  public init(
    _ name: String, _ detector: any Detector, others: Tensor? = nil, acceptance: Double = 0.95
  ) {
    precondition(0 < acceptance && acceptance < 1, "an acceptance of \(acceptance)")
    (self.name, self.detector, self.others) = (name, detector, others)
    self.acceptance = acceptance
  }

  /// The arrays are the anomaly scores `inDistribution` (of the evaluated half, whose `rows` are
  /// given) and `outOfDistribution`, and the `threshold`.
  public func run(_ context: inout AuditContext) throws -> TrialOutcome {
    let subject = context.subject
    let count = subject.data.count
    guard count >= 20 else {
      throw CheckSkipped("Detection needs at least 20 examples; there are \(count).")
    }
    if let objection = detector.objection(toLogits: context.predictions.logits) {
      throw CheckSkipped(objection)
    }
    let order = Tensor.permutation(count, using: &context.generator)
    let (fit, held) = (order[0..<count / 2], order[count / 2..<count])
    let fitted = try detector.fitted(
      subject.symmetricNetwork(context.predictions), to: subject.data.inputs.gathering(fit))
    let batch = subject.network.affordableBatch(atMost: 256)
    let known = try fitted.anomalyScores(
      of: subject.data.inputs.gathering(held), batchSize: batch)
    context.report(0.5)
    let strange = try others.map { try fitted.anomalyScores(of: $0, batchSize: batch) }
    guard ([known] + (strange.map { [$0] } ?? [])).allSatisfy({ $0.isFinite.all().booleans[0] })
    else {
      throw CheckSkipped("Some inputs have an anomaly score that is not a number.")
    }
    let ranking = Ranking(low: known, high: strange ?? known)
    let threshold = ranking.threshold(keeping: acceptance)
    var arrays = [
      "inDistribution": known, "rows": held, "threshold": Tensor(scalar: threshold),
    ]
    if let strange { arrays["outOfDistribution"] = strange }
    return TrialOutcome(
      finding: finding(strange == nil ? nil : ranking, threshold, known, strange), arrays: arrays)
  }

  private func finding(
    _ ranking: Ranking?, _ threshold: Double, _ known: Tensor, _ strange: Tensor?
  ) -> Finding {
    let limit = threshold.roundedForDisplay
    let bar = Metric(
      threshold, label: "Threshold that accepts \(acceptance.percent) of in-distribution inputs")
    var notes = [
      "Scores are higher for more anomalous inputs. Half of the data fits the detector, the other "
        + "half is evaluated and sets the threshold, which the interval of the FPR takes for fixed."
    ]
    guard let ranking, let strange else {
      notes.append("Give out-of-distribution inputs to learn how many are detected.")
      return Finding(
        id: "detection", title: "Detection by \(name)", status: .pass,
        summary: "Threshold \(limit) accepts \(acceptance.percent) of \(known.count) "
          + "in-distribution examples.",
        metrics: ["threshold": bar], notes: notes)
    }
    let (area, missed) = (ranking.area, ranking.falseAcceptance(keeping: acceptance))
    let points = ranking.curve().map { Figure.Curve.Point(x: $0.low, y: $0.high) }
    return Finding(
      id: "detection", title: "Detection by \(name)", status: .pass,
      summary: "AUROC \(area.value.percent), FPR \(missed.value.percent) at "
        + "\(acceptance.percent) TPR, on \(known.count) in-distribution and \(strange.count) "
        + "out-of-distribution examples.",
      metrics: [
        "auroc": Metric(area, unit: .fraction, label: "AUROC"),
        "fpr": Metric(
          missed, unit: .fraction,
          label: "Out-of-distribution inputs accepted (FPR at \(acceptance.percent) TPR)"),
        "threshold": bar,
      ],
      figures: [
        .curve(
          Figure.Curve(
            title: "Receiver operating characteristic",
            x: Figure.Axis("In-distribution inputs flagged", unit: .fraction),
            y: Figure.Axis("Out-of-distribution inputs flagged", unit: .fraction),
            lines: [
              .init(name: name, points: points),
              .init(name: "Chance", points: [.init(x: 0, y: 0), .init(x: 1, y: 1)]),
            ]))
      ],
      notes: notes)
  }
}

extension FittedDetector {
  /// The anomaly scores of many inputs, a batch at a time.
  fileprivate func anomalyScores(of inputs: Tensor, batchSize: Int) throws -> Tensor {
    .concatenating(
      try stride(from: 0, to: inputs.size(0), by: batchSize).map { start in
        try Task.checkCancellation()
        return try anomalyScores(of: inputs[start..<min(start + batchSize, inputs.size(0))])
      })
  }
}
