import Methods
import Models
import Tensors

/// Gradient ascent that needs no step size: steps are halved, and the search goes back to the best
/// point, wherever the loss rises too seldom.
///
/// A step goes along the gradient, is projected, and keeps a quarter of the step before. At
/// checkpoints that come closer and closer, an example's step is halved if fewer than three quarters
/// of the steps since the last one raised its loss, or if neither step nor best loss changed there.
/// For L1 balls a step moves the features of the largest gradients alike, fewer of them as the best
/// point grows sparser. An example that is fooled leaves the batch.
///
/// - Complexity: `steps + 1` gradient queries an example for each start and target, and two decision
///   queries.
/// - Source: "Reliable evaluation of adversarial robustness with an ensemble of diverse
///   parameter-free attacks" (2020), algorithm 1; for L1 "Mind the box: ℓ1-APGD for sparse adversarial
///   attacks on image classifiers" (2021), algorithm 1, without its first stages in larger balls, and
///   projected onto the ball and then cut to the domain, not onto both at once. As in
///   the public code, the first step counts as a rise if the loss is above zero after it.
public struct AutoPGD: GradientAttack, Hashable {
  /// What is raised.
  public enum Loss: String, Sendable, Hashable, CaseIterable {
    case crossEntropy = "cross-entropy"
    /// The lead of the best other class, in units of the spread of the highest scores.
    case logitsRatio = "dlr"
    /// The same for one other class after another, from the one that scores highest at the input.
    case targetedLogitsRatio = "targeted-dlr"
  }

  public var loss: Loss
  public var steps: Int
  public var restarts: Int
  /// The most classes that are gone for, by the targeted loss.
  public var targets: Int
  /// Whether the first start is random, instead of the input itself.
  public var startsRandomly: Bool
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(
    loss: Loss = .crossEntropy, steps: Int = 100, restarts: Int = 1, targets: Int = 9,
    startsRandomly: Bool = true, batchSize: Int = 128
  ) {
    precondition(
      steps > 0 && restarts > 0 && targets > 0 && batchSize > 0,
      "steps, restarts, targets and batchSize are positive")
    (self.loss, self.steps, self.restarts, self.targets) = (loss, steps, restarts, targets)
    (self.startsRandomly, self.batchSize) = (startsRandomly, batchSize)
  }

  public init() { self.init(loss: .crossEntropy) }

  public static let description = MethodDescription<Self>(
    "apgd", "Gradient ascent that chooses its own steps.", family: "gradient",
    origin: .yardstick(
      "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free "
        + "attacks (2020)"),
    settings: [
      .choice("loss", \.loss, "The loss that is raised."),
      .integer("steps", \.steps, 1...100_000, "How many steps to take from each start."),
      .integer("restarts", \.restarts, 1...10_000, "How many starts to try."),
      .integer("targets", \.targets, 1...10_000, "How many classes the targeted loss goes for."),
      .flag("starts-randomly", \.startsRandomly, "Whether the first start is random too."),
    ])

  public func candidates(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let standing = try StandingExamples(model, inputs, labels: labels)
    var (found, active) = (inputs, standing.rows)
    for target in try targetClasses(standing) {
      for restart in 0..<restarts where active.count > 0 {
        let center = inputs.gathering(active)
        let start =
          restart == 0 && !startsRandomly
          ? center : set.randomPoint(around: center, using: &generator)
        var climb = AutoPGDClimb(
          center: center, start: start, labels: labels.gathering(active),
          targets: target?.gathering(active), steps: steps, isSparse: set is L1Ball)
        try climb.run(model, within: set, loss: values)
        found = found.replacingRows(at: active, with: climb.result)
        active = active.gathering((!climb.isFooled).indicesOfTrue())
      }
    }
    return found
  }

  /// The targets of each round, of shape `[batch]`; one round without any for the other losses.
  private func targetClasses(_ standing: StandingExamples) throws -> [Tensor?] {
    guard loss == .targetedLogitsRatio else { return [nil] }
    return standing.classesByScore(atMost: targets)
  }

  private func values(_ logits: Tensor, _ labels: Tensor, _ targets: Tensor?) -> Tensor {
    if let targets {
      return LogitsRatioLoss.perExample(logits, labels: labels, targets: targets)
    }
    return loss == .crossEntropy
      ? ClassificationLoss.crossEntropy.perExample(logits, labels: labels)
      : LogitsRatioLoss.perExample(logits, labels: labels)
  }
}

/// The rows that a model gets right as they are, and what it takes them for.
struct StandingExamples {
  /// The places of the rows that are right.
  let rows: Tensor
  private let logits: Tensor
  private let labels: Tensor

  init(_ model: some ScoreOracle, _ inputs: Tensor, labels: Tensor) throws {
    logits = try model.logits(of: inputs)
    self.labels = labels
    rows = (logits.decisions() .== labels).indicesOfTrue()
  }

  /// For each rank up to `count`, the other class of each row that scores highest, second highest
  /// and so on, of shape `[batch]`.
  func classesByScore(atMost count: Int) -> [Tensor] {
    let classes = logits.size(1)
    let isOwn = labels.oneHot(classes: classes).cast(to: .bool)
    let others = logits.replacing(
      with: Tensor(scalar: -Float.infinity).cast(to: logits.dtype), where: isOwn)
    let order = others.sorted(axis: 1, descending: true).indices
    return (0..<min(count, classes - 1)).map { order.selecting($0, axis: 1) }
  }
}
