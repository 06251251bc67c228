import Confidence
import Models
import Networks
import Tensors

/// A calibrator fitted on the data, and what it gains on data that it did not see.
public struct CalibrationTrial: MethodTrial {
  public var name: String
  public var calibrator: any Calibrator

  public init(_ name: String, _ calibrator: any Calibrator) {
    (self.name, self.calibrator) = (name, calibrator)
  }

  /// The network is the model with calibrated scores, fitted on all data; the array `logits` holds
  /// its scores.
  ///
  /// - Throws: `CheckSkipped` below 20 examples.
  public func run(_ context: inout AuditContext) throws -> TrialOutcome {
    let predictions = context.predictions
    guard predictions.count >= 20 else {
      throw CheckSkipped("Calibration needs at least 20 examples; there are \(predictions.count).")
    }
    try context.requireFiniteScores()
    let held = try predictions.crossFitted(by: calibrator, using: &context.generator)
    let calibration = try calibrator.fitted(to: predictions.logits, labels: predictions.labels)
    func error(_ predictions: Predictions) -> Estimate {
      .bootstrap(rows: predictions.count, using: &context.generator) {
        predictions.rows($0).calibrationError(.equalWidth(15))
      }
    }
    let (before, after) = (error(predictions), error(held))
    let finding = Finding(
      id: "calibration", title: "Calibration by \(name)", status: .pass,
      summary: "ECE \(before.value.percent) before, \(after.value.percent) after: "
        + "\(calibration.summary), on \(predictions.count) examples.",
      metrics: [
        "eceBefore": Metric(before, unit: .fraction, label: "ECE before, 15 bins"),
        "eceAfter": Metric(after, unit: .fraction, label: "ECE after, 15 bins"),
        "nllBefore": Metric(
          .mean(of: predictions.logLosses), label: "Negative log-likelihood before"),
        "nllAfter": Metric(.mean(of: held.logLosses), label: "Negative log-likelihood after"),
        "brierBefore": Metric(.mean(of: predictions.brierScores), label: "Brier score before"),
        "brierAfter": Metric(.mean(of: held.brierScores), label: "Brier score after"),
        "accuracyBefore": Metric(
          predictions.accuracy, unit: .fraction, label: "Accuracy before"),
        "accuracyAfter": Metric(held.accuracy, unit: .fraction, label: "Accuracy after"),
      ],
      figures: [
        .reliability(Figure.Reliability(predictions, title: "Reliability before")),
        .reliability(Figure.Reliability(held, title: "Reliability after")),
      ],
      advice: after.value >= before.value
        ? ["Calibration by \(name) does not lower the ECE of this model; keep it as it is."] : [],
      notes: [
        "Numbers after calibration are measured on the half of the data that the method was not "
          + "fitted on, both ways. The written model is fitted on all of it, and gives logits.",
        "Fit on data that the model was not trained on: training data hide overconfidence.",
      ])
    return TrialOutcome(
      finding: finding, arrays: ["logits": calibration.applied(to: predictions.logits)],
      network: try context.subject.network.calibrated(by: calibration))
  }
}
