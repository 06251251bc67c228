import Methods
import Models
import Networks
import Tensors
import Training

/// Trains a classifier to be right at the examples, and to say much the same everywhere around
/// them: `Φ(Σ exp((h[k] − h[y]) / margin)) + weight · max ‖D(x') − D(x)‖₂`, where `D` are the leads
/// `h[y] − h[k]` of the label's score and `Φ` is that of the comp-sum loss.
///
/// Projected gradient ascent looks for the maximum.
///
/// - Complexity: `steps + 2` evaluations and gradients a step.
/// - Source: "Cross-Entropy Loss Functions: Theoretical Analysis and Applications" (2023),
///   section 5.
public struct SmoothAdversarialTraining: HardeningMethod {
  public var loss: CompSumLoss
  /// What scores are divided by in the loss at the example.
  public var margin: Double
  /// How much disagreement near the example weighs.
  public var weight: Double
  /// How many steps the ascent takes.
  public var steps: Int
  /// The length of one step of it as a share of the set's size.
  public var relativeStep: Double
  public var recipe: TrainingRecipe

  public init(
    _ loss: CompSumLoss, margin: Double = 1, weight: Double = 1, steps: Int = 10,
    relativeStep: Double = 0.25, recipe: TrainingRecipe = TrainingRecipe()
  ) {
    precondition(margin > 0 && weight >= 0, "a margin of \(margin), a weight of \(weight)")
    precondition(steps > 0 && relativeStep > 0, "\(steps) steps of \(relativeStep)")
    (self.loss, self.margin, self.weight) = (loss, margin, weight)
    (self.steps, self.relativeStep, self.recipe) = (steps, relativeStep, recipe)
  }

  public init() { self.init(CompSumLoss()) }

  public static let description = MethodDescription<Self>(
    "smooth-comp-sum", "A comp-sum loss plus the largest change of margins near the example.",
    family: "adversarial training", origin: .paper("comp-sum-losses"),
    settings: [
      .number("tau", \.loss.tau, .atLeast(0), "Which loss of the comp-sum family; 1 is logistic."),
      .number("margin", \.margin, .above(0), "What scores are divided by in the loss."),
      .number("weight", \.weight, .atLeast(0), "How much robustness weighs against accuracy."),
    ] + InnerMaximization.settings(steps: \.steps, relativeStep: \.relativeStep))

  public static let needs: Set<HardeningNeed> = [.perturbations]

  public func batchLoss(
    of network: Network, on batch: HardeningBatch, state: inout Void,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let search = InnerMaximization(steps: steps, relativeStep: relativeStep)
    let (logits, labels) = (try network.output(of: batch.inputs, mode: .training), batch.labels)
    let fixed = logits.detached()
    let near = try search.scores(of: network, around: batch, using: &generator) {
      Self.disagreement(of: $0, with: fixed, labels: labels)
    }
    let clean = loss.perExample(logits / margin, labels: labels)
    return (clean + Self.disagreement(of: near, with: logits, labels: labels) * weight).mean()
  }

  /// How far the leads of each row's label are from those at the example.
  static func disagreement(of near: Tensor, with logits: Tensor, labels: Tensor) -> Tensor {
    func leads(_ scores: Tensor) -> Tensor {
      scores.entries(at: labels).expandedDimension(at: 1) - scores
    }
    // The root has no gradient at zero.
    return ((leads(near) - leads(logits)).square().sum(axes: [1]) + 1e-12).squareRoot()
  }
}
