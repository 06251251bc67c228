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
        "At \($0.coverage.percent) coverage the error rate is at most 1%."
      } ?? "The error rate exceeds 1% at every coverage.",
      metrics: [
        "aurc": Metric(area, label: "AURC (area under the risk–coverage curve)"),
        "excessAurc": Metric(area.value - best, label: "Excess AURC"),
        "coverageAt1PercentRisk": Metric(
          point?.coverage ?? 0, unit: .fraction, label: "Coverage at 1% risk"),
      ],
      figures: [.curve(figure(curve))])
    if error > target, let point {
      finding.metrics["thresholdAt1PercentRisk"] = Metric(
        point.threshold, unit: .fraction, label: "Confidence threshold at 1% risk")
      finding.advice.append(
        "Abstain where confidence is below \(point.threshold): on these data the error rate falls "
          + "from \(error.percent) to at most 1%, at \(point.coverage.percent) coverage.")
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
      title: "Risk–coverage curve", x: .init("Coverage", unit: .fraction),
      y: .init("Error rate", unit: .fraction),
      lines: [.init(name: "This model", points: points)])
  }
}
