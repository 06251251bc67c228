import Networks
import Tensors

/// How far a convolution is from keeping distances, and when it can keep them.
///
/// A kernel of `out` channels, `in` channels, size `k` and stride `S` belongs to a matrix with more
/// columns than rows (the row case, `out ≤ in · S²`) or the other way round (the column case).
///
/// - Source: "Existence, Stability and Scalability of Orthogonal Convolutional Neural Networks"
///   (2022), sections 2 and 3; the regularizer is that of "Orthogonal Convolutional Neural Networks"
///   (2020).
public enum OrthogonalConvolution {
  /// Returns the regularizer, which is zero exactly for orthogonal convolutions.
  ///
  /// For circular padding and outputs of size `N × N`, with odd `k` and inputs of at least `2k - 1`,
  /// `N²` times it is `‖K Kᵀ - I‖²` in the row case and `‖Kᵀ K - I‖²` in the column case, in the
  /// Frobenius norm of the layer's matrix `K`.
  ///
  /// - Shape: `kernel` `[out, in, k, k]`; the result is one number.
  public static func loss(_ kernel: Tensor, stride: Int = 1) -> Tensor {
    precondition(
      kernel.rank == 4 && kernel.size(2) == kernel.size(3) && stride > 0,
      "a kernel of shape \(kernel.shape) with stride \(stride)")
    let (outputs, inputs, size) = (kernel.size(0), kernel.size(1), kernel.size(2))
    let reach = (size - 1) / stride
    let geometry = ConvolutionGeometry(
      stride: [stride, stride], padding: [reach * stride, reach * stride], dilation: [1, 1])
    let overlaps = kernel.convolved(weight: kernel, bias: nil, geometry)
    let target = Tensor.identity(outputs, dtype: kernel.dtype)
      .reshaped(to: [outputs, outputs, 1, 1]).padded([(reach, reach), (reach, reach)])
    let distance = (overlaps - target).square().sum()
    return distance - Double(max(0, outputs - inputs * stride * stride))
  }

  /// Whether there is an orthogonal convolution of these sizes with circular padding, for inputs of
  /// at least `2k - 1`: in the row case if `out ≤ in · k²`, in the column case if `S ≤ k`.
  public static func exists(outputs: Int, inputs: Int, kernel: Int, stride: Int) -> Bool {
    outputs <= inputs * stride * stride ? outputs <= inputs * kernel * kernel : stride <= kernel
  }
}

/// What one convolution of a network lacks of keeping distances.
public struct OrthogonalityReport: Sendable, Hashable {
  public let node: String
  /// The regularizer's value.
  public let loss: Double
  /// The Frobenius distance of the layer's Gram matrix from the identity, on a torus of the node's
  /// size.
  public let distance: Double
  /// Whether a convolution of these sizes can be orthogonal.
  public let exists: Bool
}

extension Network {
  /// Returns how far each two-dimensional convolution without groups or dilation is from keeping
  /// distances.
  public func orthogonality() -> [OrthogonalityReport] {
    orthogonalityLosses { $0.cast(to: .float64) }.map { node, kernel, stride, loss in
      let outputs = node.type.shape.spatial.reduce(1, *)
      return OrthogonalityReport(
        node: node.name, loss: loss.item(),
        distance: (max(0, loss.item()) * Double(outputs)).squareRoot(),
        exists: OrthogonalConvolution.exists(
          outputs: kernel.size(0), inputs: kernel.size(1), kernel: kernel.size(2), stride: stride))
    }
  }

  /// The regularizer of each two-dimensional convolution without groups or dilation, on what
  /// `prepare` makes of its kernel.
  func orthogonalityLosses(
    _ prepare: (Tensor) -> Tensor = { $0 }
  ) -> [(node: Graph.Node, kernel: Tensor, stride: Int, loss: Tensor)] {
    graph.nodes.compactMap { node in
      guard case .convolution(let geometry) = node.operation, geometry.groups == 1,
        let kernel = leafValue(node.operands[1]).map(prepare), kernel.rank == 4,
        kernel.size(2) == kernel.size(3), geometry.stride[0] == geometry.stride[1],
        geometry.dilation == [1, 1]
      else { return nil }
      let stride = geometry.stride[0]
      return (node, kernel, stride, OrthogonalConvolution.loss(kernel, stride: stride))
    }
  }
}
