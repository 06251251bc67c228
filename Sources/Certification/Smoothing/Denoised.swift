import Models
import Networks
import Tensors

/// A classifier behind a denoiser, which is again a classifier.
///
/// Smoothing it certifies the pair: a classifier that was never trained with noise becomes one that
/// stands it.
///
/// It conforms to what its base conforms to, and to no more; gradients go through the denoiser.
///
/// - Source: "Denoised Smoothing: A Provable Defense for Pretrained Classifiers" (2020), section 3.
public struct Denoised<Base: DecisionOracle>: DecisionOracle {
  private let base: Base
  private let denoiser: @Sendable (Tensor) throws -> Tensor

  /// - Parameter denoiser: takes noisy inputs, `[batch] + features`, to what `base` is asked.
  public init(_ base: Base, by denoiser: @escaping @Sendable (Tensor) throws -> Tensor) {
    (self.base, self.denoiser) = (base, denoiser)
  }

  public init(_ base: Base, by denoiser: Network) {
    self.init(base) { try denoiser.output(of: $0) }
  }

  public func labels(of inputs: Tensor) throws -> [Int] {
    try base.labels(of: try denoiser(inputs))
  }
}

extension Denoised: ScoreOracle where Base: ScoreOracle {
  public func logits(of inputs: Tensor) throws -> Tensor {
    try base.logits(of: try denoiser(inputs))
  }
}

extension Denoised: GradientOracle where Base: GradientOracle {
  public func logitsAndGradient(
    at inputs: Tensor, of objective: (Tensor) throws -> Tensor
  ) throws -> (logits: Tensor, gradient: Tensor) {
    let clean = try denoiser(inputs)
    let (logits, slope) = try base.logitsAndGradient(at: clean, of: objective)
    return (logits, try vectorJacobianProduct(of: denoiser, at: inputs, with: slope).product)
  }
}
