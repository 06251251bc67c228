import Foundation
import Tensors

/// Steps scaled by running moments of the gradient: for each parameter the mean over the root of
/// the mean square, both corrected for starting at zero.
///
/// A gradient that is scaled by any factor in any coordinate leads, without `epsilon`, to the same
/// steps. For weight decay see `AdamW`.
///
/// - Source: "Adam: A Method for Stochastic Optimization" (2014), algorithm 1. As in PyTorch, and
///   unlike the remark at the end of section 2, `epsilon` is added to the corrected root.
public struct Adam: Optimizer {
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  private var first: Tensor?
  private var second: Tensor?
  private var steps = 0

  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    precondition((0..<1).contains(beta1) && (0..<1).contains(beta2), "betas lie in 0..<1")
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
  }

  public mutating func step(from values: Tensor, gradient: Tensor, learningRate: Double) -> Tensor {
    steps += 1
    let mean = (first ?? gradient.zerosLike()).interpolated(to: gradient, fraction: 1 - beta1)
    let square = (second ?? gradient.zerosLike())
      .interpolated(to: gradient.square(), fraction: 1 - beta2)
    (first, second) = (mean, square)
    let scale = square.squareRoot() / (1 - pow(beta2, Double(steps))).squareRoot() + epsilon
    return values.adding(
      mean / scale, scaledBy: -learningRate / (1 - pow(beta1, Double(steps))))
  }

  public var state: [Tensor] {
    get {
      guard let first, let second else { return [] }
      return [first, second, Tensor(scalar: steps)]
    }
    set {
      guard newValue.count == 3 else {
        (first, second, steps) = (nil, nil, 0)
        return
      }
      (first, second, steps) = (newValue[0], newValue[1], newValue[2].integers[0])
    }
  }
}
