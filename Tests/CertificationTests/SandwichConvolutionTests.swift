import Datasets
import Models
import Networks
import Tensors
import TestSupport
import Testing
import Training

@testable import Certification

/// Random free numbers of a layer, in double precision.
private func freeNumbers(
  _ layer: SandwichConvolution, image: Shape, using generator: inout Generator
) -> [Tensor] {
  let kernel = Tensor.normal(layer.freeShape(for: image), dtype: .float64, using: &generator)
  let diagonal = Tensor.normal([layer.channels], dtype: .float64, using: &generator) * 0.3
  return [kernel, Tensor([Double.random(in: 0.5...3, using: &generator)]), diagonal]
}

/// One layer as a network of its own, with the kernels of `free`.
private func network(
  _ layer: SandwichConvolution, _ free: [Tensor], bias: Tensor, image: Shape, scale: Double
) throws -> Network {
  var network = try Network(input: image) {
    CircularConvolution(channels: layer.channels, stride: layer.stride)
    ReLU()
    CircularConvolution(channels: layer.channels, hasBias: false)
  }
  let kernels = layer.kernels(free, image: image, scale: scale)
  network.parameters = network.parameters.with(
    values: .concatenating([kernels[0], bias, kernels[1]].map { $0.flattened() }))
  return network
}

/// Each frequency's matrix times its conjugate transpose, `[frequencies, out, out]`.
private func products(_ kernel: Tensor) throws -> (real: Tensor, imaginary: Tensor) {
  let spectrum = kernel.realFourierTransform(axes: [2, 3])
  let parts = spectrum.reshaped(to: [kernel.size(0), kernel.size(1), -1, 2])
    .transposed(axes: [3, 2, 0, 1])
  let (real, imaginary) = (parts[0], parts[1])
  return (
    real.matmul(real.transposed()) + imaginary.matmul(imaginary.transposed()),
    imaginary.matmul(real.transposed()) - real.matmul(imaginary.transposed())
  )
}

@Test(
  "At every frequency the matrices are orthonormal",
  arguments: [
    [3, 4, 4, 4], [3, 5, 5, 6], [2, 7, 3, 1], [4, 4, 6, 4], [1, 3, 7, 5], [1, 2, 1, 1],
  ])
func sandwichMatricesAreOrthonormal(sizes: [Int]) throws {
  var generator = Generator(seed: UInt64(sizes.reduce(0) { 10 * $0 + $1 }))
  let taps = sizes[2...].map { min(3, $0) }
  let kernel =
    Tensor.normal(Array(sizes[..<2]) + taps, dtype: .float64, using: &generator)
    * Double.random(in: 0.2...2, using: &generator)
  let wide = CayleyTransform.orthonormal(kernel, torus: Array(sizes[2...]))
  let identity = Tensor.identity(sizes[0], dtype: .float64)
  let (real, imaginary) = try products(wide)
  expectClose(real, identity.broadcast(to: real.shape), absolute: 1e-10)
  expectClose(imaginary, imaginary.zerosLike(), absolute: 1e-10)
  let tall = CayleyTransform.orthonormal(kernel.transposed(0, 1), torus: Array(sizes[2...]))
  expectClose(
    try products(tall.transposed(0, 1)).real, identity.broadcast(to: real.shape), absolute: 1e-10)
}

@Test("A layer equals the public code", arguments: ["plain", "strided"])
func sandwichConvolutionsMatch(name: String) throws {
  let file = try NPZ(reading: TestFiles.golden("sandwich_convolution.npz"))
  func array(_ key: String) throws -> Tensor { try file.array("\(name).\(key)") }
  let isStrided = name == "strided"
  let layer = SandwichConvolution(
    isStrided ? 5 : 3, kernel: isStrided ? 4 : 3, stride: isStrided ? 2 : 1)
  let images = try array("input")
  let image = Array(images.shape.dropFirst())
  let free = [try array("kernel"), try array("scale"), try array("log_diagonal")]
  #expect(layer.freeShape(for: image) == free[0].shape)
  let network = try network(
    layer, free, bias: try array("bias"), image: image, scale: 2.0.squareRoot())
  expectClose(try network.output(of: images), try array("output"), absolute: 1e-9)
}

