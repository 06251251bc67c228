import Attacks
import Evidence
import ExperimentSettings
import Foundation
import Methods
import Models
import Networks
import Tensors

import struct Evidence.Measurement

/// Tests how short the moves are that DeepFool finds.
///
/// - Source: "DeepFool: a simple and accurate method to fool deep neural networks" (2016),
///   sections 3 and 4, on a small convolutional network for 3500 digits.
struct DeepFoolExperiment: Experiment {
  static let paper: PaperID = "deepfool"
  static let methods = ["DeepFool"]

  let claims: [Claim] = [
    .identity(
      "exact",
      "On affine classifiers one step is as long as the distance to the nearest decision "
        + "boundary, in either norm, to five digits.", .atMost(1e-5)),
    .level(
      "success", "Its success rate against a small convolutional network is 99% on 500 digits.",
      .atLeast(0.99), of: "DeepFool"),
    .effect(
      "shorter",
      "The median norm of its perturbations is at most 0.7 of that of the smallest "
        + "successful fast gradient sign steps, over the digits on which both succeed.",
      .ratioAtMost(0.7), of: "DeepFool", over: "smallest gradient sign step"),
  ]

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let exact = try context.worst(of: 20, affineError)
    let digits = try DigitSetting(context, test: 500, using: &generator)
    let network = try digits.trainedClassifier(context) { context.report(0.4 * $0) }
    let inputs = digits.test.inputs
    let labels = try network.logits(of: inputs).argmax(axis: 1)
    let found = try DeepFool()(network, on: inputs, labels: labels) {
      context.report(0.4 + 0.5 * $0)
    }
    // Nothing is tuned: the step takes its length by search, DeepFool has none.
    let signs = try signDistances(network, inputs, labels)
    let isBoth = Tensor(found.fooled) .& signs.isFinite
    let seed = context.seed
    return [
      Measurement(
        "exact", seed: seed, value: exact.value, unit: "relative error",
        trials: exact.trials * 200),
      Measurement(
        "success", seed: seed,
        value: Double(found.fooled.count { $0 }) / Double(found.fooled.count), unit: "share",
        details: ["average robustness": found.averageRobustness?.value ?? .nan]),
      Measurement(
        "shorter", seed: seed, baseline: median(signs.masked(by: isBoth)),
        value: median(found.distances.masked(by: isBoth)), unit: "L2 norm",
        details: ["fooled by both": isBoth.cast(to: .float32).mean().item()]),
    ]
  }

  /// The largest relative difference between a step and the distance to the nearest border, over
  /// 100 inputs of a random classifier in two norms.
  private func affineError(using generator: inout Generator) throws -> Double {
    var largest = 0.0
    var network = try Network(input: [40], seed: generator.next()) { Linear(8) }
    // In single precision rounding alone is as large as short distances are to be exact.
    network.parameters = network.parameters.with(
      values: network.parameters.values.cast(to: .float64))
    let inputs = Tensor.normal([100, 40], dtype: .float64, using: &generator)
    let logits = try network.output(of: inputs)
    let labels = logits.argmax(axis: 1)
    let weight = network.parameters.tensors[0]
    let normals =
      weight.expandedDimension(at: 0) - weight.gathering(labels).expandedDimension(at: 1)
    let leads = logits.entries(at: labels).expandedDimension(at: 1) - logits
    for norm in DeepFool.Norm.allCases {
      let sizes = normals.norm(order: norm == .l2 ? 2 : 1, axes: [2])
      let distances = (leads / sizes).replacing(
        with: Tensor(scalar: Double.infinity), where: labels.oneHot(classes: 8).cast(to: .bool)
      ).min(axes: [1])
      let found = try DeepFool(
        norm: norm, steps: 1, overshoot: 0, extraLength: 0, domain: -1000...1000
      )(network, on: inputs, labels: labels)
      let error = (found.distances - distances).magnitude() / distances
      largest = max(largest, error.max().item())
    }
    return largest
  }

  /// The length of the smallest gradient sign step that succeeds, infinite where none does.
  private func signDistances(
    _ network: Network, _ inputs: Tensor, _ labels: Tensor
  ) throws -> Tensor {
    let signs = try network.logitsAndGradient(at: inputs) { $0.crossEntropy(labels: labels) }
      .gradient.sign()
    var shortest = Tensor.full(.infinity, [inputs.size(0)])
    for step in 1...200 {
      let points = (inputs + signs * (Double(step) / 200)).clamped(to: 0...1)
      let lengths = (points - inputs).flattenedRows().norm(axes: [1])
      let isFooled = try network.logits(of: points).decisions() .!= labels
      shortest = Tensor.choosing(
        shortest.minimum(lengths), where: isFooled, otherwise: shortest)
    }
    return shortest
  }

  private func median(_ values: Tensor) -> Double {
    guard values.count > 0 else { return .nan }
    return values.sorted(axis: 0).values[values.count / 2].item()
  }
}
