import Foundation
import Tensors

/// Adam with the largest recent gradient, which fades, in the place of the root mean square.
///
/// - Source: "Adam: A Method for Stochastic Optimization" (2014), algorithm 2. As in PyTorch,
///   `epsilon` is added to each gradient's magnitude, so that one of zero does not divide by zero.
public struct AdaMax: Optimizer {
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  private var first: Tensor?
  private var largest: Tensor?
  private var steps = 0

  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    precondition((0..<1).contains(beta1) && (0..<1).contains(beta2), "betas lie in 0..<1")
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
  }

  public mutating func step(from values: Tensor, gradient: Tensor, learningRate: Double) -> Tensor {
    steps += 1
    let mean = (first ?? gradient.zerosLike()).interpolated(to: gradient, fraction: 1 - beta1)
    let size = gradient.magnitude() + epsilon
    let peak = largest.map { ($0 * beta2).maximum(size) } ?? size
    (first, largest) = (mean, peak)
    return values.adding(mean / peak, scaledBy: -learningRate / (1 - pow(beta1, Double(steps))))
  }

  public var state: [Tensor] {
    get {
      guard let first, let largest else { return [] }
      return [first, largest, Tensor(scalar: steps)]
    }
    set {
      guard newValue.count == 3 else {
        (first, largest, steps) = (nil, nil, 0)
        return
      }
      (first, largest, steps) = (newValue[0], newValue[1], newValue[2].integers[0])
    }
  }
}
