import Tensors

/// Losses that ask for predictions which no perturbation within a radius changes.
public enum CertifiedMarginLoss: Sendable, Hashable {
  /// Cross-entropy of scores in which every wrong one is raised by as much as a perturbation can
  /// raise it against the label's, but by no more than it needs to draw level, and at least by a
  /// hundredth.
  ///
  /// - Source: "Unlocking Deterministic Robustness Certification on ImageNet" (2023), section 4;
  ///   the share of the radius is no part of the gradient.
  case emma(radius: Double)
  /// Cross-entropy of scores in which every wrong one is raised by as much as a change can raise
  /// it.
  ///
  /// - Source: as above, equation 2, the loss that `emma` improves on.
  case fixedMargin(radius: Double)
  /// Cross-entropy of the scores and of one more, which is the best score beside the prediction's,
  /// raised by as much as a change can raise it.
  ///
  /// - Source: "Globally-Robust Neural Networks" (2021), section 2.2.
  case globallyRobust(radius: Double)

  /// Returns the mean loss.
  ///
  /// - Shape: `logits` `[batch, classes]`, `labels` `[batch]` of `int64`, `reach` `[classes,
  ///   classes]`: how much a change of length 1 raises a score of column `j` against one of row
  ///   `i`.
  public func mean(_ logits: Tensor, labels: Tensor, reach: Tensor) -> Tensor {
    switch self {
    case .emma(let radius):
      let gaps = gaps(logits, labels)
      let margins = reach.gathering(labels) * radius
      let share = (-gaps / margins.clamped(from: 1e-8)).clamped(from: 0.01, through: 1).detached()
      return (gaps + share * margins).crossEntropy(labels: labels)
    case .fixedMargin(let radius):
      return (gaps(logits, labels) + reach.gathering(labels) * radius).crossEntropy(labels: labels)
    case .globallyRobust(let radius):
      let decisions = logits.detached().argmax(axis: 1)
      let isDecision = decisions.oneHot(classes: logits.size(1)).cast(to: .bool)
      let raised = (logits + reach.gathering(decisions) * radius).replacing(
        with: Tensor(scalar: -1e10).cast(to: logits.dtype), where: isDecision)
      let best = raised.max(axes: [1], keepingAxes: true)
      return Tensor.concatenating([logits, best], axis: 1).crossEntropy(labels: labels)
    }
  }

  private func gaps(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    logits - logits.gatheringElements(labels.expandedDimension(at: 1), axis: 1)
  }
}
