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
/// - Source: "Mitigating the Curse of Dimensionality for Certified Robustness via Dual Randomized
///   Smoothing" (2024), sections 3 and 4, on another dataset and with smaller networks.
struct DualSmoothingExperiment: Experiment {
  static let paper: PaperID = "drs"
  static let methods = ["DualRandomizedSmoothing", "RandomizedSmoothing", "NoisyTraining"]

  var seeds: [UInt64] { [0, 1, 2] }

  var claims: [Claim] {
    [
      Claim(
        "exact",
        "For linear classifiers of halves, the certified radius is the exact distance, up to "
          + "1e-6.",
        .atMost(1e-6), interval: .range),
      Claim(
        "sound",
        "No perturbation shorter than the certified radius flips the sum of two linear "
          + "classifiers.",
        .always),
      Claim(
        "public-rule",
        "The radius that the public code computes is contradicted by most unequal linear halves.",
        .atLeast(0.5), interval: .range),
      Claim(
        "ceiling",
        "The largest certified radius exceeds that of one classifier by the root of two.",
        .equal(within: 0.05)),
      Claim(
        "small-radius",
        "At radius 0.25, certified accuracy is at most 5 points below that of one classifier.",
        .greater(by: -0.05)),
      Claim(
        "large-radius",
        "At radius 1.25, near the ceiling of one classifier, certified accuracy is higher.",
        .greater(by: 0)),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let data = try SmoothingSetting(context, images: context.isFull ? 200 : 60, using: &generator)
    let smoothing = RandomizedSmoothing(sigma: 0.5, samples: 2000, batchSize: 200)
    let dual = DualRandomizedSmoothing(smoothing)
    let linear = LinearHalves(dual, using: &generator)

    let training = NoisyTraining(
      sigma: smoothing.sigma,
      recipe: TrainingRecipe(epochs: context.isFull ? 12 : 5, batchSize: 64))
    func trained(_ images: Tensor) throws -> Network {
      let start = try SmoothingSetting.classifier(
        of: Array(images.shape.dropFirst()), seed: generator.next())
      return try training.train(
        start, on: images, labels: data.training.labels, using: &generator)
    }
    let halves = dual.partition.halves(of: data.training.inputs)
    let whole = try trained(data.training.inputs)
    let (left, right) = (try trained(halves.left), try trained(halves.right))
    context.report(0.4)
    let one = try smoothing.certify(whole, data.test.inputs, using: &generator) {
      context.report(0.4 + 0.2 * $0)
    }
    let two = try dual.certify(left: left, right: right, data.test.inputs, using: &generator) {
      context.report(0.6 + 0.4 * $0)
    }

    let radii = [0, 0.25, 0.5, 1, 1.25, 1.5]
    let accuracies = [one, two].map {
      $0.certifiedAccuracy(atRadii: radii, labels: data.test.labels).map(\.value)
    }
    var details: [String: Double] = [:]
    for (index, radius) in radii.enumerated() {
      details["one classifier, radius \(radius)"] = accuracies[0][index]
      details["two halves, radius \(radius)"] = accuracies[1][index]
    }
    let highest = [one, two].map { $0.map(\.radius).max() ?? 0 }
    let seed = context.seed
    return [
      Measurement("exact", seed: seed, value: linear.largestError, unit: "input units"),
      Measurement("sound", seed: seed, value: Double(linear.violations), unit: "violations"),
      Measurement("public-rule", seed: seed, value: linear.publicRuleContradicted, unit: "share"),
      Measurement(
        "ceiling", seed: seed, baseline: 2.0.squareRoot(), value: highest[1] / highest[0],
        unit: "ratio", details: ["one classifier": highest[0], "two halves": highest[1]]),
      Measurement(
        "small-radius", seed: seed, baseline: accuracies[0][1], value: accuracies[1][1],
        unit: "share", details: details),
      Measurement(
        "large-radius", seed: seed, baseline: accuracies[0][4], value: accuracies[1][4],
        unit: "share"),
    ]
  }
}

/// A thousand pairs of linear classifiers of halves, whose probabilities under noise are known.
private struct LinearHalves {
  let largestError: Double
  let violations: Int
  let publicRuleContradicted: Double

  init(_ dual: DualRandomizedSmoothing, using generator: inout Generator) {
    let sigma = dual.smoothing.sigma
    let drawn = Tensor.uniform([2, 1000], in: -0.5...1.5, dtype: .float64, using: &generator)
    // The others have another label, whose probabilities mirror these.
    let distances = drawn.transposed().masked(by: drawn.sum(axes: [0]) .> 0).transposed()
    let probabilities = Self.probability(ofDistance: distances / sigma).transposed()
    let pairs = probabilities.elements(as: Double.self)
    let radii = Tensor(
      stride(from: 0, to: pairs.count, by: 2).map {
        dual.radius(left: pairs[$0], right: pairs[$0 + 1])
      })
    let exact = distances.sum(axes: [0]) / 2.0.squareRoot()
    largestError = (radii - exact).magnitude().max().item()
    // What the public code makes of the halves' radii, neither of which it lets fall below 0.
    let publicRadii = distances.relu().norm(axes: [0])
    violations = Int(Self.flips(distances, within: radii, sigma).sum().item())
    publicRuleContradicted =
      Self.flips(distances, within: publicRadii, sigma).cast(to: .float64).mean().item()
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
