import Foundation
import Models
import Tensors

/// What the quantities of several seeds say together.
///
/// Where a method is compared with a baseline, a seed's quantity is the difference of the two under
/// that seed, so that what a seed does to both falls out.
public struct PairedStatistics: Sendable, Hashable, Codable {
  /// The mean, with the interval of the method that was asked for. Both ends are infinite where
  /// nothing is known: with one seed, or if a quantity is not a finite number.
  public let estimate: Estimate
  /// The mean in units of the standard deviation over seeds; nil where that is zero or unknown.
  public let effect: Double?
  /// The smallest true difference that would have been told from zero with 80% probability, with
  /// these seeds and their scatter; nil with one seed and for a range.
  ///
  /// It is `(t(0.975) + t(0.8)) · s / √n`, with quantiles for `n − 1` degrees of freedom.
  public let detectable: Double?

  /// - Source: "Statistical Power Analysis for the Behavioral Sciences" (1988), section 2.3, for
  ///   the effect; the power is by the usual approximation of the shifted distribution.
  public init(_ quantities: [Double], interval: IntervalMethod) {
    let count = Double(quantities.count)
    let mean = quantities.reduce(0, +) / count
    // One quantity that is not finite leaves no finite mean, and neither does none at all.
    guard mean.isFinite else {
      estimate = Estimate(.nan, low: -.infinity, high: .infinity)
      (effect, detectable) = (nil, nil)
      return
    }
    let squares = quantities.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = count > 1 ? (squares / (count - 1)).squareRoot() : .nan
    let student = StudentDistribution(freedom: count - 1)
    let error = deviation / count.squareRoot()
    switch interval {
    case .range:
      estimate = Estimate(mean, low: quantities.min()!, high: quantities.max()!)
    case .student where count > 1:
      let reach = student.quantile(0.975) * error
      estimate = Estimate(mean, low: mean - reach, high: mean + reach)
    case .bootstrap where count > 1: estimate = Self.bootstrap(quantities)
    case .student, .bootstrap:
      estimate = Estimate(mean, low: -.infinity, high: .infinity)
    }
    effect = deviation > 0 ? mean / deviation : nil
    let isMean = interval != .range && count > 1
    detectable = isMean ? (student.quantile(0.975) + student.quantile(0.8)) * error : nil
  }

  /// Always the same draws, so that a record's interval can be computed again.
  private static func bootstrap(_ quantities: [Double]) -> Estimate {
    var generator = Generator(seed: 0)
    let values = Tensor(quantities)
    return .bootstrap(rows: quantities.count, resamples: 4000, using: &generator) {
      values.gathering($0).mean().item()
    }
  }
}
