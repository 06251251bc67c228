import Methods
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
  private var moments = RunningMoments()

  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    precondition((0..<1).contains(beta1) && (0..<1).contains(beta2), "betas lie in 0..<1")
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
  }

  public init() { self.init(beta1: 0.9) }

  public static let description = MethodDescription<Self>(
    "adam", "Steps scaled by running moments of the gradient.", family: "adaptive",
    origin: .paper("adam"), settings: settings(beta1: \.beta1, beta2: \.beta2, epsilon: \.epsilon))

  /// The settings of Adam, wherever a method keeps them.
  static func settings<Root: Method>(
    beta1: WritableKeyPath<Root, Double> & Sendable,
    beta2: WritableKeyPath<Root, Double> & Sendable,
    epsilon: WritableKeyPath<Root, Double> & Sendable
  ) -> [Setting<Root>] {
    [
      .number("beta1", beta1, .within(0..<1), "How much of the mean gradient is kept at a step."),
      .number("beta2", beta2, .within(0..<1), "How much of the gradients' size is kept at a step."),
      .number("epsilon", epsilon, .atLeast(0), "What is added to the gradients' size."),
    ]
  }

  public mutating func step(from values: Tensor, gradient: Tensor, learningRate: Double) -> Tensor {
    let mean = moments.updatedMean(with: gradient, decay: beta1)
    let square = (moments.other ?? gradient.zerosLike())
      .interpolated(to: gradient.square(), fraction: 1 - beta2)
    moments.other = square
    let scale = square.squareRoot() / moments.shrinkage(of: beta2).squareRoot() + epsilon
    return values.adding(mean / scale, scaledBy: -learningRate / moments.shrinkage(of: beta1))
  }

  public var state: [Tensor] {
    get { moments.state }
    set { moments.state = newValue }
  }
}
