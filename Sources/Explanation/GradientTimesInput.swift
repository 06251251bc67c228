import Models
import Tensors

/// The slope of a class's score in each feature, times the feature.
///
/// For a network that is linear around the input without offset, the map adds up to the score.
///
/// - Complexity: one gradient query an example.
/// - Source: "Not Just a Black Box: Learning Important Features Through Propagating Activation
///   Differences" (2016), section 1.
public struct GradientTimesInput: Sendable, Hashable {
  public init() {}

  /// Returns a map for each row, in the shape of `inputs`.
  ///
  /// - Shape: `inputs` `[batch] + features`, `labels` `[batch]` of `int64`: the classes to explain.
  public func callAsFunction(
    _ model: some GradientOracle, at inputs: Tensor, labels: Tensor
  ) throws -> Tensor {
    try model.scoreGradient(at: inputs, labels: labels) * inputs
  }
}

extension GradientOracle {
  /// Returns the gradient in the inputs of each row's score for its label.
  public func scoreGradient(at inputs: Tensor, labels: Tensor) throws -> Tensor {
    try logitsAndGradient(at: inputs) { logits in
      logits.gatheringElements(labels.expandedDimension(at: 1), axis: 1).sum()
    }.gradient
  }
}
