import Networks
import Tensors
import Training

/// The sum of the spectral norms of a network's linear layers and convolutions, each as Gram
/// iteration bounds it.
///
/// Convolutions are taken on a torus that is large enough for the padded image, so that no layer's
/// norm is above its part of the sum.
///
/// - Source: "Efficient Bound of Lipschitz Constant for Convolutional Layers by Gram Iteration"
///   (2023), section 4.3.
public struct SpectralNormPenalty: ParameterPenalty, Hashable {
  /// What the sum is multiplied by.
  public var weight: Double
  public var gram: GramIteration

  public init(weight: Double, gram: GramIteration = GramIteration(steps: 5)) {
    precondition(weight >= 0 && weight.isFinite, "a penalty of weight \(weight)")
    (self.weight, self.gram) = (weight, gram)
  }

  public func callAsFunction(_ network: Network) -> Tensor {
    let norms = network.graph.nodes.compactMap { node -> Tensor? in
      switch node.operation {
      case .linear: return network.leafValue(node.operands[1]).map { gram($0) }
      case .convolution(let geometry):
        let input = network.graph.nodes[node.operands[0]].type.shape.spatial
        return network.leafValue(node.operands[1]).map {
          gram.zeroPaddedNorm($0, geometry, input: input)
        }
      default: return nil
      }
    }
    return norms.reduce(Tensor(scalar: Float(0))) { $0 + $1 * weight }
  }
}
