import Models
import Tensors

/// What the checks of one audit share: the subject, the settings, and what earlier checks found out.
public struct AuditContext: Sendable {
  public let subject: AuditSubject
  public let settings: AuditSettings
  /// What the model says about the data, asked once.
  public let predictions: Predictions
  /// Each check forks its own, so that leaving a check out changes nothing for the others.
  public var generator: Generator
  /// What the attack found out, for the checks after it.
  public var attack: RobustnessEvidence?
  /// What the certificate found out, for the checks after it.
  public var certificate: RobustnessEvidence?
  /// Told how far the current check is, from 0 to 1.
  public var report: @Sendable (Double) -> Void = { _ in }

  public init(_ subject: AuditSubject, settings: AuditSettings) throws {
    (self.subject, self.settings) = (subject, settings)
    let logits = try subject.network.logits(of: subject.data.inputs, batchSize: 256)
    predictions = Predictions(logits: logits, labels: subject.labels)
    generator = Generator(seed: settings.seed)
  }

  /// The examples that the slower checks look at: the first ones, up to a limit.
  func examples(atMost limit: Int) -> (inputs: Tensor, labels: Tensor) {
    let count = min(limit, subject.data.count)
    return (subject.data.inputs[0..<count], subject.labels[0..<count])
  }
}

/// What a robustness check found out at one radius after another, for the same examples.
public struct RobustnessEvidence: Sendable {
  public let norm: String
  public let radii: [Float]
  /// For each radius, for each example: fooled by the attack, or certified.
  public let marks: [[Bool]]
  /// For each radius, one point of the set for each example; empty for certificates.
  public let candidates: [Tensor]
}

/// What the user decides about an audit.
public struct AuditSettings: Sendable {
  public enum Norm: String, Sendable, Hashable, CaseIterable {
    case linf, l2
  }

  public var norm: Norm
  /// In input units, ascending; nil for a choice that fits the domain.
  public var radii: [Float]?
  public var seed: UInt64
  /// The most examples that attack, certificate, corruptions and explanations look at.
  public var exampleLimit: Int

  public init(
    norm: Norm = .linf, radii: [Float]? = nil, seed: UInt64 = 0, exampleLimit: Int = 500
  ) {
    (self.norm, self.radii) = (norm, radii?.sorted())
    (self.seed, self.exampleLimit) = (seed, exampleLimit)
  }

  /// The radii to look at, in input units.
  func radii(for domain: ClosedRange<Float>) -> [Float] {
    let width = domain.upperBound - domain.lowerBound
    let shares: [Float] =
      switch norm {
      case .linf: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
      case .l2: [0.05, 0.1, 0.25, 0.5, 1, 2]
      }
    return radii ?? shares.map { $0 * width }
  }

  /// The perturbation set of one radius.
  func set(radius: Float, domain: ClosedRange<Float>) throws -> any PerturbationSet {
    switch norm {
    case .linf: try LinfBall(radius: radius, domain: domain)
    case .l2: try L2Ball(radius: radius, domain: domain)
    }
  }
}
