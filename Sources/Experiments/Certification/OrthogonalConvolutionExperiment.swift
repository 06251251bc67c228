import Certification
import Evidence
import ExperimentSettings
import Methods
import Networks
import Tensors

/// Tests when convolutions can keep distances, and what their regularizer measures.
///
/// A minimization ends where the squared distance from orthogonality is below 1e-6, the norm of the
/// gradient below 1e-9, or after 20,000 steps, whichever comes first.
///
/// - Source: "Existence, Stability and Scalability of Orthogonal Convolutional Neural Networks"
///   (2022), theorems 4 and 5. Left out: training with the regularizer, and its stability.
struct OrthogonalConvolutionExperiment: Experiment {
  static let paper: PaperID = "orthogonal-conv"
  static let methods = ["OrthogonalConvolution"]

  var claims: [Claim] {
    [
      .identity(
        "identity",
        "The number of outputs times the regularizer is the squared Frobenius distance of the "
          + "layer's Gram matrix from the identity, in the row case and in the column case.",
        .atMost(1e-6)),
      .identity(
        "possible",
        "Where orthogonal convolutions exist, the best of five minimizations comes to below 1e-6.",
        .always),
      .identity("impossible", "Where none exists, minimization finds none.", .always),
    ]
  }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    var identity = Trials()
    for _ in 0..<(context.isFull ? 100 : 6) {
      identity.note(error: identityError(using: &generator))
    }
    context.report(0.1)
    let settings = Self.settings.prefix(context.isFull ? 40 : 4)
    var (possible, impossible) = (Trials(), Trials())
    for (index, sizes) in settings.enumerated() {
      try context.checkCancellation()
      let least = leastLoss(sizes, starts: context.isFull ? 5 : 1, using: &generator)
      if sizes.exist {
        possible.note(isViolation: !(least < 1e-6))
      } else {
        impossible.note(isViolation: !(least >= 1e-6))
      }
      context.report(0.1 + 0.9 * Double(index + 1) / Double(settings.count))
    }
    return [
      identity.measurement("identity", context, unit: "relative error"),
      possible.measurement("possible", context),
      impossible.measurement("impossible", context),
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

  /// Forty settings, some of them impossible.
  private static let settings: [Sizes] = [1, 3].flatMap { kernel in
    [1, 2].flatMap { stride in
      [
        (1, 2), (2, 1), (2, 2), (3, 2), (4, 1), (5, 1), (9, 1), (10, 1), (6, 2), (12, 2),
      ].map { Sizes(outputs: $0.0, inputs: $0.1, kernel: kernel, stride: stride) }
    }
  }

  /// The relative difference between both sides of the identity for a random kernel on a torus.
  private func identityError(using generator: inout Generator) -> Double {
    let stride = Int.random(in: 1...2, using: &generator)
    let kernel = [1, 3].randomElement(using: &generator)!
    let outputs = Int.random(in: 1...6, using: &generator)
    let inputs = Int.random(in: 1...4, using: &generator)
    let places = stride == 1 ? 6 : 3
    let weight = Tensor.normal(
      [outputs, inputs, kernel, kernel], dtype: .float64, using: &generator)
    let matrix = CircularMatrix.of(weight, size: places * stride, stride: stride)
    let isRow = outputs <= inputs * stride * stride
    let gram = isRow ? matrix.matmul(matrix.transposed()) : matrix.transposed().matmul(matrix)
    let direct = (gram - .identity(gram.size(0), dtype: .float64)).square().sum().item()
    let loss = OrthogonalConvolution.loss(weight, stride: stride).item()
    return abs(loss * Double(places * places) - direct) / max(direct, 1e-12)
  }

  /// The least regularizer over several minimizations from random kernels, in double precision.
  private func leastLoss(
    _ sizes: Sizes, starts: Int, using generator: inout Generator
  ) -> Double {
    var least = Double.infinity
    for _ in 0..<starts where least >= 1e-6 {
      let kernel = Tensor.normal(
        [sizes.outputs, sizes.inputs, sizes.kernel, sizes.kernel], dtype: .float64,
        using: &generator)
      let start = kernel / kernel.norm() * Double(sizes.outputs).squareRoot()
      least = min(least, minimum(from: start, stride: sizes.stride))
    }
    return least
  }

  /// Descends with the step lengths of Barzilai and Borwein, each halved until the loss is below
  /// the highest of the last ten.
  ///
  /// - Source: "The Barzilai and Borwein Gradient Method for the Large Scale Unconstrained
  ///   Minimization Problem" (1997), section 2.
  private func minimum(from start: Tensor, stride: Int) -> Double {
    func evaluated(_ kernel: Tensor) -> (loss: Double, gradient: Tensor) {
      let (loss, gradient) = Tensors.valueAndGradient(at: kernel) {
        OrthogonalConvolution.loss($0, stride: stride)
      }
      return (loss.item(), gradient)
    }
    var (kernel, length) = (start, 1e-2)
    var current = evaluated(kernel)
    var recent = [current.loss]
    for _ in 0..<20_000 {
      let slope = current.gradient.square().sum().item()
      if current.loss < 1e-6 || slope < 1e-18 { break }
      var next = kernel - current.gradient * length
      var found = evaluated(next)
      while !(found.loss <= recent.max()! - 1e-4 * length * slope), length > 1e-12 {
        length /= 2
        next = kernel - current.gradient * length
        found = evaluated(next)
      }
      let (move, turn) = (next - kernel, found.gradient - current.gradient)
      let curvature = (move * turn).sum().item()
      length = curvature > 0 ? min(1, move.square().sum().item() / curvature) : 1e-2
      (kernel, current) = (next, found)
      recent = recent.suffix(9) + [found.loss]
    }
    return current.loss
  }
}
