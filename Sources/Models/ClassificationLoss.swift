import Tensors

/// The losses that attacks and training use most.
public enum ClassificationLoss: String, ScoreLoss, Hashable, CaseIterable {
  /// The negative logarithm of the label's probability.
  case crossEntropy
  /// The best other score minus the label's; positive exactly where the prediction is wrong.
  ///
  /// - Source: "Towards Evaluating the Robustness of Neural Networks" (2017), section V.
  case margin

  public func perExample(_ logits: Tensor, labels: Tensor) -> Tensor {
    switch self {
    case .crossEntropy: return -logits.logSoftmax(axis: 1).entries(at: labels)
    case .margin:
      let isOwn = labels.oneHot(classes: logits.size(1)).cast(to: .bool)
      let others = logits.replacing(
        with: Tensor(scalar: -Float.infinity).cast(to: logits.dtype), where: isOwn)
      return others.max(axes: [1]) - logits.entries(at: labels)
    }
  }

  public func mean(_ logits: Tensor, labels: Tensor) -> Tensor {
    switch self {
    case .crossEntropy: logits.crossEntropy(labels: labels)
    case .margin: perExample(logits, labels: labels).mean()
    }
  }
}
