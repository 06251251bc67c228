import Foundation
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
///   momentum as in "Boosting Adversarial Attacks with Momentum" (2018), algorithm 1.
public struct ProjectedGradientAttack: Sendable, Hashable {
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
    steps: Int = 40, restarts: Int = 1, relativeStep: Float = 0.25, finalStepShare: Float = 0.1,
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

  /// Attacks every row and lets the verifier judge.
  ///
  /// - Shape: `inputs` `[batch] + features`, `labels` `[batch]` of `int64`.
  /// - `report`: is called with the share of the work that is done.
  /// - Throws: what the model throws, `PerturbationError.empty` if there is nothing of the set
  ///   around an input, and `CancellationError` when the task is cancelled.
  public func callAsFunction<Set: PerturbationSet>(
    _ model: some GradientOracle, on inputs: Tensor, labels: Tensor, within set: Set,
    using generator: inout some RandomNumberGenerator, report: (Double) -> Void = { _ in }
  ) throws -> AttackOutcome {
    try set.checkInhabited(around: inputs)
    let meter = QueryMeter(model)
    let total = inputs.size(0)
    var candidates: [Tensor] = []
    for start in stride(from: 0, to: total, by: batchSize) {
      let range = start..<min(start + batchSize, total)
      candidates.append(
        try climb(meter, from: inputs[range], labels: labels[range], within: set, using: &generator)
      )
      report(Double(range.upperBound) / Double(total))
    }
    let joined = Tensor.concatenating(candidates)
    let fooled = try AttackVerifier(set).fooled(meter, by: joined, around: inputs, labels: labels)
    return AttackOutcome(candidates: joined, fooled: fooled, queries: meter.queries)
  }

  /// Returns one candidate for each row.
  private func climb(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet,
    using generator: inout some RandomNumberGenerator
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
        let (logits, slope) = try model.logitsAndGradient(at: candidate) { logits in
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
          direction = direction * momentum + slope.gathering(left).scaledRows()
        } else {
          direction = direction * momentum + slope.scaledRows()
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
  ///
  /// A slope that is not finite gives no direction: it would make a candidate of no numbers, which
  /// passes for robust.
  fileprivate func scaledRows() -> Tensor {
    let slopes = replacing(with: zerosLike(), where: !isFinite)
    let sizes = slopes.flattenedRows().magnitude().mean(axes: [1]).clamped(from: 1e-30)
    return slopes / sizes.reshaped(to: [size(0)] + Shape(repeating: 1, count: rank - 1))
  }

  /// The places of a vector where it is true.
  func indicesOfTrue() -> Tensor { nonzeroIndices().squeezed(axes: [1]) }
}
