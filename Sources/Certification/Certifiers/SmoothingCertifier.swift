import Methods
import Models
import Networks
import Tensors

/// Certifies the classifier that votes under Gaussian noise, not the network; it may abstain.
///
/// - Soundness: as `RandomizedSmoothing`: each is wrong with probability `alpha` at most.
/// - Source: "Certified Adversarial Robustness via Randomized Smoothing" (2019), section 3.2.
public struct SmoothingCertifier: Certifier, Hashable {
  public var smoothing: RandomizedSmoothing

  public init(_ smoothing: RandomizedSmoothing) { self.smoothing = smoothing }

  public init() { self.init(RandomizedSmoothing(sigma: 0.25)) }

  public static let description = MethodDescription<Self>(
    "smoothing", "Votes under Gaussian noise: certifies the smoothed classifier.",
    family: "randomized smoothing",
    origin: .yardstick("Certified Adversarial Robustness via Randomized Smoothing (2019)"),
    settings: [
      .number(
        "sigma", \.smoothing.sigma, .above(0),
        "The standard deviation of the noise, in input units."),
      .integer(
        "samples", \.smoothing.samples, 1...100_000_000,
        "How many noisy copies of an example bound the label's probability."),
      .integer(
        "selection-samples", \.smoothing.selectionSamples, 1...100_000_000,
        "How many noisy copies pick the label."),
      .number(
        "alpha", \.smoothing.alpha, .within(1e-12...0.5),
        "The failure probability of a certificate."),
    ])

  public static let access = ModelAccess.labels

  public static let norms: Set<PerturbationNorm> = [.l2]

  public func certify(
    _ network: Network, _ inputs: Tensor, labels: [Int], within ball: NormBall,
    using generator: inout some RandomNumberGenerator
  ) throws -> [CertifiedPrediction] {
    let certificates = try smoothing.certify(network, inputs, using: &generator)
    return zip(certificates, labels).map { certificate, label in
      guard let decision = certificate.label else {
        return CertifiedPrediction(decision: -1, outcome: .unknown)
      }
      guard decision == label else {
        return CertifiedPrediction(decision: decision, outcome: .wrong)
      }
      return CertifiedPrediction(
        decision: decision,
        outcome: certificate.radius > Double(ball.radius) ? .certified : .unknown)
    }
  }
}
