import Foundation
import Tensors

/// A number measured on a sample, with an interval that covers the true one 95 times of 100.
public struct Estimate: Sendable, Hashable, Codable {
  public let value: Double
  public let low: Double
  public let high: Double

  public init(_ value: Double, low: Double, high: Double) {
    (self.value, self.low, self.high) = (value, low, high)
  }

  /// The quantile of the normal distribution that leaves 2.5% on each side.
  static let z = 1.959963984540054

  /// Returns a share of successes with Wilson's score interval.
  ///
  /// - Source: "Probable Inference, the Law of Succession, and Statistical Inference" (1927).
  public static func proportion(_ successes: Int, of trials: Int) -> Estimate {
    guard trials > 0 else { return Estimate(.nan, low: 0, high: 1) }
    return share(Double(successes) / Double(trials), of: trials)
  }

  /// Returns the mean of `trials` numbers from 0 to 1 with Wilson's interval.
  ///
  /// No such numbers vary more than zeros and ones of that mean, so the interval is wide enough.
  public static func share(_ p: Double, of trials: Int) -> Estimate {
    let n = Double(trials)
    let scale = 1 + z * z / n
    let center = (p + z * z / (2 * n)) / scale
    let spread = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return Estimate(p, low: max(0, min(p, center - spread)), high: min(1, max(p, center + spread)))
  }

  /// Returns the mean of a vector with the interval of the central limit theorem.
  public static func mean(of values: Tensor) -> Estimate {
    let values = values.cast(to: .float64)
    let mean = values.mean().item()
    guard values.count > 1 else { return Estimate(mean, low: -.infinity, high: .infinity) }
    let deviation = values.variance(correction: 1).item().squareRoot()
    let spread = z * deviation / Double(values.count).squareRoot()
    return Estimate(mean, low: mean - spread, high: mean + spread)
  }

  /// Returns a statistic with the interval between percentiles of its values on resampled rows.
  ///
  /// - `statistic`: takes the indices of the rows to use, a vector of `int64`.
  /// - `resamples`: how often rows are drawn anew, with replacement.
  /// - Precondition: there are rows, and at least 40 resamples: fewer have no such percentiles.
  /// - Source: "An Introduction to the Bootstrap" (1993), section 13.3.
  public static func bootstrap(
    rows: Int, resamples: Int = 200, using generator: inout some RandomNumberGenerator,
    of statistic: (Tensor) -> Double
  ) -> Estimate {
    precondition(rows > 0 && resamples >= 40, "\(resamples) resamples of \(rows) rows")
    let value = statistic(.range(0..<rows))
    let draws = (0..<resamples).map { _ in
      statistic(.randomIntegers([rows], in: 0..<rows, using: &generator))
    }.sorted()
    // As many draws lie beyond one end as beyond the other.
    let beyond = (resamples + 1) / 40 - 1
    return Estimate(
      value, low: min(value, draws[beyond]), high: max(value, draws[resamples - 1 - beyond]))
  }
}
