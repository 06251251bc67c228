import Methods
import Tensors

/// Gradient descent with momentum.
///
/// - Source: "On the importance of initialization and momentum in deep learning" (2013), section 2,
///   in the form `v = momentum * v + g; x = x - rate * v`, with `g` including the decay of weights.
public struct MomentumSGD: Optimizer {
  public var momentum: Double
  public var weightDecay: Double
  public var isNesterov: Bool
  private var velocity: Tensor?

  public init(momentum: Double, weightDecay: Double = 0, isNesterov: Bool = false) {
    precondition(momentum >= 0 && weightDecay >= 0, "momentum and weight decay are not negative")
    (self.momentum, self.weightDecay, self.isNesterov) = (momentum, weightDecay, isNesterov)
  }

  public init() { self.init(momentum: 0.9) }

  public static let description = MethodDescription<Self>(
    "sgd", "Gradient descent with momentum.", family: "momentum",
    origin: .yardstick(
      "On the importance of initialization and momentum in deep learning (2013)"),
    settings: [
      .number("momentum", \.momentum, .within(0..<1), "How much of the last step is kept."),
      .number(
        "weight-decay", \.weightDecay, .atLeast(0), "What share of the weights the gradient gains."),
      .flag("nesterov", \.isNesterov, "Whether to look ahead along the momentum."),
    ])

  public mutating func step(from values: Tensor, gradient: Tensor, learningRate: Double) -> Tensor {
    let gradient = weightDecay == 0 ? gradient : gradient.adding(values, scaledBy: weightDecay)
    guard momentum > 0 else { return values.adding(gradient, scaledBy: -learningRate) }
    let next = velocity.map { gradient.adding($0, scaledBy: momentum) } ?? gradient
    velocity = next
    let direction = isNesterov ? gradient.adding(next, scaledBy: momentum) : next
    return values.adding(direction, scaledBy: -learningRate)
  }

  public var state: [Tensor] {
    get { velocity.map { [$0] } ?? [] }
    set { velocity = newValue.first }
  }
}
