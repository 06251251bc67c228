import Attacks
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

/// Tests what is claimed of linear relaxations on general graphs: that they hold, that they are
/// exact where nothing is nonlinear, and how much each refinement gains.
///
/// The networks that are bounded are untrained, with weights as their layers draw them; every arm
/// bounds the same ones over the same balls. The learning rate of training alone is tuned.
///
/// - Source: "Automatic Perturbation Analysis for Scalable Certified Robustness and Beyond" (2020),
///   sections 3 and 4. Left out: large networks; certified training sees 3500 digits for 12
///   epochs.
struct LinearRelaxationExperiment: Experiment {
  static let paper: PaperID = "auto-lirpa"
  static let methods = [
    "Network.bounds(over:around:of:method:arithmetic:)", "BoundMethod", "CertifiedTraining",
    "Network.crossEntropyBound(over:labels:)",
  ]

  var claims: [Claim] {
    [
      .identity(
        "sound", "No sampled input leaves the bounds of any method, on any of the graphs.", .always),
      .identity(
        "affine", "On affine networks bounds are exact to one part in a million.", .atMost(1e-6)),
      .effect(
        "crown", "CROWN bounds are tighter than CROWN-IBP bounds.", .less(by: 0), of: "crown",
        over: "crown-ibp"),
      .effect(
        "crown-ibp", "CROWN-IBP bounds are tighter than interval bounds (IBP).", .less(by: 0),
        of: "crown-ibp", over: "interval"),
      .effect(
        "slopes", "Optimized slopes (α-CROWN) tighten bounds by a twentieth at least.",
        .ratioAtMost(0.95), of: "alpha-crown", over: "crown"),
      .level(
        "fused",
        "Trained by bounds of the loss as a whole, a small convolutional network has a verified "
          + "error of 15% or less on digits at radius 0.1.", .atMost(0.15), of: "fused loss"),
      .identity(
        "worst-loss",
        "On no digit is the loss bounded as a whole below the cross-entropy that an attack finds.",
        .always),
    ]
  }

