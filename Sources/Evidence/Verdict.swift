import Models

/// What was found of a claim. It is computed from measurements, never typed in.
public enum Verdict: String, Sendable, Hashable, Codable {
  case supported
  case notSupported
  case inconclusive

  /// Judges an interval by a criterion: `supported` if all of it meets the criterion,
  /// `notSupported` if none of it does, `inconclusive` otherwise.
  ///
  /// Margins of `greater` and `less` must be exceeded, those of the others may be reached. What is
  /// not a number decides nothing. An infinite end is a number that no margin reaches.
  public init(_ interval: Estimate, _ criterion: Criterion) {
    let (low, high) = (interval.low, interval.high)
    guard !interval.value.isNaN, low <= high else {
      self = .inconclusive
      return
    }
    switch criterion {
    case .greater(let margin): self.init(all: low > margin, none: high <= margin)
    case .less(let margin): self.init(all: high < -margin, none: low >= -margin)
    case .atLeast(let bound): self.init(all: low >= bound, none: high < bound)
    case .atMost(let bound): self.init(all: high <= bound, none: low > bound)
    case .equal(let margin):
      self.init(all: low >= -margin && high <= margin, none: low > margin || high < -margin)
    // One violation is enough, whatever other seeds counted.
    case .always: self.init(all: low == 0 && high == 0, none: high > 0)
    }
  }

  private init(all: Bool, none: Bool) {
    self = all ? .supported : none ? .notSupported : .inconclusive
  }
}
