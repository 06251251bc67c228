/// One value of a series, placed by whatever the series runs over.
///
/// A series over radii sets `norm` and `radius`, one over classes or corruptions `label`, one over
/// a quantity `x`. What is `nil` does not appear in a report.
public struct SeriesPoint: Sendable, Hashable {
  /// `linf`, `l2`, `l1` or `l0`.
  public var norm: String?
  /// The radius of the perturbation set, in input units.
  public var radius: Double?
  public var label: String?
  public var x: Double?
  /// The measured value; NaN or infinite if it could not be computed.
  public var value: Double
  public var low: Double?
  public var high: Double?

  public init(
    norm: String? = nil, radius: Double? = nil, label: String? = nil, x: Double? = nil,
    value: Double, low: Double? = nil, high: Double? = nil
  ) {
    (self.norm, self.radius, self.label, self.x) = (norm, radius, label, x)
    (self.value, self.low, self.high) = (value, low, high)
  }
}
