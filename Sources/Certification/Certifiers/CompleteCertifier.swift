import Methods
import Models
import Networks
import Tensors

/// Certifies by complete verification: attacks, bounds, and branch and bound, until the prediction
/// is certified or refuted or the time is over.
///
/// - Soundness: as `Verifier`.
/// - Source: "Branch and Bound for Piecewise Linear Neural Network Verification" (2020), section 3.
public struct CompleteCertifier: PredictionCertifier, Hashable {
  /// Seconds for each example.
  public var timeout: Double

  /// - Precondition: `timeout` is not negative.
  public init(timeout: Double) {
    precondition(timeout >= 0, "a timeout of \(timeout)")
    self.timeout = timeout
  }

  public init() { self.init(timeout: 30) }

  public static let description = MethodDescription<Self>(
    "complete", "Branch and bound, until each example is certified or refuted.",
    family: "complete verification",
    origin: .yardstick(
      "Branch and Bound for Piecewise Linear Neural Network Verification (2020)"),
    settings: [.number("timeout", \.timeout, .atLeast(0), "Seconds for each example.")])

  public static let norms: Set<PerturbationNorm> = [.linf]
  public static let preferredBatch = 1

  public func outcomes(
    _ network: Network, _ inputs: Tensor, labels: [Int], within ball: NormBall
  ) throws -> [CertificationOutcome] {
    let classes = try network.requiredClasses()
    let verifier = Verifier(network, timeout: timeout)
    let box = try ball.set.box(around: inputs).roundedOutward()
    return try labels.enumerated().map { row, label in
      let property = VerificationProperty.robustness(
        over: Box(lower: box.lower[row], upper: box.upper[row]), label: label, classes: classes)
      return switch try verifier.verify(property) {
      case .holds: .certified
      case .violated: .refuted
      case .timeout: .timeout
      case .unknown: .unknown
      }
    }
  }
}
