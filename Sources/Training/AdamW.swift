import Tensors

/// Adam, with a decay of weights that is kept apart from the moments.
///
/// - Source: "Decoupled Weight Decay Regularization" (2017), algorithm 2.
public struct AdamW: Optimizer {
  public var weightDecay: Double
  public var adam: Adam

  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    precondition(weightDecay >= 0, "a weight decay is not negative")
    self.weightDecay = weightDecay
    adam = Adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
  }

  public mutating func step(from values: Tensor, gradient: Tensor, learningRate: Double) -> Tensor {
    let decayed = weightDecay == 0 ? values : values * (1 - learningRate * weightDecay)
    return adam.step(from: decayed, gradient: gradient, learningRate: learningRate)
  }

  public var state: [Tensor] {
    get { adam.state }
    set { adam.state = newValue }
  }
}
