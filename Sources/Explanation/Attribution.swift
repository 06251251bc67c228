import Methods
import Models
import Tensors

/// Says how much each feature of an input counts for a class's score.
public protocol Attribution: Method {
  /// Returns a map for each row, in the shape of `inputs`; above zero where a feature speaks for
  /// the class.
  ///
  /// - Shape: `inputs` `[batch] + features`, `labels` `[batch]` of `int64`: the classes to explain.
  /// - Throws: what the model throws, and `CancellationError` when the task is cancelled.
  func maps(
    _ model: some GradientOracle, at inputs: Tensor, labels: Tensor,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor
}

extension Attribution {
  public static var access: ModelAccess { .gradients }
}

extension GradientOracle {
  /// Returns the gradient in the inputs of each row's score for its label.
  public func scoreGradient(at inputs: Tensor, labels: Tensor) throws -> Tensor {
    try logitsAndGradient(at: inputs) { $0.entries(at: labels).sum() }.gradient
  }
}
