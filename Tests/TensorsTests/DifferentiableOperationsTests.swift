import Tensors
import TestSupport
import Testing

private let elementwise: [DifferentiableCase] = [
  DifferentiableCase("negated", [5]) { -$0[0] },
  DifferentiableCase("magnitude", [5]) { $0[0].magnitude() },
  DifferentiableCase("reciprocal", [5], in: 0.5...2) { $0[0].reciprocal() },
  DifferentiableCase("exp", [5]) { $0[0].exp() },
  DifferentiableCase("expMinusOne", [5]) { $0[0].expMinusOne() },
  DifferentiableCase("log", [5], in: 0.5...2) { $0[0].log() },
  DifferentiableCase("logOnePlus", [5], in: -0.5...2) { $0[0].logOnePlus() },
  DifferentiableCase("squareRoot", [5], in: 0.5...2) { $0[0].squareRoot() },
  DifferentiableCase("reciprocalSquareRoot", [5], in: 0.5...2) { $0[0].reciprocalSquareRoot() },
  DifferentiableCase("square", [5]) { $0[0].square() },
  DifferentiableCase("sin", [5]) { $0[0].sin() },
  DifferentiableCase("cos", [5]) { $0[0].cos() },
  DifferentiableCase("tan", [5], in: -1...1) { $0[0].tan() },
  DifferentiableCase("atan", [5]) { $0[0].atan() },
  DifferentiableCase("relu", [5]) { $0[0].relu() },
  DifferentiableCase("sigmoid", [5]) { $0[0].sigmoid() },
  DifferentiableCase("tanh", [5]) { $0[0].tanh() },
  DifferentiableCase("selu", [5]) { $0[0].selu() },
  DifferentiableCase("silu", [5]) { $0[0].silu() },
  DifferentiableCase("hardSwish", [5], in: -4...4) { $0[0].hardSwish() },
  DifferentiableCase("mish", [5]) { $0[0].mish() },
  DifferentiableCase("errorFunction", [5]) { $0[0].errorFunction() },
  DifferentiableCase("inverseErrorFunction", [5], in: -0.8...0.8) { $0[0].inverseErrorFunction() },
  DifferentiableCase("logSigmoid", [5]) { $0[0].logSigmoid() },
  DifferentiableCase("clamped", [6]) { $0[0].clamped(to: -1...1) },
  DifferentiableCase("clamped by tensors", [3], [3], [3]) {
    $0[0].clamped(from: $0[1] - 2, through: $0[2] + 2)
  },
  DifferentiableCase("leakyRelu", [5]) { $0[0].leakyRelu(slope: 0.1) },
  DifferentiableCase("elu", [5]) { $0[0].elu(alpha: 1.5, scale: 2) },
  DifferentiableCase("softplus", [5]) { $0[0].softplus() },
  DifferentiableCase("gelu", [5]) { $0[0].gelu() },
  DifferentiableCase("gelu by tanh", [5]) { $0[0].gelu(approximate: true) },
]

private let arithmetic: [DifferentiableCase] = [
  DifferentiableCase("add, broadcast", [2, 3], [3]) { $0[0] + $0[1] },
  DifferentiableCase("subtract, broadcast", [2, 1], [2, 3]) { $0[0] - $0[1] },
  DifferentiableCase("multiply, broadcast", [2, 3], []) { $0[0] * $0[1] },
  DifferentiableCase("divide", [3], [3], in: 0.5...2) { $0[0] / $0[1] },
  DifferentiableCase("numbers", [3], in: 0.5...2) { 2 - (3 / ($0[0] * 2 + 1 - 0.5) / 4) },
  DifferentiableCase("scaled add", [3], [3]) { $0[0].adding($0[1], scaledBy: 2.5) },
  DifferentiableCase("remainder", [3], in: 0.1...0.9) {
    $0[0].remainder(dividingBy: Tensor([1.0, 1.0, 1.0]))
  },
  DifferentiableCase("fmod", [3], in: 0.1...0.9) {
    $0[0].truncatedRemainder(dividingBy: Tensor([1.0, 1.0, 1.0]))
  },
  DifferentiableCase("power", [3], [3], in: 0.5...2) { $0[0].power($0[1]) },
  DifferentiableCase("power of a number", [3], in: 0.5...2) { $0[0].power(1.7) },
  DifferentiableCase("minimum", [4], [4]) { $0[0].minimum($0[1]) },
  DifferentiableCase("maximum", [4], [4]) { $0[0].maximum($0[1]) },
  DifferentiableCase("interpolate", [3], [3]) { $0[0].interpolated(to: $0[1], fraction: 0.3) },
  DifferentiableCase("choosing", [4], [4]) {
    Tensor.choosing($0[0], where: $0[0] .> 0, otherwise: $0[1])
  },
  DifferentiableCase("replacing", [4], [4]) { $0[0].replacing(with: $0[1], where: $0[0] .> 0) },
  DifferentiableCase("cast", [3]) { $0[0].cast(to: .float64).contiguous() },
]

