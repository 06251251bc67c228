import Foundation
import Models

/// What the quantities of several seeds say together of an effect.
///
/// Where a method is compared with a control, a seed's quantity is the difference of the two under
/// that seed, so that what a seed does to both falls out; for ratios it is the logarithm of the
/// quotient.
public struct EffectStatistics: Sendable, Hashable, Codable {
  /// The mean with its 95% interval by Student's distribution, not corrected for the number of
  /// claims; for ratios the geometric mean of the quotients. Both ends are infinite where nothing is
  /// known: with one seed, or if a quantity is not a finite number.
  public let estimate: Estimate
  /// How likely a mean so far from the criterion's margin, on either side, would be if the true mean
  /// lay on the margin; nil where nothing is known.
  public let pValue: Double?
  /// The p-value corrected for the number of the paper's effects by Holm's procedure.
  public internal(set) var adjustedPValue: Double?
  /// The standard deviation of the quantities over seeds; nil with one seed.
  public let deviation: Double?
  /// The smallest true distance from the margin that would have been told from it with 80%
  /// probability, with these seeds and their scatter; nil with one seed. For ratios it is a
  /// difference of logarithms.
  ///
  /// It is `(t(0.975) + t(0.8)) · s / √n`, with quantiles for `n − 1` degrees of freedom.
  public let detectable: Double?
  /// The seeds that count, in order.
  public let seeds: [UInt64]
  /// The seeds that do not, because the claim's premise is false in them.
  public let seedsWithoutPremise: [UInt64]
  /// The mean of the quantities as they are judged.
  let judgedMean: Double

  /// The mean in units of the standard deviation over seeds; nil where that is zero or unknown.
  public var size: Double? {
    deviation.flatMap { $0 > 0 ? judgedMean / $0 : nil }
  }

  /// How far the mean lies on the side of the margin that supports the claim, with its 95% interval,
  /// in standard deviations over seeds, so that claims in different units stand on one axis; nil
  /// where that is zero or unknown.
  public func standardizedLead(_ criterion: Criterion) -> Estimate? {
    guard let deviation, deviation > 0, seeds.count > 1 else { return nil }
    let accepted = criterion.acceptance
    let lead = min(judgedMean - accepted.from, accepted.upTo - judgedMean) / deviation
    let count = Double(seeds.count)
    let reach = StudentDistribution(freedom: count - 1).quantile(0.975) / count.squareRoot()
    return Estimate(lead, low: lead - reach, high: lead + reach)
  }

  /// - Source: "Statistical Power Analysis for the Behavioral Sciences" (1988), section 2.3, for
  ///   the size; the power is by the usual approximation of the shifted distribution. Equivalence
  ///   (`equal`) is by two one-sided tests: "A comparison of the two one-sided tests procedure and
  ///   the power approach for assessing the equivalence of average bioavailability" (1987).
  init(_ measurements: [Measurement], _ criterion: Criterion) {
    let used = measurements.filter(\.isPremiseMet)
    seeds = used.map(\.seed)
    seedsWithoutPremise = measurements.filter { !$0.isPremiseMet }.map(\.seed)
    let quantities = used.map { $0.quantity(for: criterion) }
    let count = Double(quantities.count)
    judgedMean = quantities.reduce(0, +) / count
    // One quantity that is not finite leaves no finite mean, and neither does none at all.
    guard count > 1, judgedMean.isFinite else {
      let mean = judgedMean.isFinite ? judgedMean : .nan
      estimate = Estimate(
        criterion.isRatio ? exp(mean) : mean, low: -.infinity, high: .infinity)
      (pValue, adjustedPValue, deviation, detectable) = (nil, nil, nil, nil)
      return
    }
    let mean = judgedMean
    let squares = quantities.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / (count - 1)).squareRoot()
    let error = deviation / count.squareRoot()
    let student = StudentDistribution(freedom: count - 1)
    let reach = student.quantile(0.975) * error
    let ends = [mean, mean - reach, mean + reach].map { criterion.isRatio ? exp($0) : $0 }
    estimate = Estimate(ends[0], low: ends[1], high: ends[2])
    pValue = Self.pValue(of: mean, error: error, student, criterion.acceptance)
    adjustedPValue = pValue
    self.deviation = deviation
    detectable = (student.quantile(0.975) + student.quantile(0.8)) * error
  }

  /// Twice the one-sided probability, so that 0.05 means that a 95% interval ends at the margin.
  private static func pValue(
    of mean: Double, error: Double, _ student: StudentDistribution, _ accepted: Acceptance
  ) -> Double {
    // Seeds that all agree leave no doubt.
    guard error > 0 else { return 0 }
    /// The probability of lying so far above `margin` by chance.
    func above(_ margin: Double) -> Double {
      margin == -.infinity ? 0 : student.probability(upTo: (margin - mean) / error)
    }
    let support = max(
      above(accepted.from), accepted.upTo == .infinity ? 0 : 1 - above(accepted.upTo))
    let refute = min(
      accepted.from == -.infinity ? 1 : 1 - above(accepted.from), above(accepted.upTo))
    return min(1, 2 * min(support, refute))
  }
}
