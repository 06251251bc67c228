import Tensors

/// Bounds the largest singular value of a matrix from above by squaring it again and again.
///
/// After `steps` squarings the bound is at most `rank^(1 / 2^(steps + 1))` times the singular
/// value, and it converges faster than any geometric series.
///
/// - Source: "Efficient Bound of Lipschitz Constant for Convolutional Layers by Gram Iteration"
///   (2023), section 3 and algorithm 1.
public struct GramIteration: Sendable, Hashable {
  /// How often the Gram matrix is taken.
  public var steps: Int

  public init(steps: Int = 10) {
    precondition(steps >= 0, "the number of steps is not negative")
    self.steps = steps
  }

  /// Returns the bound, through which gradients flow.
  ///
  /// Each step divides by the Frobenius norm first, so that nothing overflows; the norms are
  /// multiplied in again by successive roots.
  ///
  /// - Shape: `[..., rows, columns]`, to `[...]`.
  /// - Soundness: in real arithmetic; `certified(_:)` also covers rounding.
  public func callAsFunction(_ matrix: Tensor) -> Tensor { bound(matrix, slack: 0) }

  /// Returns a bound of the largest singular value of every matrix of a batch.
  ///
  /// - Shape: `[..., rows, columns]`.
  /// - Soundness: for the numbers that are stored. It is computed in double precision; each
  ///   squaring is off by at most a known share of the squared Frobenius norm, which is 1 after
  ///   rescaling, and this share is added before each root is taken.
  public func certified(_ matrix: Tensor) -> Double {
    let matrix = matrix.cast(to: .float64)
    guard matrix.count > 0 else { return 0 }
    let size = Swift.max(matrix.size(-1), matrix.size(-2))
    let bound = bound(matrix, slack: Rounding.sum(size * size)).max(axes: nil).item()
    return (bound * (1 + 64 * Rounding.unit) + Rounding.underflow)
  }

  private func bound(_ matrix: Tensor, slack: Double) -> Tensor {
    func frobenius(_ x: Tensor) -> Tensor {
      (x.square().sum(axes: [-2, -1]) + 1e-300.underflowGuard(in: x.dtype)).squareRoot()
    }
    var gram = matrix.size(-1) > matrix.size(-2) ? matrix.transposed() : matrix
    var scales: [Tensor] = []
    for _ in 0..<steps {
      let scale = frobenius(gram)
      scales.append(scale)
      let scaled = gram / scale.expandedDimension(at: scale.rank).expandedDimension(at: -1)
      gram = scaled.transposed().matmul(scaled)
    }
    let share = 1 + slack
    return scales.reversed().reduce(frobenius(gram) * share) { value, scale in
      (value + slack).squareRoot() * scale * share
    }
  }
}

extension Double {
  /// A number that keeps a root's gradient finite at a matrix of zeros.
  fileprivate func underflowGuard(in dtype: DType) -> Double { dtype == .float64 ? self : 1e-30 }
}