private let reductions: [DifferentiableCase] = [
  DifferentiableCase("sum", [2, 3]) { $0[0].sum(axes: [1]) },
  DifferentiableCase("mean", [2, 3]) { $0[0].mean(axes: [0], keepingAxes: true) },
  DifferentiableCase("max", [2, 3]) { $0[0].max(axes: [1]) },
  DifferentiableCase("min", [2, 3]) { $0[0].min() },
  DifferentiableCase("product", [2, 3]) { $0[0].product(axis: 1) },
  DifferentiableCase("variance", [2, 3]) { $0[0].variance(axes: [1], correction: 1) },
  DifferentiableCase("logSumExp", [2, 3]) { $0[0].logSumExp(axes: [1]) },
  DifferentiableCase("norm", [2, 3]) { $0[0].norm(axes: [1]) },
  DifferentiableCase("1-norm", [2, 3]) { $0[0].norm(order: 1) },
  DifferentiableCase("maximum norm", [2, 3]) { $0[0].norm(order: .infinity, axes: [1]) },
  DifferentiableCase("cumulative sum", [4]) { $0[0].cumulativeSum(axis: 0) },
  DifferentiableCase("cumulative product", [4]) { $0[0].cumulativeProduct(axis: 0) },
  DifferentiableCase("dot", [4], [4]) { $0[0].dot($0[1]) },
  DifferentiableCase("matmul", [2, 2, 3], [3, 2]) { $0[0].matmul($0[1]) },
  DifferentiableCase("linear", [2, 3], [2, 3], [2]) { $0[0].linear(weight: $0[1], bias: $0[2]) },
  DifferentiableCase("outer product", [2], [3]) { $0[0].outerProduct($0[1]) },
  DifferentiableCase("Einstein sum", [2, 2, 2], [2, 2, 2]) {
    Tensor.einsum("bij,bjk->bik", $0[0], $0[1])
  },
]

private let rearrangements: [DifferentiableCase] = [
  DifferentiableCase("reshaped", [2, 3]) {
    $0[0].reshaped(to: [3, 2]).flattenedRows().flattened()
  },
  DifferentiableCase("transposed", [2, 3]) {
    $0[0].transposed().transposed(axes: [1, 0]).transposed()
  },
  DifferentiableCase("broadcast", [2, 1]) { $0[0].broadcast(to: [2, 2, 3]) },
  DifferentiableCase("expanded and squeezed", [2]) {
    $0[0].expandedDimension(at: 0).expandedDimension(at: 2).squeezed(axes: [0])
  },
  DifferentiableCase("reversed and rolled", [4]) {
    $0[0].reversed(axes: [0]).rolled(by: 1, axis: 0)
  },
  DifferentiableCase("tiled and repeated", [2]) { $0[0].tiled([2]).repeatingElements(2, axis: 0) },
  DifferentiableCase("padded", [3]) { $0[0].padded([(before: 1, after: 2)]) },
  DifferentiableCase("mirrored", [1, 3]) { $0[0].padded([(before: 1, after: 2)], mode: .reflect) },
  DifferentiableCase("edges repeated", [1, 3]) {
    $0[0].padded([(before: 1, after: 2)], mode: .replicate)
  },
  DifferentiableCase("continued", [1, 3]) {
    $0[0].padded([(before: 1, after: 2)], mode: .circular)
  },
  DifferentiableCase("joined", [2], [2]) {
    Tensor.stacking([Tensor.concatenating($0), Tensor.concatenating($0.reversed())], axis: 1)
  },
  DifferentiableCase("split", [4]) { $0[0].split(sizes: [1, 3], axis: 0)[1] },
  DifferentiableCase("slices", [3, 3]) {
    $0[0][0] + $0[0].selecting(1, axis: 1) + $0[0].sliced(axis: 1, from: 0, to: 3, by: 2).sum()
  },
  DifferentiableCase("gathering", [3, 2]) { $0[0].rows([2, 0, 2]) },
  DifferentiableCase("masked", [4]) { $0[0].masked(by: $0[0] .> 0) },
  DifferentiableCase("replacing rows", [3, 2], [1, 2]) {
    $0[0].replacingRows(at: Tensor([1]), with: $0[1])
  },
  DifferentiableCase("adding rows", [3, 2], [2, 2]) {
    $0[0].addingRows($0[1], at: Tensor([1, 1]))
  },
  DifferentiableCase("gathering elements", [2, 3]) {
    $0[0].gatheringElements(Tensor([2, 0], shape: [2, 1]), axis: 1)
  },
  DifferentiableCase("scattering", [2, 3], [2, 1]) {
    $0[0].scattering($0[1], at: Tensor([2, 0], shape: [2, 1]), axis: 1)
  },
  DifferentiableCase("scatter adding", [2, 3], [2, 1]) {
    $0[0].scatterAdding($0[1], at: Tensor([2, 0], shape: [2, 1]), axis: 1)
  },
  DifferentiableCase("diagonal and triangles", [3, 3]) {
    $0[0].diagonal() + $0[0].upperTriangle()[0] + $0[0].lowerTriangle()[2]
  },
  DifferentiableCase("top elements", [5]) { $0[0].topElements(2).values },
  DifferentiableCase("sorted", [5]) { $0[0].sorted().values },
]

