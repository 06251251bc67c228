import Methods
import Tensors

/// Takes inputs for out-of-distribution where the highest probability is low.
///
/// - Source: "A Baseline for Detecting Misclassified and Out-of-Distribution Examples in Neural
///   Networks" (2016), section 3.
public struct MaximumSoftmax: ScoreDetector, Hashable {
  public init() {}

  public static let description = MethodDescription<Self>(
    "maximum-softmax", "One minus the highest probability.", family: "scores",
    origin: .yardstick(
      "A Baseline for Detecting Misclassified and Out-of-Distribution Examples in Neural Networks "
        + "(2016)"))

  public func anomalyScores(ofLogits logits: Tensor) -> Tensor {
    // One less a number near it would tie inputs of high confidence: what is left is summed instead.
    let highest = logits.cast(to: .float64).softmax(axis: 1).sorted(axis: 1).values
    return highest.narrowed(axis: 1, from: 0, count: logits.size(1) - 1).sum(axes: [1])
  }
}
