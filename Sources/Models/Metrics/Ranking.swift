import Foundation
import Tensors

/// How well one number tells two kinds of examples apart, over all thresholds.
public struct Ranking: Sendable {
  /// The numbers of the examples that should rank low; a vector of `float64`.
  private let low: Tensor
  /// The numbers of those that should rank high.
  private let high: Tensor

  /// - Shape: two vectors, of any lengths above 0.
  public init(low: Tensor, high: Tensor) {
    precondition(low.count > 0 && high.count > 0, "a ranking needs examples of both kinds")
    (self.low, self.high) = (low.cast(to: .float64), high.cast(to: .float64))
  }

  /// The probability that one of the high ranks above one of the low, ties counted half (AUROC),
  /// with the interval of its asymptotic normal distribution.
  ///
  /// - Source: "Comparing the Areas under Two or More Correlated Receiver Operating Characteristic
  ///   Curves: A Nonparametric Approach" (1988), section 2 (DeLong).
  public var area: Estimate {
    let above = Self.placements(of: high, among: low)
    let below = 1 - Self.placements(of: low, among: high)
    let value = above.mean().item()
    func part(_ values: Tensor) -> Double {
      values.count > 1 ? values.variance(correction: 1).item() / Double(values.count) : .infinity
    }
    let spread = Estimate.z * (part(above) + part(below)).squareRoot()
    return Estimate(value, low: max(0, value - spread), high: min(1, value + spread))
  }

  /// The number that a share of the low ones do not exceed.
  public func threshold(keeping share: Double) -> Double {
    let place = Int((share * Double(low.count)).rounded(.up)) - 1
    return low.sorted(axis: 0).values[max(0, min(low.count - 1, place))].item()
  }

  /// The share of the high ones that a threshold which keeps `share` of the low ones keeps too.
  public func falseAcceptance(keeping share: Double) -> Estimate {
    let limit = threshold(keeping: share)
    return .proportion((high .<= limit).booleans.count { $0 }, of: high.count)
  }

  /// The receiver operating characteristic at so many thresholds, from nothing flagged to all: the
  /// shares of the low and of the high ones above each.
  public func curve(points: Int = 101) -> [(low: Double, high: Double)] {
    precondition(points > 1, "a curve has two ends")
    return (0..<points).map { index in
      if index == 0 { return (0, 0) }
      if index == points - 1 { return (1, 1) }
      let limit = threshold(keeping: 1 - Double(index) / Double(points - 1))
      return (
        (low .> limit).cast(to: .float64).mean().item(),
        (high .> limit).cast(to: .float64).mean().item()
      )
    }
  }

  /// For each value, the share of the others that lie below it, ties counted half.
  private static func placements(of values: Tensor, among others: Tensor) -> Tensor {
    let row = others.expandedDimension(at: 0)
    let chunk = max(1, (1 << 24) / others.count)
    return .concatenating(
      stride(from: 0, to: values.count, by: chunk).map { start in
        let column = values[start..<min(start + chunk, values.count)].expandedDimension(at: 1)
        return ((column .> row).cast(to: .float64) + (column .>= row).cast(to: .float64))
          .mean(axes: [1]) * 0.5
      })
  }
}
