import Certification
import Evidence
import Foundation
import Methods
import Models
import Networks
import Tensors

import struct Evidence.Measurement

/// Tests what is claimed of linear relaxations on general graphs: that they hold, that they are
/// exact where nothing is nonlinear, and how much each refinement gains.
///
/// The networks are untrained, with weights as their layers draw them.
///
/// - Source: "Automatic Perturbation Analysis for Scalable Certified Robustness and Beyond" (2020).
struct LinearRelaxationExperiment: Experiment {
  static let paper: PaperID = "auto-lirpa"
  static let methods = ["Network.bounds(over:around:of:method:arithmetic:)", "BoundMethod"]

  var claims: [Claim] {
    [
      Claim(
        "sound", "No sampled input leaves the bounds of any method, on any of the graphs.", .always),
      Claim("affine", "On affine networks bounds are exact to one part in a million.", .always),
      Claim(
        "crown", "CROWN bounds are tighter than CROWN-IBP bounds.",
        .less(by: 0)),
      Claim(
        "crown-ibp", "CROWN-IBP bounds are tighter than interval bounds (IBP).", .less(by: 0)),
      Claim(
        "slopes", "Optimized slopes (α-CROWN) tighten bounds by a twentieth at least.",
        .less(by: 0.05)),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let (inputs, points) = context.isFull ? (25, 40) : (4, 8)
    var outside = 0
    var widths: [String: [Double]] = [:]
    let networks = try Self.networks(seed: context.seed)
    for (place, item) in networks.enumerated() {
      let center = Tensor.uniform([inputs] + item.network.inputShape, using: &generator)
      let ball = try LinfBall(radius: item.radius, domain: -9...9)
      var found: [BoundMethod: Box] = [:]
      for method in Self.compared {
        try context.checkCancellation()
        let box = try item.network.bounds(over: ball, around: center, method: method)
        found[method] = box
        widths["\(method)", default: []].append((box.upper - box.lower).mean().item())
      }
      for number in 0..<points {
        let candidate =
          number % 2 == 0
          ? ball.randomPoint(around: center, using: &generator)
          : ball.box(around: center).randomCorner(using: &generator)
        let output = try item.network.output(of: candidate).cast(to: .float64)
        // Evaluation in single precision rounds, which bounds of the real network do not cover.
        let slack = output.magnitude() * 1e-5 + 1e-5
        for box in found.values {
          let isOutside = (output .< (box.lower - slack)) .| (output .> (box.upper + slack))
          outside += Int(isOutside.cast(to: .int64).sum().item())
        }
      }
      context.report(Double(place + 1) / Double(networks.count))
    }
    // Widths of networks of different scales are compared by their ratios to the plain method's.
    func ratio(_ method: BoundMethod, _ baseline: BoundMethod) -> Double {
      let ratios = zip(widths["\(method)"]!, widths["\(baseline)"]!).map { log($0 / $1) }
      return exp(ratios.reduce(0, +) / Double(ratios.count))
    }
    let optimized = BoundMethod.alphaCrown()
    let seed = context.seed
    let affine = try Self.affineMisses(count: context.isFull ? 50 : 5, using: &generator)
    return [
      Measurement("sound", seed: seed, value: Double(outside), unit: "violations"),
      Measurement("affine", seed: seed, value: Double(affine), unit: "misses"),
      Measurement(
        "crown", seed: seed, baseline: 1, value: ratio(.crown, .crownInterval), unit: "width"),
      Measurement(
        "crown-ibp", seed: seed, baseline: 1, value: ratio(.crownInterval, .interval),
        unit: "width"),
      Measurement(
        "slopes", seed: seed, baseline: 1, value: ratio(optimized, .crown), unit: "width"),
    ]
  }

  private static let compared: [BoundMethod] = [
    .interval, .crownInterval, .crown, .alphaCrown(),
  ]

  private static func networks(
    seed: UInt64
  ) throws -> [(network: Network, radius: Float)] {
    let perceptron = try Network(input: [16], seed: seed) {
      Linear(64)
      ReLU()
      Linear(64)
      ReLU()
      Linear(10)
    }
    let convolutional = try Network(input: [1, 12, 12], seed: seed + 1) {
      Conv2d(6, kernel: 3, stride: 2, padding: 1)
      ReLU()
      Conv2d(8, kernel: 3, padding: 1)
      ReLU()
      Flatten()
      Linear(10)
    }
    let residual = try Network(input: [2, 6, 6], seed: seed + 2) {
      Conv2d(4, kernel: 3, padding: 1)
      Residual {
        Conv2d(4, kernel: 3, padding: 1)
        ReLU()
        Conv2d(4, kernel: 3, padding: 1)
      }
      ReLU()
      Flatten()
      Linear(5)
    }
    return [(perceptron, 0.05), (convolutional, 0.03), (residual, 0.03)]
  }

  /// Affine networks whose bounds are off by more than a millionth of their width.
  private static func affineMisses(
    count: Int, using generator: inout Generator
  ) throws -> Int {
    var misses = 0
    for _ in 0..<count {
      let network = try Network(input: [8], seed: generator.next()) {
        Linear(12)
        Linear(6)
      }
      let (first, second) = (network.parameters.tensors[0], network.parameters.tensors[2])
      let weight = second.cast(to: .float64).matmul(first.cast(to: .float64))
      let ball = try L2Ball(radius: 0.5, domain: -99...99)
      let box = try network.bounds(
        over: ball, around: .uniform([1, 8], using: &generator), method: .crown)
      let exact = weight.norm(order: 2, axes: [1])
      let error = ((box.upper - box.lower)[0] - exact).magnitude() / exact
      if !(error.max().item() <= 1e-6) { misses += 1 }
    }
    return misses
  }
}
