import Methods
import Models
import Tensors

/// Changes one feature at a time by a fixed step, in random order, and keeps what lowers the label's
/// probability.
///
/// - Complexity: at most `queries` score queries an example, and one decision query to judge.
/// - Source: "Simple Black-box Adversarial Attacks" (2019), algorithm 1, in the basis of pixels;
///   points are projected onto the set, where the paper bounds the number of steps instead.
public struct SimBA: ScoreAttack, Hashable {
  /// The most score queries for one example.
  public var queries: Int
  /// The length of a step, as a share of the domain's width.
  public var step: Double
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(queries: Int, step: Double = 0.2, batchSize: Int = 128) {
    precondition(
      queries > 0 && step > 0 && batchSize > 0, "queries, step and batchSize are positive")
    (self.queries, self.step, self.batchSize) = (queries, step, batchSize)
  }

  public init() { self.init(queries: 5000) }

  public static let description = MethodDescription<Self>(
    "simba", "One feature after another, in random order, by scores.", family: "random search",
    origin: .yardstick("Simple Black-box Adversarial Attacks (2019)"),
    settings: [
      .integer("queries", \.queries, 1...10_000_000, "The most score queries for one example."),
      .number(
        "step", \.step, .above(0, atMost: 1), "A step's length as a share of the domain's width."),
    ])

  public func candidates(
    _ model: some ScoreOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let features = inputs.count / max(1, inputs.size(0))
    let width = (Double(set.domain.upperBound) - Double(set.domain.lowerBound)) * step
    let logits = try model.logits(of: inputs)
    var (found, left) = (inputs, queries - 1)
    var active = (logits.decisions() .== labels).indicesOfTrue()
    var (point, center) = (inputs.gathering(active), inputs.gathering(active))
    var targets = labels.gathering(active)
    var chance = self.chance(logits.gathering(active), targets)
    var order = Tensor.uniform([active.count, features], using: &generator)
      .sorted(axis: 1).indices
    var place = 0
    while left > 0, active.count > 0 {
      try Task.checkCancellation()
      if place == features {
        place = 0
        order =
          Tensor.uniform([active.count, features], using: &generator)
          .sorted(axis: 1).indices
      }
      let feature = order.narrowed(axis: 1, from: place, count: 1)
      place += 1
      let direction = point.flattenedRows().zerosLike()
        .scattering(
          Tensor.full(width, [active.count, 1]).cast(to: point.dtype), at: feature, axis: 1
        ).reshaped(to: point.shape)
      var isSettled = Tensor.zeros([active.count]).cast(to: .bool)
      var isFooled = isSettled
      for sign in [1.0, -1] where left > 0 {
        left -= 1
        let proposal = set.projection(of: point + direction * sign, around: center)
        let scores = try model.logits(of: proposal)
        let next = self.chance(scores, targets)
        let isBetter = (next .< chance) .& !isSettled
        point = Tensor.choosing(proposal, where: point.aligned(isBetter), otherwise: point)
        chance = Tensor.choosing(next, where: isBetter, otherwise: chance)
        isFooled = (isFooled .| (isBetter .& (scores.decisions() .!= targets)))
        isSettled = (isSettled .| isBetter)
      }
      guard isFooled.any().booleans[0] else { continue }
      found = found.replacingRows(
        at: active.gathering(isFooled.indicesOfTrue()),
        with: point.gathering(isFooled.indicesOfTrue()))
      let rows = (!isFooled).indicesOfTrue()
      (active, point, center) = (
        active.gathering(rows), point.gathering(rows), center.gathering(rows)
      )
      (targets, chance) = (targets.gathering(rows), chance.gathering(rows))
      order = order.gathering(rows)
    }
    return found.replacingRows(at: active, with: point)
  }

  /// The logarithm of the label's probability.
  private func chance(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    -ClassificationLoss.crossEntropy.perExample(logits, labels: labels)
  }
}
