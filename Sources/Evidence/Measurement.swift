import Foundation

/// What one seed says about one claim.
///
/// Foundation has a type of this name too; a file that imports both writes
/// `import struct Evidence.Measurement`.
public struct Measurement: Sendable, Hashable, Codable {
  /// The name of the claim.
  public let claim: String
  public let seed: UInt64
  /// The control's value under the same seed, data and budget, for criteria that compare.
  public let baseline: Double?
  /// The method's value, the worst of an identity's trials, or the number of violations; NaN if it
  /// could not be measured.
  public let value: Double
  /// The unit of both values, such as `share` or `ms`; empty for plain numbers.
  public let unit: String
  /// How many trials the value is the worst of, for identities.
  public let trials: Int?
  /// Whether what the claim takes for granted is true in this seed, such as that both arms fit their
  /// training data. A seed in which it is not says nothing about the claim.
  public let isPremiseMet: Bool
  /// Further numbers for tables, by name.
  public let details: [String: Double]
  /// The multiplications and additions that the measurement took, if they were counted.
  public let flops: Double?

  public init(
    _ claim: String, seed: UInt64, baseline: Double? = nil, value: Double, unit: String = "",
    trials: Int? = nil, isPremiseMet: Bool = true, details: [String: Double] = [:],
    flops: Double? = nil
  ) {
    (self.claim, self.seed, self.baseline, self.value) = (claim, seed, baseline, value)
    (self.unit, self.trials, self.isPremiseMet) = (unit, trials, isPremiseMet)
    (self.details, self.flops) = (details, flops)
  }

  /// What a criterion judges: the value, less the baseline or divided by it if the criterion
  /// compares; NaN if a baseline is missing, or a ratio is not of positive numbers.
  func quantity(for criterion: Criterion) -> Double {
    guard criterion.isPaired else { return value }
    guard let baseline else { return .nan }
    guard criterion.isRatio else { return value - baseline }
    return value > 0 && baseline > 0 ? log(value / baseline) : .nan
  }
}
