import Tensors

/// Gradients taken where the loss is worst nearby, to first order, so that descent ends where losses
/// are low all around.
///
/// It wraps any optimizer's step: `TrainingRecipe.sharpness` makes a recipe's descent use it.
///
/// - Complexity: two gradients instead of one.
/// - Source: "Sharpness-Aware Minimization for Efficiently Improving Generalization" (2020),
///   algorithm 1 with `p = 2`: `e = radius · g / ‖g‖`, and the gradient at `values + e`. The
///   gradient of `e` in the values is left out, as there.
public struct SharpnessAwareMinimization: Sendable, Hashable, Codable {
  /// How far away, in the Euclidean norm over all parameters, the loss may be worst.
  public var radius: Double

  public init(radius: Double = 0.05) {
    precondition(radius >= 0 && radius.isFinite, "a radius of \(radius)")
    self.radius = radius
  }

  /// Returns the loss at `values`, and its gradient where it is worst nearby.
  ///
  /// - Shape: `values` `[count]`; `loss` returns one number, and is called twice.
  public func valueAndGradient(
    at values: Tensor, of loss: (Tensor) throws -> Tensor
  ) rethrows -> (value: Tensor, gradient: Tensor) {
    let (value, gradient) = try Tensors.valueAndGradient(at: values, of: loss)
    let ascent = gradient * (radius / gradient.norm().clamped(from: 1e-12))
    return (value, try Tensors.gradient(at: values + ascent, of: loss))
  }
}
