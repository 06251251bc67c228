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
    1 - logits.softmax(axis: 1).max(axes: [1])
  }
}