  var tuning: Tuning? { Tuning("learning rate", grid: [1e-3, 3e-3, 1e-2], arms: ["fused loss"]) }

  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    try scoreUnlessDiverged {
      var generator = context.generator
      let digits = try DigitSetting(context, using: &generator)
      return try Self.verifiedAccuracy(trained(on: digits, context), on: digits.validation)
    }
  }

  private static let radius: Float = 0.1

  /// The trained network, or its start if training blows up, which proves next to nothing.
  private func trained(on digits: DigitSetting, _ context: ExperimentContext) throws -> Network {
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 12 : 1, batchSize: 100,
      learningRate: context.setting(of: "fused loss"), gradientNormLimit: 8, seed: context.seed)
    let start = try digits.classifier(seed: context.seed)
    do {
      return try CertifiedTraining(
        .fusedCrownInterval(), within: LinfBall(radius: Self.radius),
        naturalShare: Ramp(from: 1, to: 0), recipe: recipe
      ).train(start, on: digits.training)
    } catch TrainingError.diverged {
      return start
    }
  }

  /// The share of images that intervals prove: CROWN's bounds are not needed after such training.
  private static func verifiedAccuracy(_ network: Network, on data: Dataset) throws -> Double {
    let proven = try IntervalCertificate().certified(
      network, data.inputs, labels: Tensor(data.requiredLabels()),
      within: LinfBall(radius: radius))
    return Double(proven.count { $0 }) / Double(proven.count)
  }

  /// Looks for images whose cross-entropy under attack exceeds its bound.
  private func worstLosses(
    _ network: Network, on data: Dataset, _ context: ExperimentContext,
    _ generator: inout Generator
  ) throws -> Trials {
    let (ball, labels) = (try LinfBall(radius: Self.radius), Tensor(try data.requiredLabels()))
    let bounds = try network.crossEntropyBound(
      over: ball.box(around: data.inputs), labels: labels)
    let attacked = try ProjectedGradientAttack(steps: context.isFull ? 40 : 5, restarts: 1)(
      network, on: data.inputs, labels: labels, within: ball, using: &generator)
    let losses = -(try network.output(of: attacked.candidates).logSoftmax(axis: 1))
      .gatheringElements(labels.expandedDimension(at: 1), axis: 1).squeezed(axes: [1])
    var trials = Trials()
    trials.note(violations: losses .> bounds + 1e-4)
    return trials
  }

  private static let compared: [BoundMethod] = [
    .interval, .crownInterval, .crown, .alphaCrown(),
  ]

  /// A network, where it is bounded, and the bounds so far.
  private struct Trial {
    let network: Network
    let ball: LinfBall
    let center: Tensor
    var bounds: [Box] = []
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    var trials = try Self.networks(seed: context.seed).map { network, radius in
      Trial(
        network: network, ball: try LinfBall(radius: radius, domain: -9...9),
        center: .uniform(
          [context.isFull ? 25 : 4] + network.inputShape, using: &generator))
    }
    // Widths of networks of different scales are compared by their geometric mean.
    let digits = try DigitSetting(context, using: &generator)
    var trained = try digits.classifier(seed: context.seed)
    let arms = try context.compare(claims) { arm in
      if arm == "fused loss" {
        trained = try self.trained(on: digits, context)
        return 1 - (try Self.verifiedAccuracy(trained, on: digits.test))
      }
      let method = Self.compared.first { "\($0)" == arm }!
      var logarithms = 0.0
      for index in trials.indices {
        let trial = trials[index]
        let box = try trial.network.bounds(
          over: trial.ball, around: trial.center, method: method)
        trials[index].bounds.append(box)
        logarithms += log((box.upper - box.lower).mean().item())
      }
      return exp(logarithms / Double(trials.count))
    }
    var sound = Trials()
    for trial in trials {
      for number in 0..<(context.isFull ? 1334 : 8) {
        sound.note(violations: try Self.escapes(trial, isCorner: number % 2 == 1, &generator))
      }
    }
    let accuracy = try DigitSetting.accuracy(trained, on: digits.test)
    var affine = Trials()
    for _ in 0..<(context.isFull ? 50 : 5) { affine.note(error: try Self.affineError(&generator)) }
    return [
      sound.measurement("sound", context),
      affine.measurement("affine", context, unit: "relative error"),
      arms.measurement(
        "fused", unit: "share",
        details: ["error": { _ in 1 - accuracy }], \.self),
      try worstLosses(trained, on: digits.test, context, &generator)
        .measurement("worst-loss", context),
    ] + ["crown", "crown-ibp", "slopes"].map { arms.measurement($0, unit: "width", \.self) }
  }

  /// For a random point around each center, whether it leaves any method's bounds.
  private static func escapes(
    _ trial: Trial, isCorner: Bool, _ generator: inout Generator
  ) throws -> Tensor {
    let candidate =
      isCorner
      ? trial.ball.box(around: trial.center).randomCorner(using: &generator)
      : trial.ball.randomPoint(around: trial.center, using: &generator)
    let output = try trial.network.output(of: candidate).cast(to: .float64)
    // Evaluation in single precision rounds, which bounds of the real network do not cover.
    let slack = output.magnitude() * 1e-5 + 1e-5
    let outside = trial.bounds.map {
      ((output .< $0.lower - slack) .| (output .> $0.upper + slack)).any(axes: [1])
    }
    return outside.dropFirst().reduce(outside[0]) { $0 .| $1 }
  }

  private static func networks(seed: UInt64) throws -> [(network: Network, radius: Float)] {
    let perceptron = try DigitSetting.perceptron([64, 64], input: [16], seed: seed)
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

  /// How far bounds of a random affine network are from its range, as a share of their width.
  private static func affineError(_ generator: inout Generator) throws -> Double {
    let network = try Network(input: [8], seed: generator.next()) {
      Linear(12)
      Linear(6)
    }
    let tensors = network.parameters.tensors.map { $0.cast(to: .float64) }
    let ball = try L2Ball(radius: 0.5, domain: -99...99)
    let center = Tensor.uniform([1, 8], using: &generator)
    let box = try network.bounds(over: ball, around: center, method: .crown)
    let reach = tensors[2].matmul(tensors[0]).norm(order: 2, axes: [1]) * 0.5
    let middle = try network.inDoublePrecision().output(of: center.cast(to: .float64))[0]
    let errors = [box.upper[0] - middle - reach, box.lower[0] - middle + reach]
    return errors.map { ($0.magnitude() / (reach * 2)).max().item() }.max()!
  }
}
