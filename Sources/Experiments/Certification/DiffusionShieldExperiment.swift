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
/// All arms smooth one classifier, two of them behind one diffusion model; nothing is tuned, because
/// what the control lacks are steps that the method adds.
///
/// - Source: "Adversarial Robustification via Text-to-Image Diffusion Models" (2024), section 4. A
///   stand-in: a small diffusion model of digits, told a class instead of a sentence, that was
///   trained on the classifier's own data. Left out: 100 digits are certified with 200 votes each,
///   not 500 images with 10,000.
struct DiffusionShieldExperiment: Experiment {
  static let paper: PaperID = "t2i-robustification"
  static let methods = ["DiffusionShield", "Diffusion", "Denoised", "RandomizedSmoothing"]

  var claims: [Claim] {
    [
      .identity(
        "sound",
        "No certified radius of a linear classifier exceeds its distance, without a denoiser.",
        .always),
      .identity(
        "tight",
        "From a half to two sigma, such radii are within 5% of the distance at 100,000 votes.",
        .atMost(0.05)),
      .effect(
        "denoising",
        "At sigma 0.5 and radius 0.5, the denoiser lifts certified accuracy by 20 points.",
        .noLower(by: -0.2), of: "denoised", over: "bare"),
      .effect(
        "adaptation",
        "Adapting to ten self-made references a class adds a point to that, where 90% of what the "
          + "model draws is recognized.", .noLower(by: -0.01), of: "adapted", over: "denoised"),
      .identity(
        "attacks", "No attack within a certified radius changes the prediction.", .always),
    ]
  }

  /// How far drawn images are pushed toward their class.
  private static let guidance = 4.0

  private struct Outcome {
    /// At radii 0.5 and 0.
    let accuracies: [Double]
    /// The share of the diffusion model's own images that the classifier takes for what they are.
    let recognized: Double
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let data = try SmoothingSetting(context, images: 100, using: &generator)
    let linear = try LinearRadii(votes: context.isFull ? 100_000 : 10_000, using: &generator)
    let classifier = try NoisyTraining(
      sigma: 0, recipe: TrainingRecipe(epochs: context.isFull ? 6 : 1, batchSize: 64)
    ).train(
      SmoothingSetting.classifier(of: [1, 28, 28], seed: generator.next()),
      on: data.training.inputs, labels: data.training.labels, using: &generator)
    let diffusion = try Diffusion(image: [1, 28, 28], classes: 10, seed: generator.next()).trained(
      on: data.training.inputs, labels: data.training.labels,
      recipe: TrainingRecipe(
        epochs: context.isFull ? 12 : 1, batchSize: 32, learningRate: 2e-3), using: &generator
    ) { context.report(0.5 * $0) }
    let classes = Tensor.range(0..<10).repeatingElements(context.isFull ? 20 : 1, axis: 0)
    let drawn = try classifier.output(
      of: diffusion.samples(
        of: classes, guidance: Self.guidance, using: &generator))
    let recognized = Predictions(logits: drawn, labels: classes).accuracy.value

    let shield = DiffusionShield(diffusion, sigma: 0.5)
    let smoothing = RandomizedSmoothing(
      sigma: 0.5, samples: context.isFull ? 200 : 20, selectionSamples: 20, batchSize: 100)
    var attacks = Trials()
    // All arms draw the same batches and noise.
    let seed = generator.next()
    let arms = try context.compare(claims) { arm in
      var generator = Generator(seed: seed)
      var (denoiser, network) = (shield, classifier)
      if arm == "adapted" {
        (denoiser, network) = try shield.adapt(
          to: classifier, references: context.isFull ? 10 : 1, guidance: Self.guidance,
          using: &generator)
      }
      func outcome(_ model: some GradientOracle) throws -> Outcome {
        let found = try smoothing.certify(model, data.test.inputs, using: &generator)
        if arm == "adapted" {
          try attack(
            model, found, data.test.inputs[0..<(context.isFull ? 25 : 2)], smoothing, &attacks,
            &generator)
        }
        let accuracies = found.certifiedAccuracy(atRadii: [0.5, 0], labels: data.test.labels)
        return Outcome(accuracies: accuracies.map(\.value), recognized: recognized)
      }
      return arm == "bare" ? try outcome(network) : try outcome(denoiser.protecting(network))
    }
    let details: [String: (Outcome) -> Double] = [
      "radius 0": { $0.accuracies[1] }, "drawn images that are recognized": { $0.recognized },
    ]
    return [
      linear.sound.measurement("sound", context),
      linear.tight.measurement("tight", context, unit: "relative error"),
      arms.measurement("denoising", unit: "share", details: details) { $0.accuracies[0] },
      arms.measurement(
        "adaptation", unit: "share", details: details, isPremiseMet: { $0.recognized >= 0.9 },
        { $0.accuracies[0] }),
      attacks.measurement("attacks", context),
    ]
  }

  /// Looks for inputs whose smoothed label changes under an attack on the unsmoothed model inside the
  /// certified ball.
  private func attack(
    _ model: some GradientOracle, _ certificates: [SmoothingCertificate], _ inputs: Tensor,
    _ smoothing: RandomizedSmoothing, _ trials: inout Trials, _ generator: inout Generator
  ) throws {
    for (row, certificate) in zip(0..<inputs.size(0), certificates) {
      guard let label = certificate.label else { continue }
      let attack = ProjectedGradientAttack(steps: 20, startsRandomly: false)
      let outcome = try attack(
        model, on: inputs[row..<row + 1], labels: Tensor([label]),
        within: L2Ball(radius: Float(certificate.radius)), using: &generator)
      let found = try smoothing.predictions(of: model, at: outcome.candidates, using: &generator)
      trials.note(isViolation: found[0].map { $0 != label } ?? false)
    }
  }
}

/// Radii of linear classifiers at known distances from their border.
private struct LinearRadii {
  private(set) var (sound, tight) = (Trials(), Trials())

  init(votes: Int, using generator: inout Generator) throws {
    var network = try Network(input: [2]) { Linear(2) }
    // Scores 0 and x, whose border is at x = 0.
    network.parameters = network.parameters.with(values: Tensor([0, 0, 1, 0, 0, 0] as [Float]))
    let smoothing = RandomizedSmoothing(sigma: 0.5, samples: votes, batchSize: 10_000)
    let distances = (1...4).map { 0.25 * Double($0) }
    let inputs = Tensor(distances.flatMap { [Float($0), 0] }, shape: [distances.count, 2])
    let found = try smoothing.certify(Denoised(network) { $0 }, inputs, using: &generator)
    for (certificate, distance) in zip(found, distances) {
      sound.note(isViolation: certificate.label != 1 || certificate.radius > distance)
      tight.note(error: 1 - certificate.radius / distance)
    }
  }
}
