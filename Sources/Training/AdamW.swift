import Tensors

/// Steps scaled by running moments of the gradient, with weight decay kept apart from them.
///
/// - Source: "Decoupled Weight Decay Regularization" (2017), algorithm 2; without decay it is
///   "Adam: A Method for Stochastic Optimization" (2014), algorithm 1.
public struct AdamW: Optimizer {
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var weightDecay: Double
  private var first: Tensor?
  private var second: Tensor?
  private var steps = 0

  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    precondition((0..<1).contains(beta1) && (0..<1).contains(beta2), "betas lie in 0..<1")
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
    self.weightDecay = weightDecay
  }

  public mutating func step(from values: Tensor, gradient: Tensor, learningRate: Double) -> Tensor {
    steps += 1
    let mean = (first ?? gradient.zerosLike()).interpolated(to: gradient, fraction: 1 - beta1)
    let square = (second ?? gradient.zerosLike())
      .interpolated(to: gradient.square(), fraction: 1 - beta2)
    (first, second) = (mean, square)
    let correction1 = 1 - power(beta1, steps)
    let correction2 = 1 - power(beta2, steps)
    let scale = square.squareRoot() / correction2.squareRoot() + epsilon
    let decayed = weightDecay == 0 ? values : values * (1 - learningRate * weightDecay)
    return decayed.adding(mean / scale, scaledBy: -learningRate / correction1)
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

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}
