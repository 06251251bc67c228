import Models
import Tensors

/// How good the order is in which maps put an example's features: how the class's probability falls
/// as the most important features are deleted first, and how it rises as they are inserted first.
///
/// - Complexity: `2 · (steps + 1)` score queries an example.
/// - Source: "RISE: Randomized Input Sampling for Explanation of Black-box Models" (2018), section
///   4.2; deleted features take the baseline's values in both, where the paper begins insertion at
///   a blurred image.
public struct FeatureOrdering: Sendable, Hashable {
  /// In how many equal portions features are deleted or inserted.
  public var steps: Int

  public init(steps: Int = 20) {
    precondition(steps > 0, "steps are positive")
    self.steps = steps
  }

  /// The probabilities of the explained classes on the way; shapes `[examples, steps + 1]`.
  public struct Curves: Sendable {
    /// From the whole input to the baseline.
    public let deletion: Tensor
    /// From the baseline to the whole input.
    public let insertion: Tensor

    /// The area under each deletion curve; lower is better.
    public var deletionAreas: Tensor { Self.areas(deletion) }
    /// The area under each insertion curve; higher is better.
    public var insertionAreas: Tensor { Self.areas(insertion) }

    private static func areas(_ curves: Tensor) -> Tensor {
      let count = curves.size(1) - 1
      let (left, right) = (
        curves.narrowed(axis: 1, from: 0, count: count),
        curves.narrowed(axis: 1, from: 1, count: count)
      )
      return ((left + right) * 0.5).mean(axes: [1])
    }
  }

  /// Follows the class's probability along both ways.
  ///
  /// - Shape: `maps` and `inputs` `[batch] + features`, `labels` `[batch]` of `int64`, `baseline`
  ///   `features`.
  /// - `channelAxis`: the axis of `inputs` whose features are deleted together, by the sum of their
  ///   map; nil if each feature counts for itself.
  public func curves(
    _ model: some ScoreOracle, maps: Tensor, at inputs: Tensor, labels: Tensor, baseline: Tensor,
    channelAxis: Int? = nil
  ) throws -> Curves {
    let weights = channelAxis.map { maps.sum(axes: [$0], keepingAxes: true) } ?? maps
    let order = (-weights).flattenedRows().sorted(axis: 1).indices
    let ranks = order.sorted(axis: 1).indices.reshaped(to: weights.shape)
    let count = order.size(1)
    func probabilities(deleting rows: Tensor) throws -> Tensor {
      let points = Tensor.choosing(baseline, where: rows, otherwise: inputs)
      return try model.logits(of: points).softmax(axis: 1).entries(at: labels)
    }
    var (deletion, insertion): ([Tensor], [Tensor]) = ([], [])
    for step in 0...steps {
      try Task.checkCancellation()
      let limit = (step * count + steps / 2) / steps
      deletion.append(try probabilities(deleting: (ranks .< limit).broadcast(to: inputs.shape)))
      insertion.append(try probabilities(deleting: (ranks .>= limit).broadcast(to: inputs.shape)))
    }
    return Curves(
      deletion: .stacking(deletion, axis: 1), insertion: .stacking(insertion, axis: 1))
  }
}