private let images: [DifferentiableCase] = [
  DifferentiableCase("convolution, sequence", [1, 2, 5], [2, 1, 3], [2]) {
    $0[0].convolved(
      weight: $0[1], bias: $0[2],
      ConvolutionGeometry(stride: [2], padding: [1], dilation: [1], groups: 2))
  },
  DifferentiableCase("convolution, image", [1, 2, 4, 4], [2, 2, 2, 2], [2]) {
    $0[0].convolved(
      weight: $0[1], bias: $0[2],
      ConvolutionGeometry(stride: [1, 2], padding: [1, 0], dilation: [2, 1]))
  },
  DifferentiableCase("transposed convolution", [1, 2, 2, 2], [2, 1, 2, 2], [1]) {
    $0[0].transposedConvolved(
      weight: $0[1], bias: $0[2],
      ConvolutionGeometry(stride: [2, 2], padding: [1, 0], dilation: [1, 1]),
      outputPadding: [1, 0])
  },
  DifferentiableCase("max pool, sequence", [1, 1, 6]) {
    $0[0].maxPooled(PoolingGeometry(kernel: [2]))
  },
  DifferentiableCase("max pool, image", [1, 1, 4, 4]) {
    $0[0].maxPooled(PoolingGeometry(kernel: [3, 3], stride: [1, 1], padding: [1, 1]))
  },
  DifferentiableCase("max pool, volume", [1, 1, 2, 2, 4]) {
    $0[0].maxPooled(PoolingGeometry(kernel: [2, 2, 2]))
  },
  DifferentiableCase("mean pool, sequence", [1, 1, 6]) {
    $0[0].averagePooled(PoolingGeometry(kernel: [2]), countsPadding: true)
  },
  DifferentiableCase("mean pool, image", [1, 1, 4, 4]) {
    $0[0].averagePooled(
      PoolingGeometry(kernel: [3, 3], stride: [2, 2], padding: [1, 1]), countsPadding: false)
  },
  DifferentiableCase("mean pool, volume", [1, 1, 2, 2, 2]) {
    $0[0].averagePooled(PoolingGeometry(kernel: [2, 2, 2]), countsPadding: true)
  },
  DifferentiableCase("resize, nearest", [1, 1, 3]) { $0[0].resized(to: [5], mode: .nearest) },
  DifferentiableCase("resize, nearest image", [1, 1, 2, 2]) {
    $0[0].resized(to: [3, 4], mode: .nearest)
  },
  DifferentiableCase("resize, linear", [1, 1, 3]) { $0[0].resized(to: [5], mode: .linear) },
  DifferentiableCase("resize, linear image", [1, 1, 2, 3]) {
    $0[0].resized(to: [3, 4], mode: .linear, alignsCorners: true)
  },
  DifferentiableCase("resize, cubic", [1, 1, 3, 3]) { $0[0].resized(to: [4, 5], mode: .cubic) },
  DifferentiableCase("sampled", [1, 1, 3, 3], [1, 2, 2, 2], in: -0.9...0.9) {
    $0[0].sampled(at: $0[1])
  },
  DifferentiableCase("batch norm, fixed", [3, 2], [2], [2]) {
    $0[0].batchNormalized(
      scale: $0[1], bias: $0[2], mean: Tensor([0.5, -0.5]), variance: Tensor([1.0, 2.0]),
      epsilon: 0.1)
  },
  DifferentiableCase("batch norm, training", [3, 2], [2], [2]) {
    $0[0].batchNormalized(scale: $0[1], bias: $0[2], epsilon: 0.1)
  },
  DifferentiableCase("layer norm", [2, 3], [3], [3]) {
    $0[0].layerNormalized(shape: [3], scale: $0[1], bias: $0[2], epsilon: 0.1)
  },
  DifferentiableCase("group norm", [1, 4, 2], [4], [4]) {
    $0[0].groupNormalized(groups: 2, scale: $0[1], bias: $0[2], epsilon: 0.1)
  },
  DifferentiableCase("softmax", [2, 3]) { $0[0].softmax() },
  DifferentiableCase("log softmax", [2, 3]) { $0[0].logSoftmax(axis: 0) },
]

