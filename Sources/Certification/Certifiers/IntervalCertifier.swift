import Methods
import Models
import Networks
import Tensors

/// Certifies by interval bound propagation: fastest, loosest.
///
/// - Soundness: as `IntervalCertificate`.
/// - Source: "On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust
///   Models" (2018), section 3.
public struct IntervalCertifier: PredictionCertifier, Hashable {
  public init() {}

  public static let description = MethodDescription<Self>(
    "ibp", "Interval bound propagation: fastest, loosest.", family: "interval bounds",
    origin: .yardstick(
      "On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust Models "
        + "(2018)"))

  public static let norms: Set<PerturbationNorm> = [.linf, .l2, .l1]

  public func outcomes(
    _ network: Network, _ inputs: Tensor, labels: [Int], within ball: NormBall
  ) throws -> [CertificationOutcome] {
    try IntervalCertificate().certified(
      network, inputs, labels: Tensor(labels), within: ball.set
    ).map { $0 ? .certified : .unknown }
  }
}
