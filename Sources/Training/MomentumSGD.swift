import Tensors

/// Gradient descent with momentum.
///
/// - Source: "On the importance of initialization and momentum in deep learning" (2013), section 2, in the form
///   `v = momentum * v + g; x = x - rate * v`, with `g` including the decay of weights.
public struct MomentumSGD: Optimizer {
  public var momentum: Double
  public var weightDecay: Double
  public var isNesterov: Bool
  private var velocity: Tensor?

  public init(momentum: Double = 0.9, weightDecay: Double = 0, isNesterov: Bool = false) {
    precondition(momentum >= 0 && weightDecay >= 0, "momentum and weight decay are not negative")
    (self.momentum, self.weightDecay, self.isNesterov) = (momentum, weightDecay, isNesterov)
  }

  public mutating func step(from values: Tensor, gradient: Tensor, learningRate: Double) -> Tensor {
    let slope = weightDecay == 0 ? gradient : gradient.adding(values, scaledBy: weightDecay)
    guard momentum > 0 else { return values.adding(slope, scaledBy: -learningRate) }
    let next = velocity.map { slope.adding($0, scaledBy: momentum) } ?? slope
    velocity = next
    let direction = isNesterov ? slope.adding(next, scaledBy: momentum) : next
    return values.adding(direction, scaledBy: -learningRate)
  }

  public var state: [Tensor] {
    get { velocity.map { [$0] } ?? [] }
    set { velocity = newValue.first }
  }
}
