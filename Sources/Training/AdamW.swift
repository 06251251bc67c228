import Methods
import Tensors

/// Adam, with a decay of weights that is kept apart from the moments.
///
/// - Source: "Decoupled Weight Decay Regularization" (2017), algorithm 2. As in PyTorch the decay is
///   multiplied by the learning rate, where the paper multiplies it by the schedule alone.
public struct AdamW: Optimizer {
  public var weightDecay: Double
  public var adam: Adam

  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double
  ) {
    precondition(weightDecay >= 0, "a weight decay is not negative")
    self.weightDecay = weightDecay
    adam = Adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
  }

  public init() { self.init(weightDecay: 0.01) }

  public static let description = MethodDescription<Self>(
    "adamw", "Adam with weight decay apart from the moments.", family: "adaptive",
    origin: .yardstick("Decoupled Weight Decay Regularization (2017)"),
    settings: [
      .number(
        "weight-decay", \.weightDecay, .atLeast(0),
        "The share of the weights, times the learning rate, that a step takes off.")
    ] + Adam.settings(beta1: \.adam.beta1, beta2: \.adam.beta2, epsilon: \.adam.epsilon))

  public mutating func step(from values: Tensor, gradient: Tensor, learningRate: Double) -> Tensor {
    let decayed = weightDecay == 0 ? values : values * (1 - learningRate * weightDecay)
    return adam.step(from: decayed, gradient: gradient, learningRate: learningRate)
  }

  public var state: [Tensor] {
    get { adam.state }
    set { adam.state = newValue }
  }
}
