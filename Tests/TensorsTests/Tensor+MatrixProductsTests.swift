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

@Test("Products by sign equal the choice of a factor", arguments: [DType.float32, .float64])
func signedProducts(_ dtype: DType) {
  var generator = Generator(seed: 5)
  func random(_ shape: Shape) -> Tensor { .normal(shape, dtype: dtype, using: &generator) }
  for (batch, rows, count) in [(3, 4, 70), (1, 1, 32), (2, 5, 3), (4, 600, 100)] {
    let x = random([batch, rows, count])
    let (above, below) = (random([1, rows, count]), random([batch, 1, count]))
    let (top, bottom) = (random([batch, rows, count]), random([1, 1, count]))
    func wanted(_ x: Tensor, _ positive: Tensor, _ negative: Tensor) -> Tensor {
      x * Tensor.choosing(positive, where: x .> 0, otherwise: negative)
    }
    let found = x.multiplied(positive: (above, top), negative: (below, bottom))
    expectClose(found.products, wanted(x, above, below), absolute: 1e-6)
    expectClose(found.sums, wanted(x, top, bottom).sum(axes: [2]), absolute: 1e-3)
    let one = x[0..<1]
    expectClose(
      one.dot(positive: top, negative: below), wanted(one, top, below).sum(axes: [2]),
      absolute: 1e-3)
    let turned = random([batch, count, rows]).transposed()
    expectClose(
      turned.dot(positive: above, negative: below), wanted(turned, above, below).sum(axes: [2]),
      absolute: 1e-3)
  }
}

@Test("Products by sign can be differentiated")
func signedProductSlopes() {
  let x = Tensor([1.0, -2, 3], shape: [1, 1, 3])
  let (above, below) = (
    Tensor([2.0, 2, 2], shape: [1, 1, 3]), Tensor([5.0, 5, 5], shape: [1, 1, 3])
  )
  let slopes = Tensors.gradient(at: x) { $0.dot(positive: above, negative: below).sum() }
  expectClose(slopes, Tensor([2.0, 5, 2], shape: [1, 1, 3]), absolute: 0)
}
