import Models
import Networks
import Tensors

/// Every assignment of a network's parameters each of which differs from its value by at most the
/// radius of its tensor; parameters move independently of each other.
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
    /// A share of each parameter's own magnitude: 0 does not move.
    case relative
  }

  /// The radius of each tensor that has one of its own, by name.
  public let radii: [String: Float]
  /// The radius of every other tensor.
  public let others: Float
  public let scale: Scale

  /// The same radius for the tensors of these names, or for all.
  ///
  /// - Throws: `PerturbationError.invalidRadius` if `radius` is negative, infinite or NaN.
  public init(
    radius: Float, names: [String]? = nil, scale: Scale = .absolute
  ) throws(PerturbationError) {
    let radii = (names ?? []).map { ($0, radius) }
    try self.init(
      radii: Dictionary(radii) { first, _ in first }, others: names == nil ? radius : 0,
      scale: scale)
  }

  /// A radius for each name, and one for what is not named.
  ///
  /// - Throws: `PerturbationError.invalidRadius` if a radius is negative, infinite or NaN.
  public init(
    radii: [String: Float], others: Float = 0, scale: Scale = .absolute
  ) throws(PerturbationError) {
    for radius in radii.values + [others] where !(radius >= 0 && radius.isFinite) {
      throw .invalidRadius(radius)
    }
    (self.radii, self.others, self.scale) = (radii, others, scale)
  }

  /// Returns boxes of the tensors that move, by their index, in double precision.
  ///
  /// They also hold what single precision makes of a moved parameter, if parameters are stored so.
  ///
  /// - Throws: `NetworkError.missingParameter`, for the first name that the network does not have.
  func boxes(of parameters: Parameters) throws(NetworkError) -> [Int: Box] {
    let names = parameters.layout.names
    if let stranger = radii.keys.sorted().first(where: { !names.contains($0) }) {
      throw .missingParameter(name: stranger, available: names)
    }
    var boxes: [Int: Box] = [:]
    for (index, (name, tensor)) in zip(names, parameters.tensors).enumerated() {
      let radius = Double(radii[name] ?? others)
      guard radius > 0, tensor.dtype.isFloatingPoint else { continue }
      let value = tensor.cast(to: .float64)
      let move =
        switch scale {
        case .absolute: value.filled(with: radius)
        case .relative: value.magnitude() * radius
        }
      let share = tensor.dtype == .float64 ? DType.float64.slack : 0x1p-23
      let slack = (value.magnitude() + move) * share
      let reach = Tensor.choosing(move + slack, where: move .> 0, otherwise: move)
      boxes[index] = Box(lower: value - reach, upper: value + reach)
    }
    return boxes
  }
}
