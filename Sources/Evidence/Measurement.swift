/// What one seed says about one claim.
///
/// Foundation has a type of this name too; a file that imports both writes
/// `import struct Evidence.Measurement`.
public struct Measurement: Sendable, Hashable, Codable {
  /// The name of the claim.
  public let claim: String
  public let seed: UInt64
  /// The baseline's value under the same seed, data and budget, for criteria that compare.
  public let baseline: Double?
  /// The method's value, or the number of violations; NaN if it could not be measured.
  public let value: Double
  /// The unit of both values, such as `share` or `ms`; empty for plain numbers.
  public let unit: String
  /// Further numbers for tables, by name.
  public let details: [String: Double]
  /// The multiplications and additions that the measurement took, if they were counted.
  public let flops: Double?

  public init(
    _ claim: String, seed: UInt64, baseline: Double? = nil, value: Double, unit: String = "",
    details: [String: Double] = [:], flops: Double? = nil
  ) {
    (self.claim, self.seed, self.baseline, self.value) = (claim, seed, baseline, value)
    (self.unit, self.details, self.flops) = (unit, details, flops)
  }

  /// What a criterion judges: the value, less the baseline if the criterion compares; NaN if a
  /// baseline is missing.
  func quantity(for criterion: Criterion) -> Double {
    criterion.isPaired ? value - (baseline ?? .nan) : value
  }
}
