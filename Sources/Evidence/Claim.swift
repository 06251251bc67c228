import Foundation

/// Something that a paper says, in our own words, as something that can be measured.
///
/// There are two kinds, which are never counted together. An *identity* is a closed form, an
/// invariant, or parity with a peer: it holds in every trial or it does not, and its worst trial
/// decides. An *effect* is a difference between two arms over seeds: it has an interval, a p-value
/// and a smallest difference that would have been seen.
public struct Claim: Sendable, Hashable, Codable {
  /// A short name, unique among the claims of a paper, which measurements refer to.
  public let name: String
  /// What is claimed, as a sentence.
  public let sentence: String
  public let criterion: Criterion
  public let kind: Kind
  /// The arm that has the idea; nil for identities.
  public let method: String?
  /// The arm that it is compared with, which shares all but the idea: start, sampling, compute and
  /// the scale of the loss. Nil for identities, and for a level that the paper states.
  public let control: String?

  public enum Kind: String, Sendable, Hashable, Codable {
    case identity, effect
  }

  /// Something that holds in every trial.
  ///
  /// - Precondition: The criterion is no ratio.
  public static func identity(
    _ name: String, _ sentence: String, _ criterion: Criterion
  ) -> Claim {
    precondition(!criterion.isRatio, "'\(name)': a ratio of arms is an effect")
    return Claim(
      name: name, sentence: sentence, criterion: criterion, kind: .identity, method: nil,
      control: nil)
  }

  /// A difference of the arm `method` from the arm `control`.
  ///
  /// - Precondition: The criterion compares.
  public static func effect(
    _ name: String, _ sentence: String, _ criterion: Criterion, of method: String,
    over control: String
  ) -> Claim {
    precondition(criterion.isPaired, "'\(name)': two arms and nothing that compares them")
    return Claim(
      name: name, sentence: sentence, criterion: criterion, kind: .effect, method: method,
      control: control)
  }

  /// A level that the paper states and the mean over seeds reaches, where no arm could stand beside
  /// it. It is counted as an effect.
  ///
  /// - Precondition: The criterion does not compare.
  public static func level(
    _ name: String, _ sentence: String, _ criterion: Criterion, of method: String
  ) -> Claim {
    precondition(
      !criterion.isPaired && criterion != .always, "'\(name)': no level is asked for")
    return Claim(
      name: name, sentence: sentence, criterion: criterion, kind: .effect, method: method,
      control: nil)
  }
}

/// How a measured quantity decides a claim.
public enum Criterion: Sendable, Hashable, Codable {
  /// The method's value exceeds the control's by more than this.
  case greater(by: Double)
  /// The method's value is below the control's by more than this.
  case less(by: Double)
  /// The method's value is at least the control's, less this.
  case noLower(by: Double)
  /// The method's value is at most the control's, and this more.
  case noHigher(by: Double)
  /// The method's value differs from the control's by this or less, either way.
  case equal(within: Double)
  /// The method's value is this many times the control's, or more; both are positive, and means are
  /// geometric.
  case ratioAtLeast(Double)
  /// The method's value is this many times the control's, or less; both are positive, and means are
  /// geometric.
  case ratioAtMost(Double)
  /// The method's value is this or more; there is no control.
  case atLeast(Double)
  /// The method's value is this or less; there is no control.
  case atMost(Double)
  /// An invariant: the value counts violations, and there is none.
  case always

  /// Whether the method is measured against a control.
  public var isPaired: Bool {
    switch self {
    case .greater, .less, .noLower, .noHigher, .equal, .ratioAtLeast, .ratioAtMost: true
    case .atLeast, .atMost, .always: false
    }
  }

  /// Whether the two arms are divided instead of subtracted.
  public var isRatio: Bool {
    switch self {
    case .ratioAtLeast, .ratioAtMost: true
    default: false
    }
  }

  /// The quantities that meet the criterion, as they are judged: differences, logarithms of ratios,
  /// levels or counts.
  ///
  /// The margins of `greater` and `less` must be exceeded, those of the others may be reached.
  var acceptance: Acceptance {
    switch self {
    case .greater(let margin): Acceptance(from: margin, isOpen: true)
    case .less(let margin): Acceptance(upTo: -margin, isOpen: true)
    case .noLower(let margin): Acceptance(from: -margin)
    case .noHigher(let margin): Acceptance(upTo: margin)
    case .equal(let margin): Acceptance(from: -margin, upTo: margin)
    case .ratioAtLeast(let ratio): Acceptance(from: log(ratio))
    case .ratioAtMost(let ratio): Acceptance(upTo: log(ratio))
    case .atLeast(let bound): Acceptance(from: bound)
    case .atMost(let bound): Acceptance(upTo: bound)
    case .always: Acceptance(upTo: 0)
    }
  }
}

/// An interval of quantities.
struct Acceptance {
  var from = -Double.infinity
  var upTo = Double.infinity
  /// Whether the finite ends are left out.
  var isOpen = false

  func contains(_ value: Double) -> Bool {
    isOpen ? value > from && value < upTo : value >= from && value <= upTo
  }
}
