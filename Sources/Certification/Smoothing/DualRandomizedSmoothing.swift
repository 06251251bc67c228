import Models
import Tensors

/// Proves that the label two classifiers, each of one half of an image, give most often under
/// Gaussian noise stays the same in an L2 ball.
///
/// The smoothed classifier takes the label whose two probabilities have the largest sum. Each half
/// has half of the dimensions, and the highest radius that a sample can certify is `√2` times that
/// of `RandomizedSmoothing`.
///
/// - Soundness: let `a = Φ⁻¹(left)` and `b = Φ⁻¹(right)` for lower bounds of the label's two
///   probabilities, and let a perturbation move the halves by `u · sigma` and `v · sigma`. By
///   theorem 1 of the paper on randomized smoothing the probabilities stay above `Φ(a − u)` and
///   `Φ(b − v)`. All labels together have 2, so the label leads while its sum exceeds 1, which is
///   `u + v < a + b`. The largest `u + v` at distance `R` is `√2 · R / sigma`: the radius is `sigma
///   · (a + b) / √2`, for any sign of `a` and `b`, and no rule that knows only both bounds gives
///   more. Each bound is taken at `alpha / 2`, so that both hold with probability `1 - alpha`;
///   otherwise as for `RandomizedSmoothing`.
/// - Complexity: `selectionSamples + samples` decision queries an input, of each classifier.
/// - Source: "Mitigating the Curse of Dimensionality for Certified Robustness via Dual Randomized
///   Smoothing" (2024), the theorem on the radius. Deviations from its public code, which is not
///   sound: that takes `√(R₁² + R₂²)` of the halves' radii `R₁ ≠ R₂`, which is larger; takes 0 for
///   a negative radius of one half; takes each bound at `alpha`; and also shows a classifier the
///   pixel maxima of its half.
public struct DualRandomizedSmoothing: Sendable, Hashable {
  /// Noise, samples and risk; `alpha` is for both halves together.
  public var smoothing: RandomizedSmoothing
  public var partition: PixelPartition

  public init(_ smoothing: RandomizedSmoothing, partition: PixelPartition = .checkerboard) {
    (self.smoothing, self.partition) = (smoothing, partition)
  }

  /// Returns one certificate for each row.
  ///
  /// - Shape: `inputs` `[batch] + features` as the partition takes them.
  /// - `left`, `right`: classifiers of the partition's halves.
  /// - `report`: is called with the share of the inputs that are done.
  /// - Throws: what the classifiers throw, and `CancellationError` when the task is cancelled.
  public func certify(
    left: some DecisionOracle, right: some DecisionOracle, _ inputs: Tensor,
    using generator: inout some RandomNumberGenerator, report: (Double) -> Void = { _ in }
  ) throws -> [SmoothingCertificate] {
    func votes(_ input: Tensor, samples: Int) throws -> (left: Votes, right: Votes) {
      let halves = partition.halves(of: input)
      return (
        try smoothing.votes(left, around: halves.left, samples: samples, using: &generator),
        try smoothing.votes(right, around: halves.right, samples: samples, using: &generator)
      )
    }
    return try inputs.mapRows(report: report) { input in
      let first = try votes(input, samples: smoothing.selectionSamples)
      guard let label = (first.left + first.right).leader else {
        return SmoothingCertificate(label: nil, radius: 0, probabilities: [0, 0])
      }
      let second = try votes(input, samples: smoothing.samples)
      let bounds = [second.left, second.right].map {
        BinomialBound.lower(
          successes: $0[label], of: smoothing.samples, alpha: smoothing.alpha / 2)
      }
      let radius = radius(left: bounds[0], right: bounds[1])
      return SmoothingCertificate(
        label: radius > 0 ? label : nil, radius: radius, probabilities: bounds)
    }
  }

  /// The radius, in input units, that a label keeps whose probabilities on the halves are at least
  /// these; not positive if their sum is at most 1, and NaN at 0 and 1, which prove nothing.
  public func radius(left: Double, right: Double) -> Double {
    (smoothing.radius(atProbability: left) + smoothing.radius(atProbability: right))
      / 2.0.squareRoot()
  }
}
