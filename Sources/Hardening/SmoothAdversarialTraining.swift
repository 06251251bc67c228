import Datasets
import Models
import Networks
import Tensors
import Training

/// Trains a classifier to be right at the examples, and to say much the same everywhere around
/// them.
///
/// The loss is one at the example, plus a weight times the largest disagreement of scores in a
/// perturbation set around it, which projected gradient ascent looks for.
///
/// - Complexity: `steps + 2` evaluations and slopes a step.
public struct SmoothAdversarialTraining: Sendable {
  public enum Objective: Sendable, Hashable {
    /// `Φ(Σ exp((h[k] − h[y]) / margin)) + weight · max ‖D(x') − D(x)‖₂`, where `D` are the leads
    /// `h[y] − h[k]` of the label's score and `Φ` is that of the comp-sum loss.
    ///
    /// - Source: "Cross-Entropy Loss Functions: Theoretical Analysis and Applications" (2023),
    ///   section 5.
    case compSum(CompSumLoss, margin: Double = 1, weight: Double = 1)
    /// Cross-entropy, plus `weight` times the largest divergence of the probabilities at the
    /// example from those near it.
    ///
    /// - Source: "Theoretically Principled Trade-off between Robustness and Accuracy" (2019),
    ///   section 3.3 (TRADES).
    case divergence(weight: Double = 6)
  }

  public var objective: Objective
  /// How many steps the ascent takes.
  public var steps: Int
  /// The length of one step of it as a share of the set's size.
  public var relativeStep: Double
  public var recipe: TrainingRecipe

  public init(
    _ objective: Objective = .compSum(CompSumLoss()), steps: Int = 10, relativeStep: Double = 0.25,
    recipe: TrainingRecipe = TrainingRecipe()
  ) {
    precondition(steps > 0 && relativeStep > 0, "\(steps) steps of \(relativeStep)")
    (self.objective, self.steps) = (objective, steps)
    (self.relativeStep, self.recipe) = (relativeStep, recipe)
  }

  /// Trains `network` and returns it with the parameters of the last step.
  ///
  /// The ascent starts at a random point of the set, where TRADES' code starts a thousandth of a
  /// normal number away from the example.
  ///
  /// - `report`: is called after each step with the share of the run that is done.
  /// - Throws: `PerturbationError.empty`, `DataError`, `NetworkError.inputMismatch`,
  ///   `TrainingError` and `CancellationError`.
  public func train(
    _ network: Network, on data: Dataset, within set: some PerturbationSet,
    report: (Double) throws -> Void = { _ in }
  ) throws -> Network {
    let labels = Tensor(try data.requiredLabels())
    try set.checkInhabited(around: data.inputs)
    var generator = Generator(seed: recipe.seed)
    return try recipe.train(network, on: data, using: &generator, finishStep: report) {
      network, rows, generator in
      let (inputs, targets) = (data.inputs.gathering(rows), labels.gathering(rows))
      let logits = try network.output(of: inputs, mode: .training)
      // The search has no slope in the parameters, only what it finds.
      let frozen = network.with(parameters: network.parameters.values.detached())
      let worst = try ascend(
        frozen, from: set.randomPoint(around: inputs, using: &generator), around: inputs,
        logits: logits.detached(), labels: targets, within: set)
      let near = try network.output(of: worst, mode: .training)
      return
        (clean(logits, labels: targets)
        + disagreement(of: near, with: logits, labels: targets) * weight).mean()
    }
  }

  /// Returns where, near each input, the frozen network's scores disagree most with `logits`.
  private func ascend(
    _ network: Network, from start: Tensor, around inputs: Tensor, logits: Tensor, labels: Tensor,
    within set: some PerturbationSet
  ) throws -> Tensor {
    var point = start
    for _ in 0..<steps {
      let slope = try gradient(at: point) {
        disagreement(
          of: try network.output(of: $0, mode: .training), with: logits, labels: labels
        ).sum()
      }
      let step = set.steepestStep(
        along: slope.replacing(with: slope.zerosLike(), where: !slope.isFinite))
      point = set.projection(of: point + step * relativeStep, around: inputs)
    }
    return point.detached()
  }

  private var weight: Double {
    switch objective {
    case .compSum(_, _, let weight), .divergence(let weight): weight
    }
  }

  /// The loss of each row at the example itself.
  func clean(_ logits: Tensor, labels: Tensor) -> Tensor {
    switch objective {
    case .compSum(let loss, let margin, _): loss.perExample(logits / margin, labels: labels)
    case .divergence: ClassificationLoss.crossEntropy.perExample(logits, labels: labels)
    }
  }

  /// How far each row of scores is from those at the example.
  func disagreement(of near: Tensor, with logits: Tensor, labels: Tensor) -> Tensor {
    switch objective {
    case .compSum:
      func leads(_ scores: Tensor) -> Tensor {
        scores.entries(at: labels).expandedDimension(at: 1) - scores
      }
      // The root has no slope at zero.
      return ((leads(near) - leads(logits)).square().sum(axes: [1]) + 1e-12).squareRoot()
    case .divergence:
      let (here, there) = (logits.logSoftmax(axis: 1), near.logSoftmax(axis: 1))
      return (here.exp() * (here - there)).sum(axes: [1])
    }
  }
}