/// A symmetric positive definite matrix made of any matrix.
private func definite(_ x: Tensor) -> Tensor {
  x.matmul(x.transposed()) + Tensor.identity(x.size(0), dtype: .float64)
}

private let algebra: [DifferentiableCase] = [
  DifferentiableCase("Cholesky", [3, 3]) { try definite($0[0]).cholesky() },
  DifferentiableCase("QR", [3, 3]) {
    let (q, r) = try definite($0[0]).qr()
    return q + r
  },
  DifferentiableCase("singular values", [3, 3]) {
    try definite($0[0]).singularValueDecomposition().values
  },
  DifferentiableCase("eigenvalues", [3, 3]) { try definite($0[0]).symmetricEigen().values },
  DifferentiableCase("eigenvectors, squared", [3, 3]) {
    try definite($0[0]).symmetricEigen().vectors.square()
  },
  DifferentiableCase("solving", [3, 3], [3, 1]) { try definite($0[0]).solving($0[1]) },
  DifferentiableCase("solving a triangle", [3, 3], [3, 1]) {
    try definite($0[0]).lowerTriangle().solvingTriangular($0[1], upper: false)
  },
  DifferentiableCase("least squares", [3, 2], [3, 1]) {
    try ($0[0] + Tensor([3.0, 0, 0, 3, 0, 0], shape: [3, 2])).solvingLeastSquares($0[1])
  },
  DifferentiableCase("inverse", [3, 3]) { try definite($0[0]).inverse() },
  DifferentiableCase("log determinant", [3, 3]) {
    try definite($0[0]).signAndLogDeterminant().log
  },
  DifferentiableCase("matrix exponential", [2, 2]) { $0[0].matrixExponential() },
  DifferentiableCase("real transform", [4]) { $0[0].realFourierTransform(axes: [0]) },
  DifferentiableCase("inverse real transform", [3, 2]) {
    $0[0].inverseRealFourierTransform(axes: [0], sizes: [4])
  },
  DifferentiableCase("complex transform", [3, 2]) { $0[0].fourierTransform(axes: [0]) },
  DifferentiableCase("inverse complex transform", [3, 2]) {
    $0[0].inverseFourierTransform(axes: [0])
  },
]

@Suite("Slopes equal central differences in double precision")
struct DifferentiableOperationsTests {
  @Test("of functions of an element", arguments: elementwise)
  func elementwiseSlopes(_ row: DifferentiableCase) throws { try row.check() }

  @Test("of arithmetic", arguments: arithmetic)
  func arithmeticSlopes(_ row: DifferentiableCase) throws { try row.check() }

  @Test("of reductions and products", arguments: reductions)
  func reductionSlopes(_ row: DifferentiableCase) throws { try row.check() }

  @Test("of changes of shape and indexing", arguments: rearrangements)
  func shapeSlopes(_ row: DifferentiableCase) throws { try row.check() }

  @Test("of convolutions, pools, resizing and normalizations", arguments: images)
  func imageSlopes(_ row: DifferentiableCase) throws { try row.check() }

  @Test("of linear algebra and Fourier transforms", arguments: algebra)
  func algebraSlopes(_ row: DifferentiableCase) throws { try row.check() }
}
