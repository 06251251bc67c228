import Tensors

/// The selective risk of the most confident predictions, at every coverage.
///
/// - Source: "Selective Classification for Deep Neural Networks" (2017), section 2; the area as in
///   "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers" (2019), section 3.
public struct RiskCoverageCurve: Sendable {
  /// The share of examples kept, at each step of one example.
  public let coverages: [Double]
  /// The error rate among the predictions kept.
  public let risks: [Double]

  /// The mean risk over all coverages: the area under the curve. Smaller is better.
  public var area: Double { risks.isEmpty ? .nan : risks.reduce(0, +) / Double(risks.count) }

  /// The largest coverage at which the risk is at most `target`, or 0.
  public func coverage(atRisk target: Double) -> Double {
    zip(coverages, risks).reversed().first { $0.1 <= target }?.0 ?? 0
  }
}

extension Predictions {
  /// Returns the curve of keeping predictions in order of confidence; equal confidences share their
  /// risk evenly.
  public func riskCoverageCurve() -> RiskCoverageCurve {
    let (sorted, order) = confidences.sorted(axis: 0, descending: true)
    // Ties have no order among them: each of them gets the mean miss of its group.
    let (_, group, sizes) = sorted.uniqueElements()
    let misses = 1 - hits.gathering(order)
    let perGroup = Tensor.zeros([sizes.count], dtype: .float64).addingRows(misses, at: group)
    let shared = (perGroup / sizes.cast(to: .float64)).gathering(group)
    let kept = Tensor.range(1..<count + 1, dtype: .float64)
    return RiskCoverageCurve(
      coverages: (kept / count).elements(as: Double.self),
      risks: (shared.cumulativeSum(axis: 0) / kept).elements(as: Double.self))
  }
}
