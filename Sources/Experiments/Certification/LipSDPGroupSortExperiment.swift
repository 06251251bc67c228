import Certification
import Evidence
import ExperimentSettings
import Foundation
import Methods
import Networks
import Tensors

import struct Evidence.Measurement

/// Tests bounds of networks that sort, by semidefinite programs.
///
/// The networks are untrained: 200 a seed, of two or three linear layers of 4 to 16 features,
/// sorted in pairs between them. Nothing is tuned, because nothing is trained.
///
/// - Source: "Novel Quadratic Constraints for Extending LipSDP beyond Slope-Restricted Activations"
///   (2024), sections 3 and 4. Deviation: for the comparison with slopes alone a sorting layer is
///   rewritten as a plain ReLU MLP, its linear path as two ReLUs a feature.
struct LipSDPGroupSortExperiment: Experiment {
  static let paper: PaperID = "lipsdp-groupsort"
  static let methods = ["LipSDP", "Network.lipschitzBound", "MaxMin", "GroupSort"]

  var claims: [Claim] {
    [
      .identity(
        "between",
        "The bound of a network that sorts pairs (GroupSort) lies between every sampled "
          + "Jacobian norm and the product of spectral norms.", .always),
      .effect(
        "narrower",
        "It is tighter than that product by a twentieth at least, in the geometric mean.",
        .ratioAtMost(0.95), of: "program", over: "product"),
      .effect(
        "largest", "So it is for the L∞ norm, against the product of row sums.",
        .ratioAtMost(0.95), of: "program, L∞", over: "product, L∞"),
      .identity(
        "identity", "The bound of a layer that only sorts pairs differs from 1 by 0.00001 at most.",
        .atMost(1e-5)),
      .identity(
        "rewritten",
        "Rewritten as ReLUs, of which the slopes alone are constrained, it is bounded by 1.4 "
          + "or more.", .atLeast(1.4)),
      .identity(
        "constraints",
        "No pair of points makes the quadratic constraints of sorted groups negative.", .always),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    var between = Trials()
    // Both arms bound the same networks, so that they are worked out together.
    let euclidean = try bounds(
      .l2, networks: context.isFull ? 200 : 4, &between, context, &generator)
    context.report(0.8)
    let largest = try bounds(
      .linf, networks: context.isFull ? 20 : 2, &between, context, &generator)
    let arms = try context.compare(claims) { arm in
      let found = arm.hasSuffix("L∞") ? largest : euclidean
      return arm.hasPrefix("program") ? found.program : found.product
    }
    let identity = Tensor.identity(4, dtype: .float64)
    var sorting = Trials()
    sorting.note(
      error: abs(try LipSDP(activation: .maxMin).bound(weights: [identity, identity]).value - 1))
    let negative = negativeForms(pairs: context.isFull ? 100_000 : 1000, using: &generator)
    return [
      between.measurement("between", context),
      arms.measurement("narrower", unit: "bound", \.self),
      arms.measurement("largest", unit: "bound", \.self),
      sorting.measurement("identity", context, unit: "difference"),
      Measurement(
        "rewritten", seed: context.seed, value: try rewrittenBound(), unit: "bound", trials: 1),
      negative.measurement("constraints", context),
    ]
  }

  /// Bounds random networks both ways, and looks for some whose bound lies below a gradient norm or
  /// above the product.
  ///
  /// - Returns: the geometric mean of either bound.
  private func bounds(
    _ norm: LipschitzNorm, networks: Int, _ between: inout Trials, _ context: ExperimentContext,
    _ generator: inout Generator
  ) throws -> (program: Double, product: Double) {
    var (program, product) = (0.0, 0.0)
    for _ in 0..<networks {
      try context.checkCancellation()
      let ends = (0..<2).map { _ in Int.random(in: 4...16, using: &generator) }
      let widths = (0..<Int.random(in: 1...2, using: &generator)).map { _ in
        2 * Int.random(in: 2...8, using: &generator)
      }
      let network = try Network(input: [ends[0]], seed: generator.next()) {
        for width in widths {
          Linear(width)
          MaxMin()
        }
        Linear(ends[1])
      }
      let bound = try network.lipschitzBound(norm: norm, method: .semidefinite()).value
      let layers = try network.lipschitzBound(norm: norm).value
      let steepest = try largestJacobianNorm(
        of: network, norm, points: context.isFull ? 1000 : 50, using: &generator)
      between.note(
        isViolation: !(steepest <= bound * (1 + 1e-6) && bound <= layers * (1 + 1e-6)))
      program += log(bound) / Double(networks)
      product += log(layers) / Double(networks)
    }
    return (exp(program), exp(product))
  }

  /// The largest norm of the Jacobian at random points.
  private func largestJacobianNorm(
    of network: Network, _ norm: LipschitzNorm, points: Int, using generator: inout Generator
  ) throws -> Double {
    let places = Tensor.normal([points] + network.inputShape, using: &generator) * 3
    let rows = try (0..<(network.classes ?? 0)).map { output in
      try Tensors.gradient(at: places) {
        try network.output(of: $0).selecting(output, axis: 1).sum()
      }
    }
    let jacobians = Tensor.stacking(rows, axis: 1).cast(to: .float64)
    switch norm {
    case .l2: return try jacobians.singularValueDecomposition().values.max().item()
    case .linf: return jacobians.magnitude().sum(axes: [2]).max().item()
    }
  }

  /// The bound of `max(x, y) = y + relu(x - y)` and `min(x, y) = y - relu(y - x)`, where `y` is
  /// made of two ReLUs too.
  private func rewrittenBound() throws -> Double {
    let first = Tensor([1, -1, -1, 1, 0, 1, 0, -1], shape: [4, 2]).cast(to: .float64)
    let last = Tensor([1, 0, 1, -1, 0, -1, 1, -1], shape: [2, 4]).cast(to: .float64)
    return try LipSDP(activation: .relu).bound(weights: [first, last]).value
  }

  /// Looks for pairs of points at which the form of all four kinds of multipliers is negative.
  ///
  /// With `x` and `v` the differences before and after sorting a group, and `1` a row of ones, it
  /// is `λ(|x|² - |v|²) + γ((1x)² - (1v)²) - 2τ(1x)² + 2(ν + τ)(1x)(1v) - 2ν(1v)²`.
  private func negativeForms(pairs: Int, using generator: inout Generator) -> Trials {
    var trials = Trials()
    for size in 2...4 {
      func points() -> Tensor { .normal([pairs, size], dtype: .float64, using: &generator) }
      let (first, second) = (points(), points())
      let before = first - second
      let after = first.sorted(axis: 1).values - second.sorted(axis: 1).values
      func multipliers(_ range: ClosedRange<Double>) -> Tensor {
        .uniform([pairs], in: range, dtype: .float64, using: &generator)
      }
      let lambda = multipliers(0...2)
      let (gamma, nu, tau) = (multipliers(-2...2), multipliers(-2...2), multipliers(-2...2))
      let (x, v) = (before.sum(axes: [1]), after.sum(axes: [1]))
      let lengths = before.square().sum(axes: [1]) - after.square().sum(axes: [1])
      let kept = gamma * (x.square() - v.square()) - tau * x.square() * 2
      let mixed = (nu + tau) * x * v * 2 - nu * v.square() * 2
      trials.note(violations: (lambda * lengths + kept + mixed) .< -1e-10)
    }
    return trials
  }
}
