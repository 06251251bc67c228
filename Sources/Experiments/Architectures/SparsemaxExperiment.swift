import Architectures
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors
import Training

/// Tests sparsemax against a search for the projection, and its loss on handwritten digits.
///
/// - Source: "From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label
///   Classification" (2016), sections 2 and 3.
struct SparsemaxExperiment: Experiment {
  static let paper: PaperID = "sparsemax"
  static let methods = ["Tensor.sparsemax", "Sparsemax", "SparsemaxLoss"]

  var seeds: [UInt64] { [0, 1, 2, 3, 4] }

  var claims: [Claim] {
    [
      Claim(
        "projection",
        "On 10000 random rows of 2 to 1000 scores it is the point of the simplex that bisection "
          + "finds nearest, to eight digits.", .atMost(1e-8)),
      Claim(
        "slope", "The loss' gradient is sparsemax less the label, to nine digits.", .atMost(1e-9)),
      Claim(
        "margin",
        "The loss is zero exactly where the label's score leads every other by 1 or more.",
        .always),
      Claim(
        "accuracy",
        "The test accuracy of a small network trained by it on 4000 digits is that of "
          + "cross-entropy, within a point.", .equal(within: 0.01)),
      Claim(
        "sparse", "Its probabilities are then nonzero for less than 2 of 10 digits, on average.",
        .atMost(2)),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    var (largest, steepest, violations) = (0.0, 0.0, 0)
    for index in 0..<(context.isFull ? 100 : 4) {
      let size = [2, 3, 10, 1000][safe: index] ?? Int.random(in: 2...1000, using: &generator)
      let scale = Double.random(in: 0.1...3, using: &generator)
      let scores = Tensor.normal([100, size], dtype: .float64, using: &generator) * scale
      let labels = Tensor.randomIntegers([100], in: 0..<size, using: &generator)
      let shares = scores.sparsemax()
      largest = max(largest, (shares - projection(scores)).magnitude().max().item())
      let gradient = Tensors.gradient(at: scores) {
        SparsemaxLoss().perExample($0, labels: labels).sum()
      }
      let expected = shares - labels.oneHot(classes: size).cast(to: .float64)
      steepest = max(steepest, (gradient - expected).magnitude().max().item())
      violations += zeros(scores, labels)
      context.report(0.2 * Double(index) / 100)
    }
    let digits = try DigitSetting(context, using: &generator)
    let start = try digits.classifier(seed: context.seed)
    let recipe = TrainingRecipe(epochs: context.isFull ? 10 : 1, seed: context.seed)
    let sparse = try Trainer(recipe, loss: SparsemaxLoss()).train(start, on: digits.training)
    context.report(0.6)
    let plain = try Trainer(recipe).train(start, on: digits.training)
    let shares = try sparse.logits(of: digits.test.inputs).sparsemax()
    let seed = context.seed
    return [
      Measurement("projection", seed: seed, value: largest, unit: "error"),
      Measurement("slope", seed: seed, value: steepest, unit: "error"),
      Measurement("margin", seed: seed, value: Double(violations), unit: "violations"),
      Measurement(
        "accuracy", seed: seed, baseline: try DigitSetting.accuracy(plain, on: digits.test),
        value: try DigitSetting.accuracy(sparse, on: digits.test), unit: "share"),
      Measurement(
        "sparse", seed: seed, value: (shares .> 0).sum(axes: [1]).cast(to: .float32).mean().item(),
        unit: "classes"),
    ]
  }

  /// The nearest point of the simplex, by bisection for the threshold.
  private func projection(_ scores: Tensor) -> Tensor {
    var high = scores.max(axes: [1], keepingAxes: true)
    var low = high - 1
    for _ in 0..<60 {
      let middle = (low + high) * 0.5
      let isHeavy = (scores - middle).relu().sum(axes: [1], keepingAxes: true) .> 1
      low = Tensor.choosing(middle, where: isHeavy, otherwise: low)
      high = Tensor.choosing(high, where: isHeavy, otherwise: middle)
    }
    return (scores - (low + high) * 0.5).relu()
  }

  /// Counts rows whose loss is zero without a lead of 1, or is not zero with it; half of the rows
  /// are given a lead.
  private func zeros(_ scores: Tensor, _ labels: Tensor) -> Int {
    let own = labels.oneHot(classes: scores.size(1)).cast(to: .bool)
    let others = scores.replacing(
      with: Tensor(scalar: -Double.infinity), where: own
    ).max(axes: [1])
    let isRaised = Tensor.range(0..<100) .< 50
    let raised = Tensor.choosing(
      others + 1.001, where: isRaised, otherwise: scores.entries(at: labels))
    let changed = Tensor.choosing(raised.expandedDimension(at: 1), where: own, otherwise: scores)
    let isLeading = (raised - others) .>= 1
    // Rounding leaves some ulps where mathematics leaves zero.
    let isZero = SparsemaxLoss().perExample(changed, labels: labels) .<= 1e-14
    return isLeading.exclusiveOr(isZero).sum().integers[0]
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
