import Certification
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests what is claimed of smoothing two halves of an image instead of the whole.
///
/// Each half has a network of its own, for half of the pixels, so that both arms evaluate about as
/// much.
///
/// - Source: "Mitigating the Curse of Dimensionality for Certified Robustness via Dual Randomized
///   Smoothing" (2024), sections 3 and 4. Left out: larger images and networks; 200 digits are
///   certified with 2,000 votes each, not 500 images with 100,000.
struct DualSmoothingExperiment: Experiment {
  static let paper: PaperID = "drs"
  static let methods = ["DualRandomizedSmoothing", "RandomizedSmoothing", "NoisyTraining"]

  var claims: [Claim] {
    [
      .identity(
        "exact",
        "For linear classifiers of halves, the certified radius is the exact distance, up to "
          + "1e-6.", .atMost(1e-6)),
      .identity(
        "sound",
        "No perturbation shorter than the certified radius flips the sum of two linear "
          + "classifiers.", .always),
      .identity(
        "public-rule",
        "For unequal linear halves a perturbation shorter than the root of the sum of both squared "
          + "radii flips the sum: the public code's rule for CIFAR-10, not its rule for ImageNet, "
          + "claims too much.", .always),
      .identity(
        "ceiling",
        "With all votes for one label, whatever the networks, the radius is the root of two times "
          + "that of one classifier, to within 0.05 times.", .equal(within: 0.05)),
      .effect(
        "small-radius",
        "At radius 0.25, certified accuracy is at most 5 points below that of one classifier.",
        .noLower(by: 0.05), of: "halves", over: "whole"),
      .effect(
        "large-radius",
        "At radius 1.25, near the ceiling of one classifier, certified accuracy is higher.",
        .greater(by: 0), of: "halves", over: "whole"),
    ]
  }

  var tuning: Tuning? {
    Tuning("learning rate", grid: [1e-3, 2e-3, 5e-3], arms: ["halves", "whole"])
  }

  /// The accuracy on noisy images, of halves the mean of both, after half of the epochs.
  func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    try scoreUnlessDiverged {
      var generator = context.generator
      let data = try SmoothingSetting(context, images: 200, using: &generator)
      let networks = try trained(arm, on: data.training, epochs: 6, context, &generator)
      let images = data.validation.inputs
      let noisy =
        images + Tensor.normal(images.shape, using: &generator) * Float(smoothing(context).sigma)
      return try zip(networks, views(arm, noisy)).reduce(0) { sum, pair in
        let logits = try pair.0.output(of: pair.1)
        let accuracy = Predictions(logits: logits, labels: data.validation.labels).accuracy.value
        return sum + accuracy / Double(networks.count)
      }
    }
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let data = try SmoothingSetting(context, images: 200, using: &generator)
    let smoothing = smoothing(context)
    let dual = DualRandomizedSmoothing(smoothing)
    let linear = LinearHalves(dual, using: &generator)
    let radii = [0, 0.25, 0.5, 1, 1.25, 1.5]
    // All arms draw the same batches and noise.
    let seed = generator.next()
    let arms = try context.compare(claims) { arm in
      var generator = Generator(seed: seed)
      let networks = try trained(
        arm, on: data.training, epochs: context.isFull ? 12 : 1, context, &generator)
      let found =
        arm == "whole"
        ? try smoothing.certify(networks[0], data.test.inputs, using: &generator)
        : try dual.certify(
          left: networks[0], right: networks[1], data.test.inputs, using: &generator)
      return found.certifiedAccuracy(atRadii: radii, labels: data.test.labels).map(\.value)
    }
    let curve = Dictionary(
      uniqueKeysWithValues: radii.enumerated().map { index, radius in
        ("radius \(radius)", { (outcome: [Double]) in outcome[index] })
      })
    let all = [smoothing.alpha, smoothing.alpha / 2].map {
      BinomialBound.lower(successes: smoothing.samples, of: smoothing.samples, alpha: $0)
    }
    return [
      linear.exact.measurement("exact", context, unit: "input units"),
      linear.sound.measurement("sound", context),
      linear.publicRule.measurement("public-rule", context),
      Measurement(
        "ceiling", seed: context.seed, baseline: 2.0.squareRoot(),
        value: dual.radius(left: all[1], right: all[1]) / smoothing.radius(atProbability: all[0]),
        unit: "ratio", trials: 1),
      arms.measurement("small-radius", unit: "share", details: curve) { $0[1] },
      arms.measurement("large-radius", unit: "share") { $0[4] },
    ]
  }

  private func smoothing(_ context: ExperimentContext) -> RandomizedSmoothing {
    RandomizedSmoothing(sigma: 0.5, samples: context.isFull ? 2000 : 100, batchSize: 200)
  }

  /// What the networks of an arm see of images.
  private func views(_ arm: String, _ images: Tensor) -> [Tensor] {
    guard arm == "halves" else { return [images] }
    let halves = PixelPartition.checkerboard.halves(of: images)
    return [halves.left, halves.right]
  }

  private func trained(
    _ arm: String, on data: SmoothingSetting.Examples, epochs: Int, _ context: ExperimentContext,
    _ generator: inout Generator
  ) throws -> [Network] {
    let training = NoisyTraining(
      sigma: smoothing(context).sigma,
      recipe: TrainingRecipe(
        epochs: epochs, batchSize: 64, learningRate: context.setting(of: arm)))
    return try views(arm, data.inputs).map { images in
      let start = try SmoothingSetting.classifier(
        of: Array(images.shape.dropFirst()), seed: context.seed)
      return try training.train(start, on: images, labels: data.labels, using: &generator)
    }
  }
}

