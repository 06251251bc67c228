import Methods
import Models
import Networks
import Tensors

/// Certifies by linear bounds of the margins, propagated backward (CROWN).
///
/// - Soundness: as `Network.bounds(over:around:of:method:)`.
/// - Source: "Efficient Neural Network Robustness Certification with General Activation Functions"
///   (2018), section 3.
public struct CROWNCertifier: PredictionCertifier, Hashable {
  public init() {}

  public static let description = MethodDescription<Self>(
    "crown", "Linear bounds, propagated backward.", family: "linear bounds",
    origin: .yardstick(
      "Efficient Neural Network Robustness Certification with General Activation Functions (2018)"))

  public static let norms: Set<PerturbationNorm> = [.linf, .l2, .l1]

  public func outcomes(
    _ network: Network, _ inputs: Tensor, labels: [Int], within ball: NormBall
  ) throws -> [CertificationOutcome] {
    try network.marginOutcomes(inputs, labels: labels, within: ball, method: .crown)
  }
}

extension Network {
  /// What linear bounds prove of the label's margins over all other classes.
  func marginOutcomes(
    _ inputs: Tensor, labels: [Int], within ball: NormBall, method: BoundMethod
  ) throws -> [CertificationOutcome] {
    let box = try bounds(
      over: ball.set, around: inputs, of: try margins(of: labels), method: method)
    return (box.lower .> 0).all(axes: [1]).booleans.map { $0 ? .certified : .unknown }
  }
}
