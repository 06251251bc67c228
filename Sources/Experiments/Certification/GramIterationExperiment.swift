import Certification
import Evidence
import ExperimentSettings
import Methods
import Models
import Networks
import Tensors

/// Tests the bound of spectral norms by squaring against singular values.
///
/// - Source: "Efficient Bound of Lipschitz Constant for Convolutional Layers by Gram Iteration"
///   (2023), sections 3 and 4. Left out: regularized training of residual networks.
struct GramIterationExperiment: Experiment {
  static let paper: PaperID = "gram-iteration"
  static let methods = ["GramIteration", "Network.lipschitzBound"]

  var claims: [Claim] {
    [
      .identity(
        "above", "The bound of a matrix or circular convolution is never below its norm.", .always),
      .identity(
        "rate",
        "After t steps the bound is at most the rank, to the power of 1 over 2 to the t + 1, times "
          + "the norm; for convolutions the rank is that of a frequency.", .always),
      .identity(
        "near", "After ten steps the bound lies within 0.01% of the norm.", .atMost(1e-4)),
      .identity(
        "slope",
        "The gradient of the bound after ten steps is the product of the leading singular vectors, "
          + "where the second singular value is at least 0.5% below the first.", .atMost(1e-3)),
      .identity(
        "network", "Products over layers bound every sampled difference quotient of a network.",
        .always),
    ]
  }

  /// The relative gap between the two largest singular values below which the gradient is not
  /// judged: ten steps leave (1 - gap) to the power of 2047 of the second, 4e-5 at this gap.
  private static let gap = 0.005

  private struct Outcome {
    var (above, rate, near, slope) = (Trials(), Trials(), Trials(), Trials())
    /// Matrices whose leading singular values are too near each other for the gradient.
    var tied = 0

    mutating func note(norm: Double, rank: Int, bound: (GramIteration) -> Double) {
      var limit = Double(rank).squareRoot()
      for steps in 0...10 {
        let bound = bound(GramIteration(steps: steps))
        above.note(isViolation: !(bound >= norm * (1 - 1e-10)))
        rate.note(isViolation: !(bound <= norm * limit * (1 + 1e-10)))
        limit = limit.squareRoot()
        if steps == 10 { near.note(error: bound / norm - 1) }
      }
    }
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    var outcome = Outcome()
    for _ in 0..<(context.isFull ? 200 : 8) { try tryMatrix(&outcome, &generator) }
    context.report(0.3)
    for _ in 0..<(context.isFull ? 200 : 4) {
      try context.checkCancellation()
      try tryKernel(&outcome, &generator)
    }
    let (quotients, share) = try quotients(context.isFull ? 10_000 : 200, &generator)
    return [
      outcome.above.measurement("above", context),
      outcome.rate.measurement("rate", context),
      outcome.near.measurement("near", context, unit: "relative error"),
      outcome.slope.measurement(
        "slope", context, unit: "largest difference",
        details: ["left out as nearly double": Double(outcome.tied)]),
      quotients.measurement("network", context, details: ["largest slope over bound": share]),
    ]
  }

  private func tryMatrix(_ outcome: inout Outcome, _ generator: inout Generator) throws {
    let sizes = (0..<2).map { _ in Int.random(in: 2...48, using: &generator) }
    let matrix = Tensor.normal(sizes, dtype: .float64, using: &generator)
    let (u, values, v) = try matrix.singularValueDecomposition()
    let norm = values[0].item()
    outcome.note(norm: norm, rank: sizes.min()!) { $0(matrix).item() }
    guard values[1].item() <= norm * (1 - Self.gap) else {
      outcome.tied += 1
      return
    }
    let gradient = Tensors.gradient(at: matrix) { GramIteration(steps: 10)($0) }
    let expected = u.narrowed(axis: 1, from: 0, count: 1).matmul(v[0..<1])
    outcome.slope.note(error: (gradient - expected).magnitude().max().item())
  }

  private func tryKernel(_ outcome: inout Outcome, _ generator: inout Generator) throws {
    let channels = (0..<2).map { _ in Int.random(in: 1...4, using: &generator) }
    let kernel = Tensor.normal(channels + [3, 3], dtype: .float64, using: &generator)
    let matrix = CircularMatrix.of(kernel, size: 6, stride: 1)
    let norm = try matrix.singularValueDecomposition().values[0].item()
    outcome.note(norm: norm, rank: channels.min()!) {
      $0.circularNorm(kernel, CircularMatrix.geometry(stride: 1), sizes: [6, 6]).item()
    }
  }

  /// Compares difference quotients between random pairs of inputs, near and far, with the bound of
  /// networks.
  private func quotients(
    _ pairs: Int, _ generator: inout Generator
  ) throws -> (above: Trials, share: Double) {
    var (above, share) = (Trials(), 0.0)
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
      above.note(violations: quotients .> bound)
      share = max(share, quotients.max().item() / bound)
    }
    return (above, share)
  }
}
