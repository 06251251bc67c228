import Foundation
import Methods
import Models
import Tensors

/// Climbs a loss by repeated steps, each followed by a projection onto the perturbation set.
///
/// Every start is a random point of the set, or, without `startsRandomly`, the first is the input
/// itself. An example that is fooled leaves the batch, so that later steps are spent on the others.
///
/// - Complexity: at most `restarts * (steps + 1)` gradient queries an example, and one decision
///   query to judge.
/// - Source: "Towards Deep Learning Models Resistant to Adversarial Attacks" (2017), section 2.1;
///   momentum as in "Boosting Adversarial Attacks with Momentum" (2018), algorithm 1. Deviation: by
///   default the margin is raised and steps grow shorter, where the paper raises cross-entropy by
///   steps of one length.
public struct ProjectedGradientAttack: GradientAttack, Hashable {
  public var steps: Int
  public var restarts: Int
  /// The length of the first step as a fraction of the set's size.
  public var relativeStep: Float
  /// The length of the last step as a fraction of the first; lengths fall along half a cosine wave.
  public var finalStepShare: Float
  /// How much of the direction so far is kept at each step; 0 for none.
  public var momentum: Float
  public var loss: ClassificationLoss
  /// Whether the first start is random too, instead of the input itself.
  public var startsRandomly: Bool
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(
    steps: Int, restarts: Int = 1, relativeStep: Float = 0.25, finalStepShare: Float = 0.1,
    momentum: Float = 0.75, loss: ClassificationLoss = .margin, startsRandomly: Bool = true,
    batchSize: Int = 128
  ) {
    precondition(
      steps > 0 && restarts > 0 && batchSize > 0, "steps, restarts and batchSize are positive")
    precondition(
      relativeStep > 0 && momentum >= 0, "relativeStep is positive, momentum not negative")
    (self.steps, self.restarts, self.relativeStep) = (steps, restarts, relativeStep)
    (self.finalStepShare, self.momentum, self.loss) = (finalStepShare, momentum, loss)
    (self.startsRandomly, self.batchSize) = (startsRandomly, batchSize)
  }

  public init() { self.init(steps: 40) }

  public static let description = MethodDescription<Self>(
    "pgd", "Gradient ascent with projections, momentum and random starts.", family: "gradient",
    origin: .yardstick(
      "Towards Deep Learning Models Resistant to Adversarial Attacks (2017)"),
    settings: [
      .integer("steps", \.steps, 1...100_000, "How many steps to take from each start."),
      .integer("restarts", \.restarts, 1...10_000, "How many starts to try."),
      .number(
        "relative-step", \.relativeStep, .above(0, atMost: 1000),
        "The length of the first step as a fraction of the radius."),
      .number(
        "final-step-share", \.finalStepShare, .within(0...1),
        "The length of the last step as a fraction of the first."),
      .number("momentum", \.momentum, .within(0...10), "How much of the direction so far is kept."),
      .choice("loss", \.loss, "The loss that is raised."),
      .flag("starts-randomly", \.startsRandomly, "Whether the first start is random too."),
    ])

  public func candidates(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    var found = inputs
    var active = Tensor.range(0..<inputs.size(0))
    for restart in 0..<restarts where active.count > 0 {
      var (center, targets) = (inputs.gathering(active), labels.gathering(active))
      var candidate =
        restart == 0 && !startsRandomly
        ? center : set.randomPoint(around: center, using: &generator)
      var direction = candidate.zerosLike()
      for step in 0...steps {
        try Task.checkCancellation()
        let (logits, gradient) = try model.logitsAndGradient(at: candidate) { logits in
          loss.perExample(logits, labels: targets).sum()
        }
        let isFooled = logits.decisions() .!= targets
        if isFooled.any().booleans[0] {
          let (gone, left) = (isFooled.indicesOfTrue(), (!isFooled).indicesOfTrue())
          found = found.replacingRows(at: active.gathering(gone), with: candidate.gathering(gone))
          active = active.gathering(left)
          if active.count == 0 { break }
          (center, targets) = (center.gathering(left), targets.gathering(left))
          (candidate, direction) = (candidate.gathering(left), direction.gathering(left))
          direction = direction * momentum + gradient.gathering(left).scaledRows()
        } else {
          direction = direction * momentum + gradient.scaledRows()
        }
        if step == steps { break }
        let move = set.steepestStep(along: direction) * length(of: step)
        candidate = set.projection(of: candidate + move, around: center)
      }
      if active.count > 0 { found = found.replacingRows(at: active, with: candidate) }
    }
    return found
  }

  /// The length of a step as a fraction of the set's size.
  private func length(of step: Int) -> Double {
    let share = 0.5 * (1 + cos(.pi * Double(step) / Double(steps)))
    return Double(relativeStep) * (Double(finalStepShare) + (1 - Double(finalStepShare)) * share)
  }
}

extension Tensor {
  /// Each row divided by its mean magnitude, so that directions of different steps weigh alike.
  fileprivate func scaledRows() -> Tensor {
    let gradients = finite()
    let sizes = gradients.flattenedRows().magnitude().mean(axes: [1]).clamped(from: 1e-30)
    return gradients / sizes.reshaped(to: [size(0)] + Shape(repeating: 1, count: rank - 1))
  }

  /// A gradient with zeros where it is not finite: a step along no number would make a candidate of
  /// no numbers, which passes for robust.
  func finite() -> Tensor { replacing(with: zerosLike(), where: !isFinite) }

  /// The places of a vector where it is true.
  func indicesOfTrue() -> Tensor { nonzeroIndices().squeezed(axes: [1]) }
}