/// A thousand pairs of linear classifiers of halves, whose probabilities under noise are known.
private struct LinearHalves {
  private(set) var (exact, sound, publicRule) = (Trials(), Trials(), Trials())

  init(_ dual: DualRandomizedSmoothing, using generator: inout Generator) {
    let sigma = dual.smoothing.sigma
    let drawn = Tensor.uniform([2, 2000], in: -0.5...1.5, dtype: .float64, using: &generator)
    // The others have another label, whose probabilities mirror these.
    let isUnequal = (drawn[0] - drawn[1]).magnitude() .> 0.01
    let isUsed = (drawn.sum(axes: [0]) .> 0) .& isUnequal
    let distances = drawn.transposed().masked(by: isUsed)[0..<1000].transposed()
    let probabilities = Self.probability(ofDistance: distances / sigma).transposed()
    let pairs = probabilities.elements(as: Double.self)
    let radii = Tensor(
      stride(from: 0, to: pairs.count, by: 2).map {
        dual.radius(left: pairs[$0], right: pairs[$0 + 1])
      })
    let errors = (radii - distances.sum(axes: [0]) / 2.0.squareRoot()).magnitude()
    for error in errors.elements(as: Double.self) { exact.note(error: error) }
    sound.note(violations: Self.flips(distances, within: radii, sigma))
    // The public code lets no radius of a half fall below 0.
    let claimed = distances.relu().norm(axes: [0])
    let isContradicted = Self.flips(distances, within: claimed, sigma).cast(to: .float64)
    publicRule.note(violations: isContradicted .< 0.5)
  }

  /// Whether some change shorter than `reach` makes the sum of the two probabilities less than 1.
  ///
  /// What matters of a change is how far it moves each half toward its border; a hundred ways of
  /// sharing its length between both are tried.
  private static func flips(_ distances: Tensor, within reach: Tensor, _ sigma: Double) -> Tensor {
    let angles = Tensor.evenlySpaced(0...(.pi / 2), count: 101, dtype: .float64)
    let moves = Tensor.stacking([angles.cos(), angles.sin()]).expandedDimension(at: 1)
    let lengths = (reach * (1 - 1e-9)).expandedDimension(at: 1)
    let moved = distances.expandedDimension(at: 2) - lengths * moves
    return (probability(ofDistance: moved / sigma).sum(axes: [0]) .< 1).any(axes: [1])
  }

  private static func probability(ofDistance distance: Tensor) -> Tensor {
    ((distance / 2.0.squareRoot()).errorFunction() + 1) / 2
  }
}
