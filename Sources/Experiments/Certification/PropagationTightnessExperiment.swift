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
///   and 4. Left out: convolutional networks; training sees 2000 digits, and tightness is the mean
///   over 64 others at radius 0.1.
struct PropagationTightnessExperiment: Experiment {
  static let paper: PaperID = "ibp-tightness"
  static let methods = ["PropagationTightness", "CertifiedTraining"]

  var claims: [Claim] {
    [
      .identity(
        "range", "The tightness of a deep linear network lies above 0 and is at most 1.", .always),
      .identity(
        "exact", "Interval bounds of one layer, or of layers without negative weights, are exact.",
        .always),
      .identity(
        "formula",
        "At initialization, the mean over 200 networks of two linear layers is, for every width, "
          + "what a formula says, to within 3%.", .atMost(0.03)),
      .identity(
        "decay",
        "Tightness falls with the root of the width: its log-log slope is -1/2, to within 0.03.",
        .equal(within: 0.03)),
      .effect(
        "depth", "At initialization, four linear layers are less tight than two of the same width.",
        .less(by: 0), of: "four layers", over: "two layers"),
      .identity(
        "rectifiers",
        "With ReLUs, which stop half of a layer, the mean over networks of two layers is greater "
          + "by the root of two.", .equal(within: 0.05)),
      .effect(
        "training",
        "Trained by interval bounds (IBP), a network of two hidden layers is at least three "
          + "times as tight as one that is trained without.", .ratioAtLeast(3), of: "intervals",
        over: "ordinary"),
    ]
  }

  var tuning: Tuning? {
    Tuning("learning rate", grid: [3e-4, 1e-3, 3e-3], arms: ["intervals", "ordinary"])
  }

  /// Certified accuracy of training by intervals, and accuracy of ordinary training: what each arm is
  /// for, and not how tight it makes bounds.
  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    try scoreUnlessDiverged {
      var generator = context.generator
      let digits = try DigitSetting(context, training: (2000, 120), using: &generator)
      let network = try trained(arm, on: digits.training, context)
      let data = digits.validation
      guard arm == "intervals" else { return try DigitSetting.accuracy(network, on: data) }
      let certified = try IntervalCertificate().certified(
        network, data.inputs, labels: Tensor(data.requiredLabels()), within: Self.ball)
      return Double(certified.count { $0 }) / Double(data.count)
    }
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let setting = Setting(context.scale)
    let (range, exact) = setting.boundTrials(using: &generator)
    let curve = setting.widths.map { setting.meanTightness([$0], using: &generator) }
    var formula = Trials()
    for (width, tightness) in zip(setting.widths, curve) {
      let expected = PropagationTightness.expectedAtInitialization(width: width)
      formula.note(error: abs(tightness / expected - 1))
    }
    let rectified = try setting.rectifierGain(using: &generator)
    let (training, test) = try context.isFull ? digits(&generator, context) : noise(context)
    let arms = try context.compare(claims) { arm in
      switch arm {
      case "four layers": return setting.meanTightness([64, 64, 64], using: &generator)
      case "two layers": return setting.meanTightness([64], using: &generator)
      default:
        let network = try trained(arm, on: training, context)
        return try PropagationTightness(of: network, around: test.inputs, within: Self.ball).mean
      }
    }
    let byWidth = zip(setting.widths, curve).map { ("width \($0)", $1) }
    return [
      range.measurement("range", context),
      exact.measurement("exact", context),
      formula.measurement(
        "formula", context, unit: "relative error",
        details: Dictionary(uniqueKeysWithValues: byWidth)),
      Measurement(
        "decay", seed: context.seed, baseline: -0.5, value: Self.slope(setting.widths, curve),
        trials: 1),
      arms.measurement("depth", unit: "tightness", \.self),
      Measurement(
        "rectifiers", seed: context.seed, baseline: 2.0.squareRoot(), value: rectified,
        unit: "ratio", trials: 1),
      arms.measurement("training", unit: "tightness", \.self),
    ]
  }

  private static let ball = try! LinfBall(radius: 0.1)

  private func digits(
    _ generator: inout Generator, _ context: ExperimentContext
  ) throws -> (Dataset, Dataset) {
    let digits = try DigitSetting(context, training: (2000, 120), test: 64, using: &generator)
    return (digits.training, digits.test)
  }

  /// Points without meaning: a small run needs no dataset.
  private func noise(_ context: ExperimentContext) throws -> (Dataset, Dataset) {
    var generator = context.generator
    let data = try Dataset(
      name: "noise", inputs: .uniform([100, 64], using: &generator),
      labels: (0..<100).map { $0 % 10 })
    return (data, data.prefix(8))
  }

  private func trained(
    _ arm: String, on data: Dataset, _ context: ExperimentContext
  ) throws -> Network {
    let start = try DigitSetting.perceptron(
      [100, 100], input: data.featureShape, seed: context.seed)
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 20 : 1, batchSize: 50, learningRate: context.setting(of: arm),
      gradientNormLimit: 8, seed: context.seed)
    return arm == "intervals"
      ? try CertifiedTraining(.interval, within: Self.ball, recipe: recipe).train(start, on: data)
      : try Trainer(recipe).train(start, on: data)
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

    /// Looks, over depths of one to six, for tightness outside of its range, and for tightness that
    /// should be 1 and is not.
    func boundTrials(using generator: inout Generator) -> (range: Trials, exact: Trials) {
      var (range, exact) = (Trials(), Trials())
      for depth in 1...6 {
        let drawn = weights(Array(repeating: 24, count: depth - 1), using: &generator)
        let ratios = PropagationTightness(ofLinear: drawn).ratios
        let isInside = (ratios .> 0) .& (ratios .<= 1 + 1e-12)
        range.note(violations: isInside.cast(to: .float64) .< 0.5)
        let plain = PropagationTightness(ofLinear: drawn.map { $0.magnitude() }).ratios
        for ratios in depth == 1 ? [plain, ratios] : [plain] {
          let isExact = (ratios - 1).magnitude() .<= 1e-6
          exact.note(violations: isExact.cast(to: .float64) .< 0.5)
        }
      }
      return (range, exact)
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
