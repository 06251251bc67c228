/// One number that a check measured, with an interval where there is one.
///
/// - Units: `value`, `low` and `high` share `unit`.
public struct Metric: Sendable, Hashable {
  /// How a number is to be read and shown.
  public enum Unit: String, Sendable, Hashable, CaseIterable {
    /// A bare number.
    case plain
    /// A part of a whole, from 0 to 1; shown in percent.
    case fraction
    /// An integer of things.
    case count
    case milliseconds
    case bytes
  }

  /// The measured value; NaN or infinite if it could not be computed.
  public var value: Double
  /// The lower end of the interval, or `nil` if there is none.
  public var low: Double?
  /// The upper end of the interval, or `nil` if there is none.
  public var high: Double?
  public var unit: Unit
  /// The words a reader sees; by default made from the metric's name.
  public var label: String?

  public init(
    _ value: Double, low: Double? = nil, high: Double? = nil, unit: Unit = .plain,
    label: String? = nil
  ) {
    self.value = value
    self.low = low
    self.high = high
    self.unit = unit
    self.label = label
  }
}
