import Confidence
import Models
import Tensors

/// Whether confidences are honest, and which temperature would mend them.
public struct CalibrationCheck: Check {
  public let id = "calibration"
  public let title = "Calibration"

  public init() {}

  public func run(_ context: inout AuditContext) throws -> Finding {
    let predictions = context.predictions
    guard predictions.count >= 20 else {
      throw CheckSkipped("Calibration needs at least 20 examples; there are \(predictions.count).")
    }
    try context.requireFiniteScores()
    let ece = bootstrap(predictions, &context) { $0.calibrationError(.equalWidth(15)) }
    let adaptive = bootstrap(predictions, &context) { $0.calibrationError(.equalCount(15)) }
    let scaling = TemperatureScaling().temperature(
      of: predictions.logits, labels: predictions.labels)
    let mended = try predictions.crossFitted(
      by: TemperatureScaling(), using: &context.generator
    ).calibrationError(.equalWidth(15))
    let isOverconfident =
      predictions.confidences.mean().item() > predictions.accuracy.value
    let gain = ece.value - mended

    var finding = Finding(
      id: id, title: title, status: .pass,
      summary: "ECE \(ece.value.percent) (15 bins): the model is "
        + (isOverconfident ? "overconfident." : "not overconfident."),
      metrics: [
        "ece15": Metric(ece, unit: .fraction, label: "ECE, 15 bins"),
        "adaptiveEce": Metric(adaptive, unit: .fraction, label: "Adaptive ECE"),
        "nll": Metric(.mean(of: predictions.logLosses), label: "Negative log-likelihood"),
        "brier": Metric(.mean(of: predictions.brierScores), label: "Brier score"),
        "temperature": Metric(scaling.value, label: "Optimal temperature"),
        "ece15AfterScaling": Metric(
          mended, unit: .fraction, label: "ECE after temperature scaling"),
      ],
      figures: [.reliability(Figure.Reliability(predictions))],
      notes: [
        "ECE after scaling is measured on the half of the data that the temperature was not fitted "
          + "on, both ways."
      ])
    if predictions.accuracy.value == 1 {
      finding.notes.append(
        "All predictions are correct, so no temperature is optimal: sharper is always better."
      )
    } else if gain > 0.005 {
      let temperature = (scaling.value * 100).rounded() / 100
      finding.advice.append(
        "Divide the logits by \(temperature): ECE falls from \(ece.value.percent) to about "
          + "\(mended.percent), and no prediction changes.")
    }
    return finding
  }

  private func bootstrap(
    _ predictions: Predictions, _ context: inout AuditContext, _ statistic: (Predictions) -> Double
  ) -> Estimate {
    .bootstrap(rows: predictions.count, resamples: 100, using: &context.generator) {
      statistic(predictions.rows($0))
    }
  }
}
