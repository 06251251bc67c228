/// How the length of a perturbation is measured.
public enum PerturbationNorm: String, Sendable, Hashable, CaseIterable {
  case linf, l2, l1
  /// How many features change.
  case l0

  /// As reports write it: "L∞".
  public var symbol: String {
    switch self {
    case .linf: "L∞"
    case .l2: "L2"
    case .l1: "L1"
    case .l0: "L0"
    }
  }

  /// The ball of this norm.
  ///
  /// - Throws: `PerturbationError.invalidRadius`.
  public func ball(
    radius: Float, domain: ClosedRange<Float>
  ) throws(PerturbationError) -> any PerturbationSet {
    switch self {
    case .linf: try LinfBall(radius: radius, domain: domain)
    case .l2: try L2Ball(radius: radius, domain: domain)
    case .l1: try L1Ball(radius: radius, domain: domain)
    case .l0: try L0Ball(radius: radius, domain: domain)
    }
  }
}
