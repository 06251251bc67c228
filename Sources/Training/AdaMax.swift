import Methods
import Tensors

/// Adam with the largest recent gradient, which fades, in the place of the root mean square.
///
/// - Source: "Adam: A Method for Stochastic Optimization" (2014), algorithm 2. As in PyTorch,
///   `epsilon` is added to each gradient's magnitude, so that one of zero does not divide by zero.
public struct AdaMax: Optimizer {
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
    "adamax", "Adam with the largest recent gradient in the place of the root mean square.",
    family: "adaptive", origin: .paper("adam"),
    settings: Adam.settings(beta1: \.beta1, beta2: \.beta2, epsilon: \.epsilon))

  public mutating func step(from values: Tensor, gradient: Tensor, learningRate: Double) -> Tensor {
    let mean = moments.updatedMean(with: gradient, decay: beta1)
    let size = gradient.magnitude() + epsilon
    let peak = moments.other.map { ($0 * beta2).maximum(size) } ?? size
    moments.other = peak
    return values.adding(mean / peak, scaledBy: -learningRate / moments.shrinkage(of: beta1))
  }

  public var state: [Tensor] {
    get { moments.state }
    set { moments.state = newValue }
  }
}
