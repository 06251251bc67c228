import Methods
import Models
import Tensors

/// The negative logarithm of the label's probability.
///
/// - Source: "Probabilistic Interpretation of Feedforward Classification Network Outputs, with
///   Relationships to Statistical Pattern Recognition" (1990), section 3.
public struct CrossEntropy: TrainingLoss, Hashable {
  public init() {}

  public static let description = MethodDescription<Self>(
    "cross-entropy", "The negative logarithm of the label's probability.", family: "likelihood",
    origin: .yardstick(
      "Probabilistic Interpretation of Feedforward Classification Network Outputs "
        + "(1990)"))

  public func perExample(_ logits: Tensor, labels: Tensor) -> Tensor {
    ClassificationLoss.crossEntropy.perExample(logits, labels: labels)
  }

  public func mean(_ logits: Tensor, labels: Tensor) -> Tensor {
    ClassificationLoss.crossEntropy.mean(logits, labels: labels)
  }
}
