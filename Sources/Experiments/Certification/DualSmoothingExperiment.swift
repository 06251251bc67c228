import Certification
import Evidence
import Models
import Networks
import Tensors
import Training

/// Tests what is claimed of smoothing two halves of an image instead of the whole.
///
/// - Source: "Mitigating the Curse of Dimensionality for Certified Robustness via Dual Randomized
///   Smoothing" (2024), sections 3 and 4, on another data set and with smaller networks.
struct DualSmoothingExperiment: Experiment {
  static let paper: PaperID = "drs"
  static let methods = ["DualRandomizedSmoothing", "RandomizedSmoothing", "NoisyTraining"]

  var seeds: [UInt64] { [0, 1, 2] }

  var claims: [Claim] {
    [
      Claim(
        "exact",
        "For linear classifiers of halves, the radius is the exact distance, up to 1e-6.",
        .atMost(1e-6), interval: .range),
      Claim(
        "sound", "No change shorter than the radius flips the sum of two linear classifiers.",
        .always),
      Claim(
        "public-rule",
        "The radius that the public code computes is contradicted by most unequal linear halves.",
        .atLeast(0.5), interval: .range),
      Claim(
        "ceiling",
        "The largest radius certified exceeds that of one classifier by the root of two.",
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
    let isSmall = context.scale == .small
    var generator = context.generator
    let data = try SmoothingSetting(context, images: isSmall ? 60 : 200, using: &generator)
    let smoothing = RandomizedSmoothing(sigma: 0.5, samples: 2000, batchSize: 200)
    let dual = DualRandomizedSmoothing(smoothing)
    let linear = LinearHalves(dual, using: &generator)

    let training = NoisyTraining(
      sigma: smoothing.sigma, recipe: TrainingRecipe(epochs: isSmall ? 5 : 12, batchSize: 64))
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
  private(set) var largestError = 0.0
  private(set) var violations = 0
  let publicRuleContradicted: Double

  init(_ dual: DualRandomizedSmoothing, using generator: inout Generator) {
    let sigma = dual.smoothing.sigma
    let distances = Tensor.uniform([2000], in: -0.5...1.5, dtype: .float64, using: &generator)
    let signed = distances.elements(as: Double.self)
    // Φ(x) = (1 + erf(x / √2)) / 2
    let shares = ((distances / (sigma * 2.0.squareRoot())).errorFunction() + 1) / 2
    let probabilities = shares.elements(as: Double.self)
    var (certified, contradicted) = (0, 0)
    for pair in stride(from: 0, to: 2000, by: 2) {
      let (left, right) = (signed[pair], signed[pair + 1])
      guard left + right > 0 else { continue }
      // The shortest change that makes the summed votes even moves both halves alike.
      let distance = (left + right) / 2.0.squareRoot()
      let radius = dual.radius(left: probabilities[pair], right: probabilities[pair + 1])
      certified += 1
      largestError = max(largestError, abs(radius - distance))
      if radius > distance + 1e-9 { violations += 1 }
      let (a, b) = (max(0, left), max(0, right))
      if (a * a + b * b).squareRoot() > distance + 1e-9 { contradicted += 1 }
    }
    publicRuleContradicted = Double(contradicted) / Double(max(1, certified))
  }
}
