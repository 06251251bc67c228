import Arguments
import Audit
import Certification
import Datasets
import Models
import Networks
import Tensors

/// The methods of certification.
enum CertificationMethod: String, ExpressibleByArgument, CaseIterable {
  case ibp, crown
  case alphaCrown = "alpha-crown"
  case complete, lipschitz
  /// Randomized smoothing: about the smoothed classifier, not the network itself.
  case smoothing
}

/// What to certify, and with how much effort.
struct CertificationTask: Sendable {
  let network: Network
  let norm: AuditSettings.Norm
  let radius: Float
  let domain: ClosedRange<Float>
  let method: CertificationMethod
  /// The timeout for one example in seconds, for complete verification.
  let timeout: Double
  /// The noise samples, for smoothing.
  let smoothing: RandomizedSmoothing

  /// The outcome of each correctly classified example.
  ///
  /// - Shape: inputs `[batch] + features`.
  func outcomes(_ inputs: Tensor, labels: [Int]) throws -> [CertificationOutcome] {
    switch method {
    case .ibp:
      let certificate = IntervalCertificate()
      let labels = Tensor(labels)
      return try marks(
        norm == .linf
          ? certificate.certified(network, inputs, labels: labels, within: linf)
          : certificate.certified(network, inputs, labels: labels, within: l2))
    case .crown: return try linear(.crown, inputs, labels)
    case .alphaCrown: return try linear(.alphaCrown(), inputs, labels)
    case .complete: return try complete(inputs, labels)
    case .lipschitz:
      let certificate = MarginCertificate(norm: norm == .l2 ? .l2 : .linf)
      let radii = try certificate.radii(network, inputs, labels: Tensor(labels))
      return marks((radii .> Double(radius)).booleans)
    case .smoothing: preconditionFailure("smoothing decides anew, see 'votes'")
    }
  }

  /// The smoothed classifier's prediction for each example, -1 where it abstains, and what is
  /// certified.
  func votes(
    _ inputs: Tensor, labels: [Int], using generator: inout Generator
  ) throws -> [(decision: Int, outcome: CertificationOutcome)] {
    let certificates = try smoothing.certify(network, inputs, using: &generator)
    return zip(certificates, labels).map { certificate, label in
      guard let decision = certificate.label else { return (-1, .unknown) }
      guard decision == label else { return (decision, .wrong) }
      return (decision, certificate.radius > Double(radius) ? .certified : .unknown)
    }
  }

  private var linf: LinfBall { get throws { try LinfBall(radius: radius, domain: domain) } }
  private var l2: L2Ball { get throws { try L2Ball(radius: radius, domain: domain) } }

  private func marks(_ isCertified: [Bool]) -> [CertificationOutcome] {
    isCertified.map { $0 ? .certified : .unknown }
  }

  private func linear(
    _ method: BoundMethod, _ inputs: Tensor, _ labels: [Int]
  ) throws -> [CertificationOutcome] {
    guard let classes = network.classes else { throw noScores }
    let margins = LinearSpecification.margins(labels: labels, classes: classes)
    let set: any PerturbationSet = norm == .linf ? try linf : try l2
    let box = try network.bounds(over: set, around: inputs, of: margins, method: method)
    return marks((box.lower .> 0).all(axes: [1]).booleans)
  }

  private func complete(_ inputs: Tensor, _ labels: [Int]) throws -> [CertificationOutcome] {
    guard let classes = network.classes else { throw noScores }
    let verifier = Verifier(network, timeout: timeout)
    let box = try linf.box(around: inputs).roundedOutward()
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

  private var noScores: NetworkError {
    let node = network.graph.nodes[network.graph.output]
    return .unsupported(
      node: node.name, operation: node.operation.name, interpretation: "certificate",
      hint: "The output is no row of scores for each example.")
  }
}

/// The outcome of certifying a prediction.
enum CertificationOutcome: String, Sendable, Codable, CaseIterable {
  /// Proved correct within the radius.
  case certified
  /// An adversarial example within the radius was found.
  case refuted
  /// Misclassified without a perturbation.
  case wrong
  case unknown, timeout
}
