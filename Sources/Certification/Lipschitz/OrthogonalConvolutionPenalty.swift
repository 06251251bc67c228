import Networks
import Tensors
import Training

/// The sum, over a network's convolutions, of what each lacks of keeping distances.
///
/// - Source: "Existence, Stability and Scalability of Orthogonal Convolutional Neural Networks"
///   (2022), section 2.2; the regularizer is that of "Orthogonal Convolutional Neural Networks"
///   (2020).
public struct OrthogonalConvolutionPenalty: ParameterPenalty, Hashable {
  /// What the sum is multiplied by.
  public var weight: Double

  public init(weight: Double) {
    precondition(weight >= 0 && weight.isFinite, "a penalty of weight \(weight)")
    self.weight = weight
  }

  public func callAsFunction(_ network: Network) -> Tensor {
    network.orthogonalityLosses().reduce(Tensor(scalar: Float(0))) { $0 + $1.loss * weight }
  }
}
