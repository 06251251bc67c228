import Certification
import Evidence
import Methods
import Models
import Networks
import Tensors

/// Tests the bound of spectral norms by squaring against singular values.
///
/// - Source: "Efficient Bound of Lipschitz Constant for Convolutional Layers by Gram Iteration"
///   (2023), sections 3 and 4.
struct GramIterationExperiment: Experiment {
  static let paper: PaperID = "gram-iteration"
  static let methods = ["GramIteration", "Network.lipschitzBound"]

  var seeds: [UInt64] { [0, 1, 2] }

  var claims: [Claim] {
    [
      Claim(
        "above", "The bound of a matrix or circular convolution is never below its norm.", .always),
      Claim(
        "rate",
        "After t steps the bound of a matrix is at most its rank, to the power of 1 over 2 to the "
          + "t + 1, times its norm.", .always),
      Claim(
        "near", "After ten steps the bound lies within 0.01% of the norm, in the worst case.",
        .atMost(1e-4)),
      Claim(
        "slope", "The gradient of the bound is the product of the leading singular vectors.",
        .atMost(1e-3)),
      Claim(
        "network", "Products over layers bound every sampled difference quotient of a network.",
        .always),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let dense = try denseMatrices(context.isFull ? 100 : 8, using: &generator)
    context.report(0.3)
    let kernels = try circularKernels(context.isFull ? 100 : 4, using: &generator)
    context.report(0.7)
    try context.checkCancellation()
    let quotients = try sampledQuotients(context.isFull ? 10_000 : 200, using: &generator)
    let seed = context.seed
    return [
      Measurement(
        "above", seed: seed, value: Double(dense.below + kernels.below), unit: "violations"),
      Measurement("rate", seed: seed, value: Double(dense.late), unit: "violations"),
      Measurement(
        "near", seed: seed, value: max(dense.excess, kernels.excess), unit: "relative error",
        details: ["matrices": dense.excess, "convolutions": kernels.excess]),
      Measurement("slope", seed: seed, value: dense.gradientError, unit: "largest difference"),
      Measurement(
        "network", seed: seed, value: Double(quotients.above), unit: "violations",
        details: ["largest slope over bound": quotients.share]),
    ]
  }

  private func denseMatrices(
    _ count: Int, using generator: inout Generator
  ) throws -> (below: Int, late: Int, excess: Double, gradientError: Double) {
    var (below, late, excess, gradientError) = (0, 0, 0.0, 0.0)
    for _ in 0..<count {
      let (rows, columns) = (
        Int.random(in: 2...48, using: &generator), Int.random(in: 2...48, using: &generator)
      )
      let matrix = Tensor.normal([rows, columns], dtype: .float64, using: &generator)
      let (u, values, v) = try matrix.singularValueDecomposition()
      let norm = values[0].item()
      var limit = Double(min(rows, columns)).squareRoot()
      for steps in 0...10 {
        let bound = GramIteration(steps: steps)(matrix).item()
        if bound < norm * (1 - 1e-12) { below += 1 }
        if bound > norm * limit * (1 + 1e-12) { late += 1 }
        limit = limit.squareRoot()
      }
      excess = max(excess, GramIteration(steps: 10)(matrix).item() / norm - 1)
      let gradient = Tensors.gradient(at: matrix) { GramIteration(steps: 10)($0) }
      let expected = u.narrowed(axis: 1, from: 0, count: 1).matmul(v[0..<1])
      gradientError = max(gradientError, (gradient - expected).magnitude().max().item())
    }
    return (below, late, excess, gradientError)
  }

  private func circularKernels(
    _ count: Int, using generator: inout Generator
  ) throws -> (below: Int, excess: Double) {
    var (below, excess) = (0, 0.0)
    let size = 6
    let geometry = ConvolutionGeometry(stride: [1, 1], padding: [0, 0], dilation: [1, 1])
    for _ in 0..<count {
      let (outputs, inputs) = (
        Int.random(in: 1...4, using: &generator), Int.random(in: 1...4, using: &generator)
      )
      let kernel = Tensor.normal([outputs, inputs, 3, 3], dtype: .float64, using: &generator)
      let places = inputs * size * size
      let images = Tensor.identity(places, dtype: .float64)
        .reshaped(to: [places, inputs, size, size])
        .padded([(0, 2), (0, 2)], mode: .circular)
        .convolved(weight: kernel, bias: nil, geometry)
      let norm = try images.reshaped(to: [places, -1]).singularValueDecomposition().values[0].item()
      let bound = GramIteration(steps: 10)
        .circularNorm(kernel, geometry, sizes: [size, size]).item()
      if bound < norm * (1 - 1e-10) { below += 1 }
      excess = max(excess, bound / norm - 1)
    }
    return (below, excess)
  }

  /// Compares difference quotients between random pairs of inputs, near and far, with the bound of
  /// networks.
  private func sampledQuotients(
    _ pairs: Int, using generator: inout Generator
  ) throws -> (above: Int, share: Double) {
    var (above, share) = (0, 0.0)
    for _ in 0..<10 {
      let network = try Network(input: [1, 8, 8], seed: generator.next()) {
        Conv2d(6, kernel: 3, padding: 1)
        ReLU()
        Conv2d(8, kernel: 3, stride: 2, padding: 1)
        ReLU()
        Flatten()
        Linear(10)
      }
      let bound = try network.lipschitzBound(norm: .l2).value
      let shape = [pairs / 10, 1, 8, 8]
      let points = Tensor.uniform(shape, using: &generator)
      let size = Tensor.uniform([pairs / 10, 1, 1, 1], in: 1e-2...1, using: &generator)
      let moves = Tensor.normal(shape, using: &generator) * size
      let change = try network.output(of: points + moves) - network.output(of: points)
      let quotients = change.norm(order: 2, axes: [1]) / moves.norm(order: 2, axes: [1, 2, 3])
      above += (quotients .> bound).sum().integers[0]
      share = max(share, quotients.max().item() / bound)
    }
    return (above, share)
  }
}
