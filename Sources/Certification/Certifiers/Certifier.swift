import Methods
import Models
import Networks
import Tensors

/// Proves, one example after the other, that a prediction is correct and stays so within a radius.
public protocol Certifier: Method {
  /// The norms whose balls it certifies.
  static var norms: Set<PerturbationNorm> { get }

  /// The number of examples that are worth looking at together.
  static var preferredBatch: Int { get }

  /// Returns what is predicted of each example, and what is proved.
  ///
  /// - Shape: `inputs` `[batch] + features`.
  /// - Throws: what the method throws, and `CancellationError` when the task is cancelled.
  func certify(
    _ network: Network, _ inputs: Tensor, labels: [Int], within ball: NormBall,
    using generator: inout some RandomNumberGenerator
  ) throws -> [CertifiedPrediction]
}

extension Certifier {
  public static var access: ModelAccess { .graph }
  public static var preferredBatch: Int { 16 }
}

/// A prediction, and what came of the attempt to certify it.
public struct CertifiedPrediction: Sendable, Hashable {
  /// The predicted class, or -1 if the classifier abstains.
  public let decision: Int
  public let outcome: CertificationOutcome

  public init(decision: Int, outcome: CertificationOutcome) {
    (self.decision, self.outcome) = (decision, outcome)
  }
}

/// What came of an attempt to certify a prediction.
public enum CertificationOutcome: String, Sendable, Codable, CaseIterable {
  /// Proved to stay correct.
  case certified
  /// An input within the radius is misclassified.
  case refuted
  /// Misclassified to begin with.
  case wrong
  case unknown, timeout
}

/// A ball of a norm, and the values that a feature may take.
public struct NormBall: Sendable, Hashable {
  public var norm: PerturbationNorm
  /// In input units.
  public var radius: Float
  public var domain: ClosedRange<Float>

  public init(norm: PerturbationNorm, radius: Float, domain: ClosedRange<Float> = 0...1) {
    (self.norm, self.radius, self.domain) = (norm, radius, domain)
  }

  /// The ball as a perturbation set.
  ///
  /// - Throws: `PerturbationError.invalidRadius`.
  public var set: any PerturbationSet {
    get throws(PerturbationError) { try norm.ball(radius: radius, domain: domain) }
  }
}

/// A certifier of the network's own predictions: what is misclassified needs no certificate.
public protocol PredictionCertifier: Certifier {
  /// Returns what came of each correctly classified example.
  ///
  /// - Shape: `inputs` `[batch] + features`.
  func outcomes(
    _ network: Network, _ inputs: Tensor, labels: [Int], within ball: NormBall
  ) throws -> [CertificationOutcome]
}

extension PredictionCertifier {
  public func certify(
    _ network: Network, _ inputs: Tensor, labels: [Int], within ball: NormBall,
    using generator: inout some RandomNumberGenerator
  ) throws -> [CertifiedPrediction] {
    let decisions = try network.labels(of: inputs)
    let right = labels.indices.filter { decisions[$0] == labels[$0] }
    var outcomes = [CertificationOutcome](repeating: .wrong, count: labels.count)
    if !right.isEmpty {
      let found = try self.outcomes(
        network, inputs.gathering(Tensor(right)), labels: right.map { labels[$0] }, within: ball)
      for (place, outcome) in zip(right, found) { outcomes[place] = outcome }
    }
    return zip(decisions, outcomes).map(CertifiedPrediction.init)
  }
}

extension Network {
  /// Linear specifications of the label's margins over all other classes.
  ///
  /// - Throws: `NetworkError.unsupported` if the output is no row of scores for each example.
  func margins(of labels: [Int]) throws(NetworkError) -> LinearSpecification {
    .margins(labels: labels, classes: try requiredClasses())
  }

  func requiredClasses() throws(NetworkError) -> Int {
    guard let classes else {
      let node = graph.nodes[graph.output]
      throw .unsupported(
        node: node.name, operation: node.operation.name, interpretation: "certificate",
        hint: "The output is no row of scores for each example.")
    }
    return classes
  }
}
