import Methods
import Tensors

/// A rule that turns a gradient into a step.
///
/// An optimizer is a value that holds what it remembers; a step over all parameters of a network is
/// a few kernel calls on flat tensors.
public protocol Optimizer: Method {
  /// Returns the parameters after one step.
  ///
  /// - Shape: both `[count]`.
  mutating func step(from values: Tensor, gradient: Tensor, learningRate: Double) -> Tensor

  /// What the optimizer remembers, to be kept in a checkpoint.
  var state: [Tensor] { get set }
}

extension Optimizer {
  public static var access: ModelAccess { .graph }
}