@Test("On one pixel a layer is a dense one")
func sandwichConvolutionsOfOnePixelAreDense() throws {
  let dense = try LipschitzNetwork(layers: [3, 5, 5, 2], bound: 3).parametrization(seed: 4)
  var convolutional = try LipschitzNetwork(
    convolutions: [SandwichConvolution(5)], layers: [5, 5, 2], bound: 3
  ).parametrization(input: [3, 1, 1], seed: 5)
  #expect(convolutional.free.count == dense.free.count)
  convolutional.free = convolutional.free.with(values: dense.free.values)
  var generator = Generator(seed: 4)
  let rows = Tensor.normal([16, 3], using: &generator)
  expectClose(
    try convolutional.network.output(of: rows.reshaped(to: [16, 3, 1, 1])),
    try dense.network.output(of: rows), absolute: 1e-5)
}

@Test("No Jacobian exceeds the bound", arguments: UInt64(0)..<6)
func sandwichConvolutionsKeepTheirBound(seed: UInt64) throws {
  var generator = Generator(seed: seed)
  let image = seed % 2 == 0 ? [2, 6, 4] : [3, 5, 5]
  let stride = seed % 2 == 0 ? 2 : 1
  let features = 4 * (image[1] / stride) * (image[2] / stride)
  let bounded = LipschitzNetwork(
    convolutions: [SandwichConvolution(3), SandwichConvolution(4, stride: stride)],
    layers: [features, 6, 3], bound: 2)
  var sandwich = try bounded.parametrization(input: image, seed: seed)
  sandwich.free = sandwich.free + 2 * sandwich.free.randomDirection(using: &generator)
  let network = sandwich.network
  let points = Tensor.normal([64] + image, using: &generator) * 2
  let rows = try (0..<3).map { row in
    try Tensors.gradient(at: points) { try network.output(of: $0).selecting(row, axis: 1).sum() }
      .flattenedRows()
  }
  let singular = try Tensor.stacking(rows, axis: 1).singularValueDecomposition().values
  #expect(singular.max().item() <= 2 * (1 + 1e-5))
}

@Test("A layer that is made to tear inputs apart reaches the bound and stays below")
func sandwichConvolutionsWithstandAscent() throws {
  var generator = Generator(seed: 3)
  let image = [2, 3, 4]
  let layer = SandwichConvolution(3)
  let start = freeNumbers(layer, image: image, using: &generator)
  let bias = Tensor.normal([3], dtype: .float64, using: &generator)
  let points = Tensor.normal([4, 2] + image, dtype: .float64, using: &generator)
  let (left, right) = (points.selecting(0, axis: 1), points.selecting(1, axis: 1))
  func quotients(_ free: Tensor) throws -> Tensor {
    let pieces = free.split(sizes: start.map(\.count))
    let network = try network(
      layer, zip(pieces, start).map { $0.reshaped(to: $1.shape) }, bias: bias, image: image,
      scale: 3)
    let change = try network.output(of: left) - network.output(of: right)
    return change.flattenedRows().norm(axes: [1]) / (left - right).flattenedRows().norm(axes: [1])
  }
  for pair in 0..<4 {
    var free = Tensor.concatenating(start.map { $0.flattened() })
    var optimizer = AdamW(weightDecay: 0)
    for _ in 0..<60 {
      let slope = try Tensors.gradient(at: free) { try -quotients($0)[pair] }
      free = optimizer.step(from: free, gradient: slope, learningRate: 0.1)
    }
    let steepest = try quotients(free).max().item()
    #expect(steepest <= 3 * (1 + 1e-9))
    #expect(steepest >= 2.99)
  }
}

@Test("A convolutional network that climbs steeply comes near its bound")
func sandwichConvolutionsReachTheirBound() throws {
  let image = [1, 4, 4]
  var sandwich = try LipschitzNetwork(
    convolutions: [SandwichConvolution(4, stride: 2), SandwichConvolution(4)],
    layers: [16, 16, 1], bound: 10
  ).parametrization(input: image, seed: 1)
  var generator = Generator(seed: 1)
  let pattern = Tensor.normal(image, using: &generator)
  let direction = pattern / pattern.norm()
  func images(_ positions: Tensor) -> Tensor { positions.reshaped(to: [-1, 1, 1, 1]) * direction }
  let positions = Tensor.evenlySpaced(-1...1, count: 64)
  let targets = positions.sign().expandedDimension(at: 1)
  var optimizer = AdamW(weightDecay: 0)
  var losses: [Double] = []
  for _ in 0..<120 {
    let (value, slope) = try valueAndGradient(at: sandwich.free.values) { values in
      try (sandwich.network(of: values).output(of: images(positions)) - targets).square().mean()
    }
    losses.append(value.item())
    sandwich.free = sandwich.free.with(
      values: optimizer.step(from: sandwich.free.values, gradient: slope, learningRate: 0.02))
  }
  #expect(losses[5] < losses[0])
  let network = sandwich.network
  let slopes = try Tensors.gradient(at: images(.evenlySpaced(-1...1, count: 501))) {
    try network.output(of: $0).sum()
  }
  let steepest = slopes.flattenedRows().norm(axes: [1]).max().item()
  #expect(steepest <= 10 * (1 + 1e-5))
  #expect(steepest >= 9)
}

