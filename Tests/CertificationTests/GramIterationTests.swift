import Tensors
import TestSupport
import Testing

@testable import Certification

private func largestSingularValue(_ matrix: Tensor) throws -> Double {
  try matrix.cast(to: .float64).singularValueDecomposition().values.max().item()
}

/// The matrix of a convolution, column by column of its input.
private func matrix(
  _ kernel: Tensor, _ geometry: ConvolutionGeometry, input: [Int], isCircular: Bool
) -> Tensor {
  let channels = kernel.size(1) * geometry.groups
  let count = channels * input.reduce(1, *)
  let basis = Tensor.identity(count, dtype: kernel.dtype).reshaped(to: [count, channels] + input)
  let images =
    isCircular
    ? basis.padded(
      zip(kernel.shape.dropFirst(2), geometry.dilation).map { (0, ($0.0 - 1) * $0.1) },
      mode: .circular) : basis
  return images.convolved(weight: kernel, bias: nil, geometry).reshaped(to: [count, -1])
    .transposed()
}

@Test("Gram iteration bounds the norm of a matrix and comes near it", arguments: UInt64(0)..<25)
func gramIterationBoundsMatrices(seed: UInt64) throws {
  var generator = Generator(seed: seed)
  let shape = [
    Int.random(in: 1...12, using: &generator), Int.random(in: 1...12, using: &generator),
  ]
  let matrix = Tensor.normal(shape, dtype: .float64, using: &generator)
  let norm = try largestSingularValue(matrix)
  for steps in 0...10 {
    let bound = GramIteration(steps: steps).certified(matrix)
    let rank = Double(shape.min()!)
    var limit = rank
    for _ in 0...steps { limit = limit.squareRoot() }
    #expect(bound >= norm)
    #expect(bound <= norm * limit * (1 + 1e-9))
  }
  #expect(GramIteration(steps: 12).certified(matrix) <= norm * (1 + 1e-3))
}

@Test("The gradient of the bound is the outer product of the singular vectors")
func gramIterationHasSlopes() throws {
  var generator = Generator(seed: 4)
  let matrix = Tensor.normal([6, 4], dtype: .float64, using: &generator)
  let slope = Tensors.gradient(at: matrix) { GramIteration(steps: 12)($0) }
  let (u, _, v) = try matrix.singularValueDecomposition()
  expectClose(slope, u.selecting(0, axis: 1).outerProduct(v[0]), absolute: 1e-3)
  let zero = GramIteration(steps: 8).certified(.zeros([3, 3]))
  #expect(zero >= 0 && zero < 1e-30)
}

@Test("On a torus the bound of a convolution is that of its matrix", arguments: UInt64(0)..<12)
func gramIterationBoundsCircularConvolutions(seed: UInt64) throws {
  var generator = Generator(seed: seed)
  let stride = seed % 3 == 0 ? 2 : 1
  let groups = seed % 4 == 0 ? 2 : 1
  let geometry = ConvolutionGeometry(
    stride: [stride, stride], padding: [0, 0], dilation: [1, seed % 5 == 0 ? 2 : 1], groups: groups)
  let kernel = Tensor.normal([4, 2, 3, 2], dtype: .float64, using: &generator)
  let explicit = matrix(kernel, geometry, input: [6, 4], isCircular: true)
  let norm = try largestSingularValue(explicit)
  let bound = GramIteration(steps: 14).certifiedCircularNorm(kernel, geometry, sizes: [6, 4])
  #expect(bound >= norm)
  #expect(bound <= norm * (1 + 1e-3))
}

@Test("With padding by zeros the bound holds", arguments: UInt64(0)..<12)
func gramIterationBoundsPaddedConvolutions(seed: UInt64) throws {
  var generator = Generator(seed: seed)
  let stride = 1 + Int(seed % 3)
  let padding = Int(seed % 2)
  let geometry = ConvolutionGeometry(
    stride: [stride, stride], padding: [padding, padding], dilation: [1, 1])
  let kernel = Tensor.normal([3, 2, 3, 3], using: &generator)
  let explicit = matrix(kernel, geometry, input: [7, 5], isCircular: false)
  let norm = try largestSingularValue(explicit)
  let bound = GramIteration(steps: 10).certifiedZeroPaddedNorm(kernel, geometry, input: [7, 5])
  #expect(bound >= norm)
  #expect(bound <= norm * 1.6)
  let start = Tensor.normal([1, 2, 7, 5], using: &generator)
  let estimate = PowerIteration(steps: 100).estimate(
    { $0.convolved(weight: kernel, bias: nil, geometry) }, from: start)
  #expect(estimate <= norm * (1 + 1e-5))
  #expect(estimate >= norm * 0.98)
}
