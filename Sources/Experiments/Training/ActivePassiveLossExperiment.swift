import Datasets
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests whether normalized losses stand wrong labels, and what a passive term adds.
///
/// - Source: "Normalized Loss Functions for Deep Learning with Noisy Labels" (2020), section 5.2;
///   the weights of 1 and 10 are those of the authors' configuration for MNIST.
struct ActivePassiveLossExperiment: Experiment {
  static let paper: PaperID = "active-passive-loss"
  static let methods = ["ActivePassiveLoss"]

  var seeds: [UInt64] { [0, 1, 2] }

  var claims: [Claim] {
    [
      Claim(
        "symmetric",
        "Summed over all labels, normalized cross-entropy is 1 and mean absolute error twice the "
          + "number of other labels, to a millionth.", .atMost(1e-6)),
      Claim(
        "noise",
        "With 60% label noise on 4000 digits, an MLP trained by normalized plus reverse "
          + "cross-entropy has a last-epoch test accuracy 10 points above that of cross-entropy.",
        .greater(by: 0.1)),
      Claim(
        "passive", "Its test accuracy is at least that of normalized cross-entropy alone.",
        .greater(by: 0)),
      Claim(
        "clean",
        "With clean labels its test accuracy is that of cross-entropy, within half a point.",
        .equal(within: 0.005)),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let digits = try DigitSetting(context, using: &generator)
    let noisy = try digits.training.flippingLabels(share: 0.6, using: &generator)
    let start = try digits.perceptron([128, 128], seed: context.seed)
    // Fewer digits than the paper's need more epochs for nearly as many steps.
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 120 : 1, batchSize: 64,
      optimizer: .sgd(momentum: 0.9, weightDecay: 1e-3),
      learningRate: 0.01, schedule: .cosine(warmup: 0), gradientNormLimit: 5, seed: context.seed)
    var runs = 0.0
    func accuracy(_ loss: some ScoreLoss, _ data: Dataset) throws -> Double {
      let trained = try Trainer(recipe, loss: loss).train(start, on: data) {
        context.report((runs + Double($0.epoch) / Double(recipe.epochs)) / 5)
      }
      runs += 1
      return try DigitSetting.accuracy(trained, on: digits.test)
    }
    let both = ActivePassiveLoss(passiveWeight: 10)
    let noisyBoth = try accuracy(both, noisy)
    let seed = context.seed
    return [
      Measurement("symmetric", seed: seed, value: asymmetry(using: &generator), unit: "error"),
      Measurement(
        "noise", seed: seed, baseline: try accuracy(ClassificationLoss.crossEntropy, noisy),
        value: noisyBoth, unit: "share"),
      Measurement(
        "passive", seed: seed, baseline: try accuracy(ActivePassiveLoss(passiveWeight: 0), noisy),
        value: noisyBoth, unit: "share"),
      Measurement(
        "clean", seed: seed,
        baseline: try accuracy(ClassificationLoss.crossEntropy, digits.training),
        value: try accuracy(both, digits.training), unit: "share"),
    ]
  }

  /// The largest difference of a term's sum over all labels from what it should be.
  private func asymmetry(using generator: inout Generator) -> Double {
    let logits = Tensor.normal([1000, 10], dtype: .float64, using: &generator) * 3
    func error(_ loss: ActivePassiveLoss, _ sum: Double) -> Double {
      let terms = (0..<10).map { label in
        loss.perExample(logits, labels: Tensor([Int](repeating: label, count: 1000)))
      }
      return (Tensor.stacking(terms).sum(axes: [0]) - sum).magnitude().max().item()
    }
    return max(
      error(ActivePassiveLoss(passiveWeight: 0), 1),
      error(ActivePassiveLoss(activeWeight: 0, passive: .meanAbsoluteError), 18))
  }
}
