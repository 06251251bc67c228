import Networks
import Tensors

/// Convolutions on a torus as the matrices that they are.
enum CircularMatrix {
  /// A convolution whose input was padded before, around the torus.
  static func geometry(stride: Int) -> ConvolutionGeometry {
    ConvolutionGeometry(stride: [stride, stride], padding: [0, 0], dilation: [1, 1])
  }

  /// The matrix of a kernel on images of `size × size`; `[outputs, inputs]`.
  static func of(_ kernel: Tensor, size: Int, stride: Int) -> Tensor {
    let count = kernel.size(1) * size * size
    let reach = kernel.size(2) - 1
    return Tensor.identity(count, dtype: kernel.dtype)
      .reshaped(to: [count, kernel.size(1), size, size])
      .padded([(0, reach), (0, reach)], mode: .circular)
      .convolved(weight: kernel, bias: nil, geometry(stride: stride))
      .reshaped(to: [count, -1]).transposed()
  }
}
