import Foundation
import Models

/// What the user decides about an audit.
public struct AuditSettings: Sendable {
  public enum Norm: String, Sendable, Hashable, CaseIterable {
    case linf, l2

    /// As reports write it: "L∞".
    var symbol: String {
      switch self {
      case .linf: "L∞"
      case .l2: "L2"
      }
    }
  }

  public var norm: Norm
  /// In input units; nil for a choice that fits the domain.
  public var radii: [Float]?
  public var seed: UInt64
  /// The most examples that attack, certificate, corruptions and explanations look at.
  public var exampleLimit: Int
  /// Radii that a policy asks about.
  var radiiOfPolicy: [Float] = []

  /// - Precondition: `radii` is not empty, and `exampleLimit` is positive.
  public init(
    norm: Norm = .linf, radii: [Float]? = nil, seed: UInt64 = 0, exampleLimit: Int = 500
  ) {
    precondition(radii?.isEmpty != true && exampleLimit > 0, "an audit needs radii and examples")
    (self.norm, self.radii) = (norm, radii)
    (self.seed, self.exampleLimit) = (seed, exampleLimit)
  }

  /// The radii to look at, in input units, ascending.
  func radii(for domain: ClosedRange<Float>) -> [Float] {
    let width = domain.upperBound - domain.lowerBound
    let shares: [Float] =
      switch norm {
      case .linf: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
      case .l2: [0.05, 0.1, 0.25, 0.5, 1, 2]
      }
    return Set((radii ?? shares.map { ($0 * width).inTwoDigits }) + radiiOfPolicy).sorted()
  }

  /// The perturbation set of one radius.
  ///
  /// - Throws: `PerturbationError.invalidRadius`.
  func set(radius: Float, domain: ClosedRange<Float>) throws -> any PerturbationSet {
    switch norm {
    case .linf: try LinfBall(radius: radius, domain: domain)
    case .l2: try L2Ball(radius: radius, domain: domain)
    }
  }
}

extension Float {
  /// The nearest number of two significant decimal digits, as someone would have chosen.
  fileprivate var inTwoDigits: Float { Float(String(format: "%.1e", self)) ?? self }
}
