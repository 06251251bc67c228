import Methods
import Models
import Networks
import Tensors

/// Certifies predictions whose margin is larger than the radius times a Lipschitz constant of it.
///
/// - Soundness: as `MarginCertificate`.
/// - Source: "Lipschitz-Margin Training: Scalable Certification of Perturbation Invariance for Deep
///   Neural Networks" (2018), section 3.
public struct LipschitzCertifier: PredictionCertifier, Hashable {
  public init() {}

  public static let description = MethodDescription<Self>(
    "lipschitz", "Margins against global Lipschitz constants.", family: "Lipschitz constants",
    origin: .yardstick(
      "Lipschitz-Margin Training: Scalable Certification of Perturbation Invariance for Deep "
        + "Neural Networks (2018)"))

  public static let norms: Set<PerturbationNorm> = [.linf, .l2]

  public func outcomes(
    _ network: Network, _ inputs: Tensor, labels: [Int], within ball: NormBall
  ) throws -> [CertificationOutcome] {
    let certificate = MarginCertificate(norm: ball.norm == .l2 ? .l2 : .linf)
    let radii = try certificate.radii(network, inputs, labels: Tensor(labels))
    return (radii .> Double(ball.radius)).booleans.map { $0 ? .certified : .unknown }
  }
}
