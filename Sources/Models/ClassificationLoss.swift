import Tensors

/// How wrong scores are about labels; larger is worse.
public enum ClassificationLoss: String, Sendable, Hashable, CaseIterable {
  /// The negative logarithm of the label's probability.
  case crossEntropy
  /// The best other score minus the label's; positive exactly where the decision is wrong.
  ///
  /// - Source: "Towards Evaluating the Robustness of Neural Networks" (2017), section V.
  case margin

  /// Returns the loss of each row.
  ///
  /// - Shape: `logits` `[batch, classes]`, `labels` `[batch]` of `int64`; the result is `[batch]`.
  public func perExample(_ logits: Tensor, labels: Tensor) -> Tensor {
    let column = labels.expandedDimension(at: 1)
    switch self {
    case .crossEntropy:
      return -logits.logSoftmax(axis: 1).gatheringElements(column, axis: 1).squeezed(axes: [1])
    case .margin:
      let own = logits.gatheringElements(column, axis: 1).squeezed(axes: [1])
      let isOwn = labels.oneHot(classes: logits.size(1)).cast(to: .bool)
      let others = logits.replacing(
        with: Tensor(scalar: -Float.infinity).cast(to: logits.dtype), where: isOwn)
      return others.max(axes: [1]) - own
    }
  }

  /// Returns the mean loss over the rows.
  public func mean(_ logits: Tensor, labels: Tensor) -> Tensor {
    switch self {
    case .crossEntropy: logits.crossEntropy(labels: labels)
    case .margin: perExample(logits, labels: labels).mean()
    }
  }
}
