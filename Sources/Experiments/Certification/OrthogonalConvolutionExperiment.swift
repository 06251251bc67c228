import Certification
import Evidence
import Methods
import Networks
import Tensors
import Training

/// Tests when convolutions can keep distances, and what their regularizer measures.
///
/// - Source: "Existence, Stability and Scalability of Orthogonal Convolutional Neural Networks"
///   (2022), theorems 4 and 5.
struct OrthogonalConvolutionExperiment: Experiment {
  static let paper: PaperID = "orthogonal-conv"
  static let methods = ["OrthogonalConvolution"]

  var seeds: [UInt64] { [0, 1, 2] }

  var claims: [Claim] {
    [
      Claim(
        "identity",
        "The number of outputs times the regularizer is the squared Frobenius distance of the "
          + "layer's Gram matrix from the identity, in the row case and in the column case.",
        .atMost(1e-6)),
      Claim(
        "possible", "Where orthogonal convolutions exist, minimization finds one.", .always),
      Claim(
        "impossible", "Where none exists, minimization finds none.", .always),
    ]
  }

  /// Channels, kernel and stride of one convolution.
  private struct Sizes {
    let outputs: Int
    let inputs: Int
    let kernel: Int
    let stride: Int

    var exist: Bool {
      OrthogonalConvolution.exists(
        outputs: outputs, inputs: inputs, kernel: kernel, stride: stride)
    }
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let error = identityError(context.isFull ? 100 : 6, using: &generator)
    context.report(0.2)
    let settings = Self.settings.prefix(context.isFull ? 40 : 4)
    var (missed, found) = (0, 0)
    for (index, sizes) in settings.enumerated() {
      try context.checkCancellation()
      let least = leastLoss(sizes, starts: context.isFull ? 5 : 1, using: &generator)
      if sizes.exist, !(least < 1e-6) { missed += 1 }
      if !sizes.exist, !(least >= 1e-6) { found += 1 }
      context.report(0.2 + 0.8 * Double(index + 1) / Double(settings.count))
    }
    let possible = settings.count { $0.exist }
    let seed = context.seed
    return [
      Measurement("identity", seed: seed, value: error, unit: "relative error"),
      Measurement(
        "possible", seed: seed, value: Double(missed), unit: "violations",
        details: ["settings": Double(possible)]),
      Measurement(
        "impossible", seed: seed, value: Double(found), unit: "violations",
        details: ["settings": Double(settings.count - possible)]),
    ]
  }

  /// Forty settings, some of them impossible.
  private static let settings: [Sizes] = {
    var all: [Sizes] = []
    for kernel in [1, 3] {
      for stride in [1, 2] {
        for (outputs, inputs) in [
          (1, 2), (2, 1), (2, 2), (3, 2), (4, 1), (5, 1), (9, 1), (10, 1), (6, 2), (12, 2),
        ] {
          all.append(Sizes(outputs: outputs, inputs: inputs, kernel: kernel, stride: stride))
        }
      }
    }
    return all
  }()

  /// The largest relative difference between both sides of the identity, on a torus.
  private func identityError(_ count: Int, using generator: inout Generator) -> Double {
    var largest = 0.0
    for _ in 0..<count {
      let (stride, kernel) = (
        Int.random(in: 1...2, using: &generator), [1, 3].randomElement(using: &generator)!
      )
      let (outputs, inputs) = (
        Int.random(in: 1...6, using: &generator), Int.random(in: 1...4, using: &generator)
      )
      let places = 3 + (stride == 1 ? 3 : 0)
      let size = places * stride
      let weight = Tensor.normal(
        [outputs, inputs, kernel, kernel], dtype: .float64, using: &generator)
      let count = inputs * size * size
      let geometry = ConvolutionGeometry(
        stride: [stride, stride], padding: [0, 0], dilation: [1, 1])
      let matrix = Tensor.identity(count, dtype: .float64)
        .reshaped(to: [count, inputs, size, size])
        .padded([(0, kernel - 1), (0, kernel - 1)], mode: .circular)
        .convolved(weight: weight, bias: nil, geometry).reshaped(to: [count, -1]).transposed()
      let isRow = outputs <= inputs * stride * stride
      let gram = isRow ? matrix.matmul(matrix.transposed()) : matrix.transposed().matmul(matrix)
      let direct = (gram - .identity(gram.size(0), dtype: .float64)).square().sum().item()
      let loss = OrthogonalConvolution.loss(weight, stride: stride).item()
      largest = max(largest, abs(loss * Double(places * places) - direct) / max(direct, 1e-12))
    }
    return largest
  }

  /// How many steps one minimization takes.
  private static let steps = 1500

  /// The least regularizer over several minimizations, in double precision.
  private func leastLoss(
    _ sizes: Sizes, starts: Int, using generator: inout Generator
  ) -> Double {
    var least = Double.infinity
    for _ in 0..<starts where least >= 1e-6 {
      var kernel = Tensor.normal(
        [sizes.outputs, sizes.inputs, sizes.kernel, sizes.kernel], dtype: .float64,
        using: &generator)
      kernel = kernel / kernel.norm() * Double(sizes.outputs).squareRoot()
      var optimizer = AdamW(weightDecay: 0)
      for step in 0..<Self.steps {
        let gradient = Tensors.gradient(at: kernel) {
          OrthogonalConvolution.loss($0, stride: sizes.stride)
        }
        let rate =
          0.05
          * LearningRateSchedule.cosine(warmup: 0)
          .factor(at: Double(step) / Double(Self.steps))
        kernel = optimizer.step(from: kernel, gradient: gradient, learningRate: rate)
      }
      least = min(least, OrthogonalConvolution.loss(kernel, stride: sizes.stride).item())
    }
    return least
  }
}
