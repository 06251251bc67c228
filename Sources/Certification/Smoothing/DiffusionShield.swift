import Models
import Networks
import Tensors
import Training

/// Makes a classifier provably robust with a diffusion model and no data: noisy inputs are denoised
/// once, and the pair is smoothed.
///
/// A stand-in for the paper's text-to-image model: `Diffusion` is small, is told a class instead of
/// a sentence, and knows one kind of images.
///
/// - Source: "Adversarial Robustification via Text-to-Image Diffusion Models" (2024), section 3.
///   Deviations: all weights of the denoiser are adapted, not adapters of low rank; nothing keeps
///   it from forgetting but the small number of steps; and the classifier is adapted at the level
///   of noise that it is certified at, not at all of them.
public struct DiffusionShield: Sendable {
  public var diffusion: Diffusion
  /// The standard deviation of the noise, in input units.
  public var sigma: Double

  /// - Precondition: `sigma` lies in the range of noise that the diffusion model was trained for.
  public init(_ diffusion: Diffusion, sigma: Double) {
    precondition(diffusion.noise.contains(sigma), "sigma \(sigma) is not in \(diffusion.noise)")
    (self.diffusion, self.sigma) = (diffusion, sigma)
  }

  /// Returns any classifier behind the denoiser, to be certified with noise of `sigma`.
  public func protecting<Base: DecisionOracle>(_ model: Base) -> Denoised<Base> {
    Denoised(model) { [diffusion, sigma] in try diffusion.denoised($0, sigma: sigma) }
  }

  /// Returns one certificate of the classifier behind the denoiser for each row.
  ///
  /// - Shape, soundness, throws: as for `RandomizedSmoothing`.
  public func certify(
    _ model: some DecisionOracle, _ inputs: Tensor, samples: Int = 10_000, alpha: Double = 0.001,
    using generator: inout some RandomNumberGenerator, report: (Double) -> Void = { _ in }
  ) throws -> [SmoothingCertificate] {
    try RandomizedSmoothing(sigma: sigma, samples: samples, alpha: alpha).certify(
      protecting(model), inputs, using: &generator, report: report)
  }

  /// Returns a shield and a classifier that know each other: the diffusion model draws a few images
  /// of each class, is trained on them a little more, and so is the classifier, on what the
  /// denoiser makes of noisy ones.
  ///
  /// - `references`: the number of images drawn of each class.
  /// - `guidance`: how far these are pushed toward their class, as for `Diffusion.samples`.
  /// - `personalization`, `tuning`: how the denoiser and the classifier are trained.
  /// - Precondition: the classifier has the diffusion model's classes.
  /// - Throws: `NetworkError.inputMismatch`, `TrainingError` and `CancellationError`.
  public func adapt(
    to classifier: Network, references: Int = 10, guidance: Double = 2,
    personalization: TrainingRecipe = .personalization, tuning: TrainingRecipe = .tuning,
    using generator: inout some RandomNumberGenerator
  ) throws -> (shield: DiffusionShield, classifier: Network) {
    precondition(
      classifier.classes == diffusion.classes,
      "a classifier of \(classifier.classes ?? 0) classes and \(diffusion.classes) in the model")
    let labels = Tensor.range(0..<diffusion.classes).repeatingElements(references, axis: 0)
    let images = try diffusion.samples(of: labels, guidance: guidance, using: &generator)
    var shield = self
    shield.diffusion = try diffusion.trained(
      on: images, labels: labels, recipe: personalization, using: &generator)
    let denoiser = shield.diffusion
    let values = try tuning.minimize(
      from: classifier.parameters.values, examples: labels.count, using: &generator
    ) { values, rows, generator in
      var twin = classifier
      twin.parameters = classifier.parameters.with(values: values)
      let noisy = images.gathering(rows).addingNoise(sigma, using: &generator)
      let clean = try denoiser.denoised(noisy, sigma: sigma).detached()
      // Statistics of a few generated images would replace those of the data.
      return try twin.output(of: clean).crossEntropy(labels: labels.gathering(rows))
    }
    var tuned = classifier
    tuned.parameters = classifier.parameters.with(values: values)
    return (shield, tuned)
  }
}

extension TrainingRecipe {
  /// How a denoiser is trained on references: few small steps.
  public static let personalization = TrainingRecipe(
    epochs: 5, batchSize: 50, learningRate: 2e-4)
  /// How a classifier is trained on denoised references: few small steps.
  public static let tuning = TrainingRecipe(epochs: 20, batchSize: 50, learningRate: 5e-4)
}
