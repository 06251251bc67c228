import Attacks
import Certification
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests what is claimed of a diffusion model in front of a classifier that knows no noise.
///
/// - Source: "Adversarial Robustification via Text-to-Image Diffusion Models" (2024), section 4. A
///   stand-in: a small diffusion model of digits, told a class instead of a sentence, that was
///   trained on the classifier's own data.
struct DiffusionShieldExperiment: Experiment {
  static let paper: PaperID = "t2i-robustification"
  static let methods = ["DiffusionShield", "Diffusion", "Denoised", "RandomizedSmoothing"]

  var seeds: [UInt64] { [0, 1, 2] }

  var claims: [Claim] {
    [
      Claim(
        "sound",
        "No certified radius of a linear classifier exceeds its distance, without a denoiser.",
        .always),
      Claim(
        "tight",
        "From a half to two sigma, such radii are within 5% of the distance at 100,000 votes.",
        .atMost(0.05), interval: .range),
      Claim(
        "denoising",
        "At sigma 0.5 and radius 0.5, the denoiser lifts certified accuracy by 20 points.",
        .greater(by: 0.2)),
      Claim(
        "adaptation", "Adapting to ten self-made references a class adds a point to that.",
        .greater(by: 0.01)),
      Claim("attacks", "No attack within a certified radius changes the prediction.", .always),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let data = try SmoothingSetting(context, images: context.isFull ? 100 : 40, using: &generator)
    let linear = try LinearRadii(using: &generator)
    let classifier = try NoisyTraining(
      sigma: 0, recipe: TrainingRecipe(epochs: 6, batchSize: 64)
    ).train(
      SmoothingSetting.classifier(of: [1, 28, 28], seed: generator.next()),
      on: data.training.inputs, labels: data.training.labels, using: &generator)
    let diffusion = try Diffusion(
      image: [1, 28, 28], classes: 10, seed: generator.next()
    )
    .trained(
      on: data.training.inputs, labels: data.training.labels,
      recipe: TrainingRecipe(epochs: context.isFull ? 12 : 3, batchSize: 32), using: &generator
    ) { context.report(0.05 + 0.5 * $0) }

    let shield = DiffusionShield(diffusion, sigma: 0.5)
    let (adapted, tuned) = try shield.adapt(to: classifier, references: 10, using: &generator)
    let smoothing = RandomizedSmoothing(sigma: 0.5, samples: 1000, batchSize: 100)
    let bare = try smoothing.certify(classifier, data.test.inputs, using: &generator)
    context.report(0.65)
    let denoised = try smoothing.certify(
      shield.protecting(classifier), data.test.inputs, using: &generator)
    context.report(0.8)
    let best = adapted.protecting(tuned)
    let personal = try smoothing.certify(best, data.test.inputs, using: &generator)
    context.report(0.95)
    let flips = try flips(
      of: best, personal, data.test.inputs[0..<(context.isFull ? 25 : 5)], smoothing,
      using: &generator)

    let accuracies = [bare, denoised, personal].map {
      $0.certifiedAccuracy(atRadii: [0.5, 0], labels: data.test.labels).map(\.value)
    }
    let names = ["bare", "denoised", "adapted"]
    let details = zip(names, accuracies).map { ("\($0), radius 0", $1[1]) }
    let classes = Tensor.range(0..<10).repeatingElements(20, axis: 0)
    let drawn = try classifier.output(of: diffusion.samples(of: classes, using: &generator))
    let recognized = Predictions(logits: drawn, labels: classes).accuracy.value
    let seed = context.seed
    return [
      Measurement("sound", seed: seed, value: Double(linear.violations), unit: "violations"),
      Measurement("tight", seed: seed, value: linear.largestShortfall, unit: "relative error"),
      Measurement(
        "denoising", seed: seed, baseline: accuracies[0][0], value: accuracies[1][0],
        unit: "share", details: Dictionary(uniqueKeysWithValues: details)),
      Measurement(
        "adaptation", seed: seed, baseline: accuracies[1][0], value: accuracies[2][0],
        unit: "share", details: ["drawn images whose class is recognized": recognized]),
      Measurement("attacks", seed: seed, value: Double(flips), unit: "violations"),
    ]
  }

  /// Counts inputs whose smoothed label changes under an attack on the unsmoothed model inside the
  /// certified ball.
  private func flips(
    of model: some GradientOracle, _ certificates: [SmoothingCertificate], _ inputs: Tensor,
    _ smoothing: RandomizedSmoothing, using generator: inout Generator
  ) throws -> Int {
    var flips = 0
    for (row, certificate) in zip(0..<inputs.size(0), certificates) {
      guard let label = certificate.label else { continue }
      let attack = ProjectedGradientAttack(steps: 20, startsRandomly: false)
      let outcome = try attack(
        model, on: inputs[row..<row + 1], labels: Tensor([label]),
        within: L2Ball(radius: Float(certificate.radius)), using: &generator)
      let found = try smoothing.predictions(of: model, at: outcome.candidates, using: &generator)
      if let other = found[0], other != label { flips += 1 }
    }
    return flips
  }
}

/// Radii of linear classifiers at known distances from their border.
private struct LinearRadii {
  private(set) var violations = 0
  private(set) var largestShortfall = 0.0

  init(using generator: inout Generator) throws {
    var network = try Network(input: [2]) { Linear(2) }
    // Scores 0 and x, whose border is at x = 0.
    network.parameters = network.parameters.with(values: Tensor([0, 0, 1, 0, 0, 0] as [Float]))
    let smoothing = RandomizedSmoothing(sigma: 0.5, samples: 100_000, batchSize: 10_000)
    let distances = (1...4).map { 0.25 * Double($0) }
    let inputs = Tensor(distances.flatMap { [Float($0), 0] }, shape: [distances.count, 2])
    let found = try smoothing.certify(
      Denoised(network) { $0 }, inputs, using: &generator)
    for (certificate, distance) in zip(found, distances) {
      if certificate.label != 1 || certificate.radius > distance { violations += 1 }
      largestShortfall = max(largestShortfall, 1 - certificate.radius / distance)
    }
  }
}
