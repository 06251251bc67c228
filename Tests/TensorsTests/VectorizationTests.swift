import Tensors
import TestSupport
import Testing

/// A network of one linear layer; `example` is an input and a label.
private func linearLoss(_ weights: Tensor, _ example: [Tensor]) -> Tensor {
  let logits = weights.reshaped(to: [3, 4]).matmul(example[0])
  return -(logits.logSoftmax() * example[1]).sum()
}

/// Convolution, ReLU, pool and cross-entropy on one image of 6 by 6.
private func convolutionLoss(_ weights: Tensor, _ example: [Tensor]) -> Tensor {
  let kernel = weights.narrowed(axis: 0, from: 0, count: 18).reshaped(to: [2, 1, 3, 3])
  let bias = weights.narrowed(axis: 0, from: 18, count: 2)
  let maps = example[0].reshaped(to: [1, 1, 6, 6])
    .convolved(
      weight: kernel, bias: bias,
      ConvolutionGeometry(stride: [1, 1], padding: [1, 1], dilation: [1, 1])
    )
    .relu().maxPooled(PoolingGeometry(kernel: [2, 2]))
  let logits = maps.reshaped(to: [2, 9]).sum(axes: [1])
  return -(logits.logSoftmax(axis: 0) * example[1]).sum()
}

/// A loss with the sizes of its parameters, inputs and labels.
private struct Loss: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let parameters: Int
  let input: Shape
  let classes: Int
  let value: @Sendable (Tensor, [Tensor]) -> Tensor
}

private let losses = [
  Loss(testDescription: "linear", parameters: 12, input: [4], classes: 3, value: linearLoss),
  Loss(
    testDescription: "convolution, relu, max pool", parameters: 20, input: [6, 6], classes: 2,
    value: convolutionLoss),
]

@Test("Per-example gradients equal a loop over the examples", arguments: losses)
private func perExampleGradientsEqualALoop(_ loss: Loss) {
  var generator = Generator(seed: 2)
  let weights = Tensor.normal([loss.parameters], dtype: .float64, using: &generator)
  let inputs = Tensor.normal([5] + loss.input, dtype: .float64, using: &generator)
  let labels = Tensor.randomIntegers([5], in: 0..<loss.classes, using: &generator)
    .oneHot(classes: loss.classes).cast(to: .float64)
  let together = perExampleGradients(at: weights, over: [inputs, labels], of: loss.value)
  let apart = (0..<5).map { row in
    gradient(at: weights) { loss.value($0, [inputs[row], labels[row]]) }
  }
  expectClose(together, Tensor.stacking(apart), absolute: 1e-12)
}

@Test("The Jacobian of a matrix function is its closed form")
func jacobianClosedForm() {
  let matrix = Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
  let point = Tensor([0.5, -1.0, 2.0])
  expectClose(jacobian(of: { matrix.matmul($0) }, at: point), matrix, absolute: 1e-12)
  let square = jacobian(of: { $0.square().reshaped(to: [3, 1]) }, at: point)
  expectClose(
    square, (Tensor.identity(3, dtype: .float64) * (2 * point)).reshaped(to: [3, 1, 3]),
    absolute: 1e-12)
}

@Test("A vectorized function equals a loop, also where it ignores its input")
func vectorizedEqualsALoop() {
  let rows = Tensor([1.0, 2, 3, 4], shape: [2, 2])
  expectClose(vectorized(over: [rows]) { $0[0].sum() }, Tensor([3.0, 7.0]), absolute: 0)
  let constant = vectorized(over: [rows]) { _ in Tensor([5.0]) }
  expectClose(constant, Tensor([5.0, 5.0], shape: [2, 1]), absolute: 0)
}
