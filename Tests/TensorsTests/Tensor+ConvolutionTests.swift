import Tensors
import TestSupport
import Testing

private let plain = ConvolutionGeometry(stride: [1], padding: [0], dilation: [1])

@Test(
  "Convolutions equal sums written by hand",
  arguments: [
    ValueCase("sequence", [-2, -2], shape: [1, 1, 2]) {
      Tensor([1.0, 2.0, 3.0, 4.0], shape: [1, 1, 4]).convolved(
        weight: Tensor([1.0, 0.0, -1.0], shape: [1, 1, 3]), bias: nil, plain)
    },
    ValueCase("bias, padding and stride", [1.5, 6.5], shape: [1, 1, 2]) {
      Tensor([1.0, 2.0, 4.0], shape: [1, 1, 3]).convolved(
        weight: Tensor([1.0, 1.0], shape: [1, 1, 2]), bias: Tensor([0.5]),
        ConvolutionGeometry(stride: [2], padding: [1], dilation: [1])
      )
    },
    ValueCase("dilation", [4, 6], shape: [1, 1, 2]) {
      Tensor([1.0, 2.0, 3.0, 4.0], shape: [1, 1, 4]).convolved(
        weight: Tensor([1.0, 1.0], shape: [1, 1, 2]), bias: nil,
        ConvolutionGeometry(stride: [1], padding: [0], dilation: [2]))
    },
    ValueCase("groups", [2, 4, 9, 12], shape: [1, 2, 2]) {
      Tensor([1.0, 2.0, 3.0, 4.0], shape: [1, 2, 2]).convolved(
        weight: Tensor([2.0, 3.0], shape: [2, 1, 1]), bias: nil,
        ConvolutionGeometry(stride: [1], padding: [0], dilation: [1], groups: 2))
    },
    ValueCase("image", [10], shape: [1, 1, 1, 1]) {
      Tensor([1.0, 2.0, 3.0, 4.0], shape: [1, 1, 2, 2]).convolved(
        weight: Tensor.ones([1, 1, 2, 2], dtype: .float64), bias: nil,
        ConvolutionGeometry(stride: [1, 1], padding: [0, 0], dilation: [1, 1]))
    },
    ValueCase("transposed", [1, 10, 2, 20, 0], shape: [1, 1, 5]) {
      Tensor([1.0, 2.0], shape: [1, 1, 2]).transposedConvolved(
        weight: Tensor([1.0, 10.0], shape: [1, 1, 2]), bias: nil,
        ConvolutionGeometry(stride: [2], padding: [0], dilation: [1]), outputPadding: [1])
    },
  ])
func convolutionValues(_ row: ValueCase) throws { try row.check() }
