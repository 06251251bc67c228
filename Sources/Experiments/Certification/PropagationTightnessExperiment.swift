import Certification
import Datasets
import Evidence
import ExperimentSettings
import Foundation
import Methods
import Models
import Networks
import Tensors
import Training

import struct Evidence.Measurement

/// Tests what is claimed of the tightness of interval bounds, before and after training.
///
/// Before training, weights are drawn from the normal distribution; tightness does not depend on
/// their scale.
///
/// - Source: "Understanding Certified Training with Interval Bound Propagation" (2023), sections 3
///   and 4. Training sees 2000 digits; tightness is the mean over 64 others at radius 0.1.
struct PropagationTightnessExperiment: Experiment {
  static let paper: PaperID = "ibp-tightness"
  static let methods = ["PropagationTightness", "CertifiedTraining"]

  var claims: [Claim] {
    [
      Claim(
        "range", "The tightness of a deep linear network lies above 0 and is at most 1.", .always),
      Claim(
        "exact", "Interval bounds of one layer, or of layers without negative weights, are exact.",
        .always),
      Claim(
        "formula",
        "At initialization, two linear layers are as tight as a formula of their width says.",
        .atMost(0.03)),
      Claim(
        "decay",
        "Tightness falls with the root of the width: its log-log slope is -1/2.",
        .equal(within: 0.03)),
      Claim(
        "depth", "At initialization, four linear layers are less tight than two of the same width.",
        .less(by: 0)),
      Claim(
        "rectifiers",
        "With ReLUs, which stop half of a layer, two layers are tighter by the root of two.",
        .equal(within: 0.05)),
      Claim(
        "training",
        "Trained by interval bounds (IBP), a network of two hidden layers is at least three "
          + "times as tight as one that is trained without.", .atLeast(3)),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let setting = Setting(context.scale)
    let bounds = try setting.countViolations(using: &generator)
    context.report(0.2)
    try context.checkCancellation()
    let curve = setting.widths.map { width in
      setting.meanTightness([width], using: &generator)
    }
    context.report(0.6)
    try context.checkCancellation()
    let deep = setting.meanTightness([64, 64, 64], using: &generator)
    let shallow = setting.meanTightness([64], using: &generator)
    let rectified = try setting.rectifierGain(using: &generator)
    try context.checkCancellation()
    let trained = try trainedTightness(context)

    let expected = setting.widths.map(PropagationTightness.expectedAtInitialization)
    let misses = zip(curve, expected).map { abs($0 / $1 - 1) }
    let seed = context.seed
    let byWidth = zip(setting.widths, curve).map { ("width \($0)", $1) }
    return [
      Measurement("range", seed: seed, value: Double(bounds.outside), unit: "violations"),
      Measurement("exact", seed: seed, value: Double(bounds.inexact), unit: "violations"),
      Measurement(
        "formula", seed: seed, value: misses.max { !($0 >= $1) }!, unit: "relative error",
        details: Dictionary(uniqueKeysWithValues: byWidth)),
      Measurement(
        "decay", seed: seed, baseline: -0.5, value: Self.slope(setting.widths, curve)),
      Measurement("depth", seed: seed, baseline: shallow, value: deep, unit: "tightness"),
      Measurement(
        "rectifiers", seed: seed, baseline: 2.0.squareRoot(), value: rectified, unit: "ratio"),
      Measurement(
        "training", seed: seed, value: trained.certified / trained.ordinary, unit: "ratio",
        details: ["by intervals": trained.certified, "without": trained.ordinary]),
    ]
  }

  private func digits(_ context: ExperimentContext) throws -> (Dataset, Dataset) {
    (
      try context.data.load("mnist-5k", part: .train).prefix(2000),
      try context.data.load("mnist-5k", part: .test).prefix(64)
    )
  }

  /// Points without meaning: a small run needs no dataset.
  private func noise(_ context: ExperimentContext) throws -> (Dataset, Dataset) {
    var generator = context.generator
    let data = try Dataset(
      name: "noise", inputs: .uniform([100, 64], using: &generator),
      labels: (0..<100).map { $0 % 10 })
    return (data, data.prefix(8))
  }

  private func trainedTightness(
    _ context: ExperimentContext
  ) throws -> (certified: Double, ordinary: Double) {
    let (data, test) = try context.isFull ? digits(context) : noise(context)
    let start = try DigitSetting.perceptron(
      [100, 100], input: data.featureShape, seed: context.seed)
    let ball = try LinfBall(radius: 0.1)
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 20 : 1, batchSize: 50, learningRate: 1e-3, gradientNormLimit: 8,
      seed: context.seed)
    func tightness(_ network: Network) throws -> Double {
      try PropagationTightness(of: network, around: test.inputs, within: ball).mean
    }
    return (
      try tightness(
        CertifiedTraining(.interval, within: ball, recipe: recipe).train(start, on: data)),
      try tightness(Trainer(recipe).train(start, on: data))
    )
  }

