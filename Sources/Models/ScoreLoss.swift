import Tensors

/// How wrong scores are about labels; larger is worse. Training takes any such loss.
public protocol ScoreLoss: Sendable {
  /// Returns the loss of each row.
  ///
  /// - Shape: `logits` `[batch, classes]`, `labels` `[batch]` of `int64`; the result is `[batch]`.
  func perExample(_ logits: Tensor, labels: Tensor) -> Tensor

  /// Returns the mean loss over the rows.
  func mean(_ logits: Tensor, labels: Tensor) -> Tensor
}

extension ScoreLoss {
  public func mean(_ logits: Tensor, labels: Tensor) -> Tensor {
    perExample(logits, labels: labels).mean()
  }
}

extension Tensor {
  /// The entry of each row that its label names.
  ///
  /// - Shape: `[batch, classes]` and `labels` `[batch]` of `int64` to `[batch]`.
  public func entries(at labels: Tensor) -> Tensor {
    gatheringElements(labels.expandedDimension(at: 1), axis: 1).squeezed(axes: [1])
  }
}
