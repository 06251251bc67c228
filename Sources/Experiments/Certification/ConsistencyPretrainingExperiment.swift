import Certification
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests what is claimed of pretraining that makes representations consistent along a diffusion
/// path, against training with noise alone, and against the same fine-tuning without it, with the
/// same network and as many epochs in all.
///
/// - Source: "Robust Representation Consistency Model via Contrastive Denoising" (2025), section 4.
///   Left out: ImageNet and CIFAR-10 and their networks, of some ten thousand times the size; 100
///   digits a seed are certified.
struct ConsistencyPretrainingExperiment: Experiment {
  static let paper: PaperID = "rrcm"
  static let methods = ["ConsistencyPretraining", "NoisyTraining", "RandomizedSmoothing"]

  var claims: [Claim] {
    [
      .effect(
        "sigma-0.5",
        "At sigma 0.5 and radius 1, certified accuracy is 2 points above that of training with "
          + "noise.", .noLower(by: -0.02), of: "pretrained, 0.5", over: "noise, 0.5"),
      .effect(
        "sigma-1",
        "At sigma 1 and radius 1, certified accuracy is 2 points above that of training with "
          + "noise.", .noLower(by: -0.02), of: "pretrained, 1", over: "noise, 1"),
      .effect(
        "pretraining",
        "At sigma 0.5 and radius 1, it is above that of the same fine-tuning without pretraining.",
        .greater(by: 0), of: "pretrained, 0.5", over: "tuned, 0.5"),
      .identity("calls", "A vote takes one evaluation of the network.", .always),
    ]
  }

  var tuning: Tuning? {
    Tuning(
      "learning rate", grid: [1e-3, 2e-3, 5e-3],
      arms: ["pretrained, 0.5", "noise, 0.5", "tuned, 0.5", "pretrained, 1", "noise, 1"])
  }

  /// The share of images whose label enough of a hundred votes agree with to reach a radius of 1.
  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    try scoreUnlessDiverged {
      var generator = context.generator
      let data = try SmoothingSetting(context, images: 100, using: &generator)
      let network = try trained(arm, on: data.training, context, &generator)
      let smoothing = RandomizedSmoothing(
        sigma: Self.sigma(arm), samples: 100, selectionSamples: 10, alpha: 0.5, batchSize: 100)
      let (inputs, labels) = data.validation
      let count = min(200, inputs.size(0))
      let found = try smoothing.certify(network, inputs[0..<count], using: &generator)
      return found.certifiedAccuracy(atRadii: [1], labels: labels[0..<count])[0].value
    }
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let data = try SmoothingSetting(context, images: 100, using: &generator)
    var calls = Trials()
    // All arms draw the same batches and noise.
    let seed = generator.next()
    let arms = try context.compare(claims) { arm in
      var generator = Generator(seed: seed)
      let network = try trained(arm, on: data.training, context, &generator)
      let smoothing = RandomizedSmoothing(
        sigma: Self.sigma(arm), samples: context.isFull ? 2000 : 50, batchSize: 200)
      let meter = QueryMeter(network)
      let found = try smoothing.certify(meter, data.test.inputs, using: &generator)
      let votes = (smoothing.samples + smoothing.selectionSamples) * found.count
      calls.note(isViolation: meter.queries != votes)
      return found.certifiedAccuracy(atRadii: [0, 1], labels: data.test.labels).map(\.value)
    }
    return ["sigma-0.5", "sigma-1", "pretraining"].map {
      arms.measurement($0, unit: "share", details: ["radius 0": { $0[0] }]) { $0[1] }
    } + [calls.measurement("calls", context)]
  }

  private static func sigma(_ arm: String) -> Double { arm.hasSuffix("0.5") ? 0.5 : 1 }

  private func trained(
    _ arm: String, on data: SmoothingSetting.Examples, _ context: ExperimentContext,
    _ generator: inout Generator
  ) throws -> Network {
    let epochs = context.isFull ? 12 : 2
    let rate = context.setting(of: arm)
    var network = try SmoothingSetting.classifier(of: [1, 28, 28], seed: context.seed)
    var left = epochs
    if arm.hasPrefix("pretrained") {
      network = try ConsistencyPretraining(
        noise: 0.01...2, recipe: TrainingRecipe(epochs: epochs / 2, batchSize: 256)
      ).pretrain(network, on: data.inputs, using: &generator)
      left -= epochs / 2
    }
    // The public code weighs consistency by 10 to 20, the more the larger the noise.
    let consistency = arm.hasPrefix("noise") ? 0 : 20 * Self.sigma(arm)
    return try NoisyTraining(
      sigma: Self.sigma(arm), copies: consistency > 0 ? 2 : 1, consistency: consistency,
      recipe: TrainingRecipe(epochs: left, batchSize: 64, learningRate: rate)
    ).train(network, on: data.inputs, labels: data.labels, using: &generator)
  }
}
