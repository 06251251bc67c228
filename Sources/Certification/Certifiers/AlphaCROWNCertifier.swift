import Methods
import Models
import Networks
import Tensors

/// Certifies by linear bounds whose slopes are optimized (α-CROWN): tighter, slower.
///
/// - Soundness: as `Network.bounds(over:around:of:method:)`.
/// - Source: "Fast and Complete: Enabling Complete Verification with Massively Parallel Incomplete
///   Verifiers" (2020), section 3.2.
public struct AlphaCROWNCertifier: PredictionCertifier, Hashable {
  public var optimization: SlopeOptimization

  public init(_ optimization: SlopeOptimization) { self.optimization = optimization }

  public init() { self.init(SlopeOptimization()) }

  public static let description = MethodDescription<Self>(
    "alpha-crown", "Linear bounds with optimized slopes: tighter, slower.",
    family: "linear bounds",
    origin: .yardstick(
      "Fast and Complete: Enabling Complete Verification with Massively Parallel Incomplete Verifiers "
        + "(2020)"),
    settings: [
      .integer(
        "iterations", \.optimization.iterations, 1...100_000, "How many gradient steps to take."),
      .number(
        "learning-rate", \.optimization.learningRate, .above(0),
        "The first step's length; slopes lie between 0 and 1."),
      .number(
        "decay", \.optimization.decay, .above(0, atMost: 1),
        "What the length is multiplied by after each step."),
      .integer(
        "patience", \.optimization.patience, 1...100_000,
        "How many steps in a row may improve no bound before it stops."),
    ])

  public static let norms: Set<PerturbationNorm> = [.linf, .l2, .l1]

  public func outcomes(
    _ network: Network, _ inputs: Tensor, labels: [Int], within ball: NormBall
  ) throws -> [CertificationOutcome] {
    try network.marginOutcomes(
      inputs, labels: labels, within: ball, method: .alphaCrown(optimization))
  }
}
