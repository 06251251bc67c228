import Models
import Networks
import Tensors

/// Every perturbation of a network's parameters that changes each tensor by at most its radius, in
/// a norm; tensors are perturbed independently of each other.
///
///     let ball = try ParameterBall(radius: 0.01, names: ["0.weight", "0.bias"])
///
/// - Source: "Automatic Perturbation Analysis for Scalable Certified Robustness and Beyond" (2020),
///   section 3.1, which lets any independent node of a graph be perturbed.
public struct ParameterBall: Sendable, Hashable {
  /// What a radius is measured in.
  public enum Scale: Sendable, Hashable {
    /// The units of the parameters.
    case absolute
    /// A share of each parameter's own magnitude: 0 is not perturbed. Norms are those of the
    /// shares.
    case relative
  }

  /// The norm of a tensor's perturbation.
  public enum Norm: String, Sendable, Hashable, CaseIterable {
    /// L∞: each parameter is perturbed by itself.
    case linf
    /// L2.
    case l2
    /// L1.
    case l1
  }

  /// The radius of each tensor that has one of its own, by name.
  public let radii: [String: Float]
  /// The radius of every other tensor.
  public let others: Float
  public let scale: Scale
  public let norm: Norm

  /// The same radius for the tensors of these names, or for all.
  ///
  /// - Throws: `PerturbationError.invalidRadius` if `radius` is negative, infinite or NaN.
  public init(
    radius: Float, names: [String]? = nil, scale: Scale = .absolute, norm: Norm = .linf
  ) throws(PerturbationError) {
    let radii = (names ?? []).map { ($0, radius) }
    try self.init(
      radii: Dictionary(radii) { first, _ in first }, others: names == nil ? radius : 0,
      scale: scale, norm: norm)
  }

  /// A radius for each name, and one for what is not named.
  ///
  /// - Throws: `PerturbationError.invalidRadius` if a radius is negative, infinite or NaN.
  public init(
    radii: [String: Float], others: Float = 0, scale: Scale = .absolute, norm: Norm = .linf
  ) throws(PerturbationError) {
    for radius in radii.values + [others] where !(radius >= 0 && radius.isFinite) {
      throw .invalidRadius(radius)
    }
    (self.radii, self.others, self.scale, self.norm) = (radii, others, scale, norm)
  }
}
