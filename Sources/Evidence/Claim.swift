/// Something that a paper says, in our own words, as something that can be measured.
public struct Claim: Sendable, Hashable, Codable {
  /// A short name, unique among the claims of a paper, which measurements refer to.
  public let name: String
  /// What is claimed, as a sentence.
  public let sentence: String
  public let criterion: Criterion
  /// What the interval around the measured mean is made from.
  public let interval: IntervalMethod

  /// - Parameter interval: of a mean over seeds if nothing is said; `.always` is counted and takes
  ///   `.range` whatever is said.
  public init(
    _ name: String, _ sentence: String, _ criterion: Criterion,
    interval: IntervalMethod = .student
  ) {
    (self.name, self.sentence, self.criterion) = (name, sentence, criterion)
    self.interval = criterion == .always ? .range : interval
  }
}

/// How a measured quantity decides a claim.
public enum Criterion: Sendable, Hashable, Codable {
  /// The method's value exceeds the baseline's by more than this.
  case greater(by: Double)
  /// The method's value is below the baseline's by more than this.
  case less(by: Double)
  /// The method's value is this or more; there is no baseline.
  case atLeast(Double)
  /// The method's value is this or less; there is no baseline.
  case atMost(Double)
  /// The method's value differs from the baseline's by this or less, either way.
  case equal(within: Double)
  /// An invariant: the value counts violations, and there is none.
  case always

  /// Whether the method is measured against a baseline.
  public var isPaired: Bool {
    switch self {
    case .greater, .less, .equal: true
    case .atLeast, .atMost, .always: false
    }
  }
}

/// What an interval around a measured quantity is, and so what it says about seeds not tried.
public enum IntervalMethod: String, Sendable, Hashable, Codable {
  /// Of the mean over seeds, by Student's distribution, at 95%. Needs two seeds, and differences
  /// that are roughly normal or many.
  case student
  /// Of the mean over seeds, between percentiles of resampled means, at 95%. Assumes no
  /// distribution, but is too narrow below some ten seeds.
  case bootstrap
  /// The range of the values measured, for quantities that are counted or computed exactly. It says
  /// nothing about seeds that were not tried.
  case range
}
