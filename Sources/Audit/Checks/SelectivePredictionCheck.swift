import Foundation
import Models
import Tensors

/// Whether the model knows when it does not know: the error rate among its surest decisions.
public struct SelectivePredictionCheck: Check {
  public let id = "selective"
  public let title = "Selective prediction"

  public init() {}

  public func run(_ context: inout AuditContext) throws -> Finding {
    let predictions = context.predictions
    try context.requireFiniteScores()
    let curve = predictions.riskCoverageCurve()
    let area = Estimate.bootstrap(
      rows: predictions.count, resamples: 100, using: &context.generator
    ) { predictions.rows($0).riskCoverageCurve().area }
    let error = 1 - predictions.accuracy.value
    let target = 0.01
    let point = OperatingPoint(predictions, curve, risk: target)
    // What an oracle that rejects every mistake first would reach.
    let best = error <= 0 || error >= 1 ? error : error + (1 - error) * log(1 - error)

    var finding = Finding(
      id: id, title: title, status: .pass,
      summary: point.map {
        "Keeping its surest \($0.coverage.percent) of decisions, the model errs in 1 % at most."
      } ?? "However few of its decisions are kept, the model errs in more than 1 % of them.",
      metrics: [
        "aurc": Metric(area, label: "Area under the risk–coverage curve"),
        "excessAurc": Metric(area.value - best, label: "Area beyond the best possible"),
        "coverageAt1PercentRisk": Metric(
          point?.coverage ?? 0, unit: .fraction, label: "Coverage at 1 % risk"),
      ],
      figures: [.curve(figure(curve))])
    if error > target, let point {
      finding.metrics["thresholdAt1PercentRisk"] = Metric(
        point.threshold, unit: .fraction, label: "Least confidence at 1 % risk")
      finding.advice.append(
        "Let the model abstain where its confidence is below \(point.threshold): on these data it "
          + "keeps \(point.coverage.percent) of its decisions and errs in at most 1 % of them, "
          + "instead of \(error.percent) of all.")
    }
    return finding
  }

  private func figure(_ curve: RiskCoverageCurve) -> Figure.Curve {
    let step = max(1, curve.risks.count / 200)
    let places = Array(stride(from: step - 1, to: curve.risks.count, by: step))
    let points = places.map {
      Figure.Curve.Point(x: curve.coverages[$0], y: curve.risks[$0])
    }
    return Figure.Curve(
      title: "Risk by coverage", x: .init("Share of decisions kept", unit: .fraction),
      y: .init("Errors among them", unit: .fraction),
      lines: [.init(name: "This model", points: points)])
  }
}
