import Tensors
import TestSupport
import Testing

private let left = Tensor([1.0, 2, 3, 4], shape: [2, 2])
private let right = Tensor([5.0, 6, 7, 8], shape: [2, 2])

@Test(
  "Products equal sums written by hand",
  arguments: [
    ValueCase("matrix times matrix", [19, 22, 43, 50], shape: [2, 2]) { left.matmul(right) },
    ValueCase("matrix times vector", [17, 39]) { left.matmul(Tensor([5.0, 6.0])) },
    ValueCase("batched", [19, 22, 43, 50, 19, 22, 43, 50], shape: [2, 2, 2]) {
      Tensor.stacking([left, left]).matmul(right)
    },
    ValueCase("linear", [18, 24, 40, 54], shape: [2, 2]) {
      left.linear(weight: right, bias: Tensor([1.0, 1.0]))
    },
    ValueCase("outer product", [3, 4, 6, 8], shape: [2, 2]) {
      Tensor([1.0, 2.0]).outerProduct(Tensor([3.0, 4.0]))
    },
    ValueCase("Einstein sum", [5, 5], shape: [2]) {
      Tensor.einsum("bii->b", Tensor.stacking([left, left]))
    },
  ])
func matrixProductValues(_ row: ValueCase) throws { try row.check() }
