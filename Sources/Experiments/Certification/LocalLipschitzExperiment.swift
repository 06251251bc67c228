import Certification
import Evidence
import Methods
import Models
import Networks
import Tensors

import struct Evidence.Measurement

/// Tests what is claimed of local Lipschitz constants by bound propagation, on small networks whose
/// largest gradient norm a dense sample of a square finds.
///
/// - Source: "Efficiently Computing Local Lipschitz Constants of Neural Networks via Bound
///   Propagation" (2022).
struct LocalLipschitzExperiment: Experiment {
  static let paper: PaperID = "local-lipschitz-bp"
  static let methods = ["Network.localLipschitzBound(over:around:of:norm:branching:)"]

  var claims: [Claim] {
    [
      Claim("sound", "No sampled gradient norm exceeds the bound.", .always),
      Claim(
        "tight",
        "Without branching the bound is at most 1.3 times the largest sampled gradient norm.",
        .atMost(1.3)),
      Claim(
        "branching",
        "With branching the bound is the largest sampled gradient norm, to one part in a "
          + "hundred.",
        .atMost(1.01)),
      Claim(
        "product", "The bound is below the product of the layers' Lipschitz constants.",
        .less(by: 0)),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let (networks, samples, splits) = context.isFull ? (20, 40_000, 250) : (3, 4_000, 40)
    var violations = 0
    var (plain, halved, product) = (0.0, 0.0, 0.0)
    for number in 0..<networks {
      try context.checkCancellation()
      let network = try Network(input: [2], seed: generator.next()) {
        Linear(16)
        ReLU()
        Linear(16)
        ReLU()
        Linear(1)
      }
      let center = Tensor.uniform([1, 2], in: -1...1, using: &generator)
      let ball = try LinfBall(radius: 0.2, domain: -9...9)
      let points = center + Tensor.uniform([samples, 2], in: -0.2...0.2, using: &generator)
      let gradients = try Tensors.gradient(at: points) { try network.output(of: $0).sum() }
      let steepest = gradients.magnitude().sum(axes: [1]).max().item()
      let whole = try network.localLipschitzBound(over: ball, around: center).values.item()
      let parts = try network.localLipschitzBound(
        over: ball, around: center, branching: splits
      ).values.item()
      violations += [whole, parts].count { !(steepest <= $0 * (1 + 1e-6)) }
      plain += whole / steepest / Double(networks)
      halved += parts / steepest / Double(networks)
      product += try network.lipschitzBound(norm: .linf).value / steepest / Double(networks)
      context.report(Double(number + 1) / Double(networks))
    }
    let seed = context.seed
    return [
      Measurement("sound", seed: seed, value: Double(violations), unit: "violations"),
      Measurement("tight", seed: seed, value: plain, unit: "times the steepest slope"),
      Measurement("branching", seed: seed, value: halved, unit: "times the steepest slope"),
      Measurement(
        "product", seed: seed, baseline: product, value: plain, unit: "times the steepest slope"),
    ]
  }
}