@Test("Training for margins works, and the bound by layers is not far from the known one")
func sandwichConvolutionsTrain() throws {
  var generator = Generator(seed: 2)
  let inputs = Tensor.uniform([60, 1, 4, 4], in: 0...1, using: &generator)
  // The class says whether the upper half is brighter.
  let halves = inputs.reshaped(to: [60, 2, 8]).sum(axes: [2])
  let labels = (halves.selecting(0, axis: 1) .> halves.selecting(1, axis: 1)).booleans
  let data = try Dataset(name: "halves", inputs: inputs, labels: labels.map { $0 ? 1 : 0 })
  let start = try LipschitzNetwork(
    convolutions: [SandwichConvolution(4, stride: 2)], layers: [16, 8, 2], bound: 4
  ).parametrization(input: [1, 4, 4], seed: 2)
  var losses: [Double] = []
  let recipe = TrainingRecipe(epochs: 10, batchSize: 20, learningRate: 0.02, seed: 2)
  let trained = try LipschitzMarginTraining(recipe, loss: .emma(radius: 0.02))
    .train(start, on: data) { losses.append($1) }
  #expect(losses.last! < losses[0])
  let network = trained.network
  let certificate = MarginCertificate(
    known: LipschitzBound(4 * (1 + 1e-5), norm: .l2, method: "sandwich"))
  #expect(try certificate.certifiedAccuracy(network, on: data, radius: 0.02).value > 0.6)
  // The two factors of each hidden layer have norms of at most √2 times what `Ψ` makes of them.
  #expect(try network.lipschitzBound(norm: .l2).value < 64)
}

@Test("Folded networks are ordinary ones: files keep them, bounds hold on them")
func sandwichConvolutionsAreOrdinaryNetworks() throws {
  let network = try LipschitzNetwork(
    convolutions: [SandwichConvolution(2), SandwichConvolution(3, stride: 2)], layers: [12, 2]
  ).parametrization(input: [1, 4, 4], seed: 6).network
  var generator = Generator(seed: 6)
  let images = Tensor.uniform([3, 1, 4, 4], in: 0...1, using: &generator)
  try TestFiles.withTemporaryFolder { folder in
    let path = "\(folder)/sandwich.onnx"
    try network.write(onnx: path)
    expectClose(
      try Network(onnx: path).output(of: images), try network.output(of: images), absolute: 1e-5)
  }
  let ball = try LinfBall(radius: 0.05)
  let outputs = try network.bounds(over: ball, around: images, method: .crown)
  for _ in 0..<20 {
    let values = try network.output(of: ball.randomPoint(around: images, using: &generator))
      .cast(to: .float64)
    #expect((outputs.lower .<= values + 1e-5).all().booleans[0])
    #expect((values - 1e-5 .<= outputs.upper).all().booleans[0])
  }
}

@Test("What does not fit is refused")
func sandwichConvolutionsRefuse() throws {
  let strided = [SandwichConvolution(2, stride: 2)]
  #expect(throws: NetworkError.self) {
    try LipschitzNetwork(convolutions: strided, layers: [8, 2])
      .parametrization(input: [1, 5, 4], seed: 0)
  }
  #expect(throws: NetworkError.self) {
    try LipschitzNetwork(convolutions: strided, layers: [9, 2])
      .parametrization(input: [1, 4, 4], seed: 0)
  }
  #expect(throws: NetworkError.self) {
    try LipschitzNetwork(convolutions: strided, layers: [8, 2]).parametrization(seed: 0)
  }
}
