import Foundation
import Models

/// A confidence below which a model should abstain, and how much it then decides.
struct OperatingPoint {
  let threshold: Double
  /// The share of decisions whose confidence reaches the threshold.
  let coverage: Double

  /// Finds the point of largest coverage at which the decisions kept err no more than `risk`.
  ///
  /// Decisions of one confidence are kept or dropped together, as a threshold does.
  init?(_ predictions: Predictions, _ curve: RiskCoverageCurve, risk: Double) {
    let confidences = predictions.confidences.sorted(axis: 0, descending: true).values
      .elements(as: Double.self)
    let isLast = { (place: Int) in
      place + 1 == confidences.count || confidences[place + 1] < confidences[place]
    }
    guard let place = curve.risks.indices.last(where: { isLast($0) && curve.risks[$0] <= risk })
    else { return nil }
    let next = place + 1 < confidences.count ? confidences[place + 1] : 0
    threshold = Self.shortest(above: next, through: confidences[place])
    coverage = curve.coverages[place]
  }

  /// The number of fewest decimals that parts the two.
  private static func shortest(above low: Double, through high: Double) -> Double {
    for digits in 1...15 {
      let scale = pow(10, Double(digits))
      let number = (high * scale).rounded(.down) / scale
      if number > low { return number }
    }
    return high
  }
}