  /// The slope of the line that fits the logarithms of `values` over those of `widths` best.
  private static func slope(_ widths: [Int], _ values: [Double]) -> Double {
    let (x, y) = (widths.map { log(Double($0)) }, values.map { log($0) })
    let count = Double(widths.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let products = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    return products / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
  }
}

extension PropagationTightnessExperiment {
  /// How many networks are drawn, and how large they are.
  fileprivate struct Setting {
    let networks: Int
    let widths: [Int]
    let inputs = 64
    let outputs = 16

    init(_ scale: ExperimentScale) {
      switch scale {
      case .small: (networks, widths) = (40, [4, 16, 64])
      case .full: (networks, widths) = (200, [4, 8, 16, 32, 64, 128, 256])
      }
    }

    /// Weights of many linear networks at once, from inputs through hidden layers to outputs.
    private func weights(
      _ hidden: [Int], using generator: inout Generator
    ) -> [Tensor] {
      let sizes = [inputs] + hidden + [outputs]
      return zip(sizes.dropFirst(), sizes).map { rows, columns in
        .normal([networks, rows, columns], dtype: .float64, using: &generator)
      }
    }

    func meanTightness(_ hidden: [Int], using generator: inout Generator) -> Double {
      PropagationTightness(ofLinear: weights(hidden, using: &generator)).mean
    }

    /// Counts, over depths of one to six, tightness outside of its range, and tightness that should
    /// be 1 and is not.
    func countViolations(
      using generator: inout Generator
    ) throws -> (outside: Int, inexact: Int) {
      var (outside, inexact) = (0, 0)
      for depth in 1...6 {
        let drawn = weights(Array(repeating: 24, count: depth - 1), using: &generator)
        let ratios = PropagationTightness(ofLinear: drawn).ratios
        let isInside = (ratios .> 0) .& (ratios .<= 1 + 1e-12)
        outside += ratios.count - Int(isInside.sum().item())
        let plain = PropagationTightness(ofLinear: drawn.map { $0.magnitude() }).ratios
        let exact = depth == 1 ? Tensor.concatenating([plain, ratios]) : plain
        inexact += exact.count - Int(((exact - 1).magnitude() .<= 1e-6).sum().item())
      }
      return (outside, inexact)
    }

    /// How much tighter networks of two layers are with rectifiers between them than without.
    func rectifierGain(using generator: inout Generator) throws -> Double {
      let ball = try LinfBall(radius: 0.1, domain: -100...100)
      var (with, without) = (0.0, 0.0)
      for _ in 0..<networks / 10 {
        let network = try Network(input: [inputs], seed: generator.next()) {
          Linear(128, bias: false)
          ReLU()
          Linear(outputs, bias: false)
        }
        let points = Tensor.normal([16, inputs], using: &generator)
        with += try PropagationTightness(of: network, around: points, within: ball).mean
        without += PropagationTightness(ofLinear: network.parameters.tensors).mean
      }
      return with / without
    }
  }
}
