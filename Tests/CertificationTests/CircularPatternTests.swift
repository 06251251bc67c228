import Networks
import Tensors
import Testing

@testable import Certification

/// Circular padding by the given widths on both axes, then a convolution.
private func network(
  _ kernel: Tensor, size: Int, before: Int, after: Int, stride: Int
) throws -> Network {
  var builder = GraphBuilder()
  let input = builder.addInput(
    ValueType([.batch] + [kernel.size(1), size, size].map { Dimension($0) }))
  let none = PaddingWidth(before: 0, after: 0)
  let width = PaddingWidth(before: before, after: after)
  let padded = try builder.add(.pad([none, none, width, width], .circular), [input])
  let geometry = ConvolutionGeometry(
    stride: [stride, stride], padding: [0, 0], dilation: [1, 1])
  let weight = builder.addParameter(kernel, name: "kernel")
  let output = try builder.add(.convolution(geometry), [padded, weight])
  return builder.network(output: output)
}

/// The norm of the matrix of a network that is linear.
private func norm(_ network: Network) throws -> Double {
  let shape = network.inputShape
  let count = shape.reduce(1, *)
  let basis = Tensor.identity(count, dtype: .float32).reshaped(to: [count] + shape)
  let matrix = try network.output(of: basis).flattenedRows().cast(to: .float64)
  return try matrix.singularValueDecomposition().values.max().item()
}

@Test(
  "Circular padding and a convolution have the norm of their matrix",
  arguments: [
    [1, 1, 3, 1], [2, 0, 3, 1], [0, 5, 6, 1], [1, 0, 3, 2], [0, 4, 6, 2], [2, 3, 6, 1],
  ])
func circularConvolutionsHaveTheirNorm(case sizes: [Int]) throws {
  var generator = Generator(seed: UInt64(sizes.reduce(0) { 10 * $0 + $1 }))
  let kernel = Tensor.normal([3, 2, sizes[2], sizes[2]], using: &generator)
  let network = try network(
    kernel, size: 6, before: sizes[0], after: sizes[1], stride: sizes[3])
  let bound = try network.lipschitzBound(norm: .l2, method: .product(GramIteration(steps: 14)))
  let norm = try norm(network)
  #expect(bound.value >= norm * (1 - 1e-6))
  #expect(bound.value <= norm * (1 + 2e-3))
}

@Test("What sees a pixel of a torus too often is no circular convolution")
func otherPaddingsAreNotCircular() throws {
  // The outputs are more than the pixels; a stride does not divide the torus.
  for (before, after, stride) in [(2, 2, 1), (1, 2, 1), (1, 1, 4)] {
    var generator = Generator(seed: 1)
    let kernel = Tensor.normal([2, 1, 3, 3], using: &generator)
    let network = try network(kernel, size: 6, before: before, after: after, stride: stride)
    #expect(CircularPattern(endingAt: network.graph.output, in: network.graph) == nil)
    #expect(try network.lipschitzBound(norm: .l2).value >= norm(network) * (1 - 1e-6))
  }
}
