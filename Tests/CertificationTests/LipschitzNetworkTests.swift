import Datasets
import Networks
import Tensors
import TestSupport
import Testing
import Training

@testable import Certification

@Test("The Cayley transform gives orthonormal rows or columns", arguments: UInt64(0)..<8)
func cayleyTransformsAreOrthonormal(seed: UInt64) {
  var generator = Generator(seed: seed)
  let (rows, columns) = ([3, 5, 5, 1][Int(seed % 4)], [7, 5, 2, 4][Int(seed % 4)])
  let matrix = Tensor.normal([rows, columns], dtype: .float64, using: &generator) * 3
  let result = CayleyTransform.orthonormal(matrix)
  let product =
    rows <= columns ? result.matmul(result.transposed()) : result.transposed().matmul(result)
  expectClose(product, .identity(min(rows, columns), dtype: .float64), absolute: 1e-10)
}

@Test("Sandwich networks keep their bound, and the semidefinite program confirms it")
func sandwichNetworksKeepTheirBound() throws {
  for seed in UInt64(0)..<3 {
    var sandwich = try LipschitzNetwork(layers: [4, 8, 6, 2], bound: 2).parametrization(seed: seed)
    var generator = Generator(seed: seed)
    sandwich.free = sandwich.free + sandwich.free.randomDirection(using: &generator)
    let network = sandwich.network
    let bound = try network.lipschitzBound(norm: .l2, method: .semidefinite()).value
    #expect(bound <= 2 * (1 + 1e-4))
    let start = Tensor.normal([2000, 4], using: &generator)
    let move = Tensor.normal([2000, 4], using: &generator) * 0.5
    let change = try network.output(of: start + move) - network.output(of: start)
    let quotient = (change.norm(axes: [1]) / move.norm(axes: [1])).max().item()
    #expect(quotient <= 2 * (1 + 1e-5))
  }
}

@Test("A sandwich network that climbs steeply comes near its bound")
func sandwichNetworksReachTheirBound() throws {
  let sandwich = try LipschitzNetwork(layers: [1, 16, 16, 1], bound: 10).parametrization(seed: 1)
  let inputs = Tensor.evenlySpaced(-1...1, count: 64).expandedDimension(at: 1)
  let targets = inputs.sign()
  var trained = sandwich
  var optimizer = AdamW(weightDecay: 0)
  for _ in 0..<300 {
    let slope = try Tensors.gradient(at: trained.free.values) { values in
      try (trained.network(of: values).output(of: inputs) - targets).square().mean()
    }
    trained.free = trained.free.with(
      values: optimizer.step(from: trained.free.values, gradient: slope, learningRate: 0.02))
  }
  let points = Tensor.evenlySpaced(-1...1, count: 2001).expandedDimension(at: 1)
  let slopes = try Tensors.gradient(at: points) { try trained.network.output(of: $0).sum() }
  let steepest = slopes.magnitude().max().item()
  #expect(steepest <= 10 * (1 + 1e-5))
  #expect(steepest >= 9)
}

@Test("A linear residual block is the identity plus its convolution")
func linearResidualBlocksFold() throws {
  var generator = Generator(seed: 3)
  let kernel = Tensor.normal([4, 4, 3, 3], using: &generator)
  let images = Tensor.normal([2, 4, 6, 6], using: &generator)
  let geometry = ConvolutionGeometry(stride: [1, 1], padding: [1, 1], dilation: [1, 1])
  let folded = images.convolved(
    weight: LinearResidualBlock.folded(kernel, scale: 0.5), bias: nil, geometry)
  let direct = images + images.convolved(weight: kernel, bias: nil, geometry) * 0.5
  expectClose(folded, direct, absolute: 1e-5)
}

@Test("Margin losses equal an independent formula")
func marginLossesMatch() throws {
  let file = try NPZ(reading: TestFiles.golden("lipschitz.npz"))
  let (logits, labels) = (try file.array("margins.logits"), try file.array("margins.labels"))
  let reach = try file.array("margins.reach")
  let losses: [(String, CertifiedMarginLoss)] = [
    ("emma", .emma(radius: 0.3)), ("fixed", .fixedMargin(radius: 0.3)),
    ("globally", .globallyRobust(radius: 0.3)),
  ]
  for (name, loss) in losses {
    expectClose(
      loss.mean(logits, labels: labels, reach: reach),
      try file.array("margins.\(name)").reshaped(to: []), absolute: 1e-9)
  }
}

@Test("Patch convolutions of an orthogonal parametrization keep distances")
func orthogonalParametrizationsKeepDistances() throws {
  let plain = try Network(input: [2, 4, 4], seed: 5) {
    Conv2d(8, kernel: 2, stride: 2, bias: false)
    Flatten()
    Linear(32, bias: false)
  }
  let network = try Parametrization.orthogonal(plain, weights: plain.parameters.layout.names)
    .network
  var generator = Generator(seed: 5)
  let images = Tensor.normal([16, 2, 4, 4], using: &generator)
  expectClose(
    try network.output(of: images).norm(axes: [1]), images.flattenedRows().norm(axes: [1]),
    absolute: 1e-4)
  #expect(throws: NetworkError.self) { try Parametrization.orthogonal(plain, weights: ["no"]) }
}
