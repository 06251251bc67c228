import Models
import Tensors

/// Proves that the label a classifier gives most often under Gaussian noise stays the same in a
/// L2 ball.
///
/// A first sample picks the label, a second one bounds its probability from below by `p`; where `p`
/// exceeds a half, the radius is `sigma · Φ⁻¹(p)`, and otherwise the classifier abstains. A label
/// below 0, as scores with a NaN have it, is a vote for nobody.
///
/// - Soundness: each certificate by itself is wrong with probability `alpha` or less, over the draw
///   of the noise. Of `m` certificates, `alpha · m` are expected to be wrong at most; for all to
///   hold at once with probability `1 - alpha`, set `alpha` to `alpha / m`. The numbers drawn are
///   taken for normal and real: neither pseudorandom bits nor rounding is accounted for.
/// - Complexity: `selectionSamples + samples` decision queries an input.
/// - Source: "Certified Adversarial Robustness via Randomized Smoothing" (2019), theorem 1 and
///   section 3.2, CERTIFY. Deviation: a tie in the first sample goes to the lowest label.
public struct RandomizedSmoothing: Sendable, Hashable {
  /// The standard deviation of the noise, in input units.
  public var sigma: Double
  /// How many noisy copies of an input bound the probability of its label.
  public var samples: Int
  /// How many noisy copies pick the label.
  public var selectionSamples: Int
  /// The probability of a wrong certificate or prediction.
  public var alpha: Double
  /// The number of copies evaluated at a time; the noise that a seed draws depends on it.
  ///
  /// Batches whose values stay in the processor's cache are faster than larger ones.
  public var batchSize: Int

  public init(
    sigma: Double, samples: Int = 10_000, selectionSamples: Int = 100, alpha: Double = 0.001,
    batchSize: Int = 128
  ) {
    precondition(sigma > 0 && sigma.isFinite, "sigma \(sigma) is not positive")
    precondition(
      samples > 0 && selectionSamples > 0 && batchSize > 0,
      "samples, selectionSamples and batchSize are positive")
    precondition(alpha > 0 && alpha < 1, "alpha \(alpha) is not above 0 and below 1")
    (self.sigma, self.samples, self.selectionSamples) = (sigma, samples, selectionSamples)
    (self.alpha, self.batchSize) = (alpha, batchSize)
  }

  /// Returns one certificate for each row.
  ///
  /// - Shape: `inputs` `[batch] + features`.
  /// - `report`: is called with the share of the inputs that are done.
  /// - Throws: what the model throws, and `CancellationError` when the task is cancelled.
  public func certify(
    _ model: some DecisionOracle, _ inputs: Tensor,
    using generator: inout some RandomNumberGenerator, report: (Double) -> Void = { _ in }
  ) throws -> [SmoothingCertificate] {
    try inputs.mapRows(report: report) { input in
      let first = try votes(model, around: input, samples: selectionSamples, using: &generator)
      guard let label = first.leader else {
        return SmoothingCertificate(label: nil, radius: 0, probabilities: [0])
      }
      let votes = try votes(model, around: input, samples: samples, using: &generator)
      let bound = BinomialBound.lower(successes: votes[label], of: samples, alpha: alpha)
      return SmoothingCertificate(
        label: bound > 0.5 ? label : nil, radius: radius(atProbability: bound),
        probabilities: [bound])
    }
  }

  /// Returns the label that the smoothed classifier gives to each row, or nil where the two most
  /// frequent labels cannot be told apart.
  ///
  /// - Shape, throws: as for the certificates.
  /// - Complexity: `samples` decision queries an input.
  /// - Source: as above, PREDICT, whose test is from "Rank Verification for Exponential Families"
  ///   (2016).
  public func predictions(
    of model: some DecisionOracle, at inputs: Tensor,
    using generator: inout some RandomNumberGenerator, report: (Double) -> Void = { _ in }
  ) throws -> [Int?] {
    try inputs.mapRows(report: report) { input in
      let votes = try votes(model, around: input, samples: samples, using: &generator)
      guard let leader = votes.leader else { return nil }
      let most = votes[leader]
      let doubt = BinomialBound.evennessPValue(successes: most, of: most + votes.second(to: leader))
      return doubt <= alpha ? leader : nil
    }
  }

  /// The radius, in input units, that a label of at least this probability keeps; not positive up
  /// to a half.
  public func radius(atProbability probability: Double) -> Double {
    sigma * NormalDistribution.quantile(probability)
  }

  /// Counts what the model calls noisy copies of one input, of shape `[1] + features`.
  func votes(
    _ model: some DecisionOracle, around input: Tensor, samples: Int,
    using generator: inout some RandomNumberGenerator
  ) throws -> Votes {
    var votes = Votes()
    let features = input.shape.dropFirst()
    for start in stride(from: 0, to: samples, by: batchSize) {
      try Task.checkCancellation()
      let shape = [min(batchSize, samples - start)] + features
      let noise = Tensor.normal(shape, dtype: input.dtype, using: &generator)
      votes.add(try model.labels(of: input.adding(noise, scaledBy: sigma)))
    }
    return votes
  }
}

extension Tensor {
  /// Calls `body` with each row, of shape `[1] + features`.
  func mapRows<Result>(
    report: (Double) -> Void, _ body: (Tensor) throws -> Result
  ) rethrows -> [Result] {
    let total = size(0)
    return try (0..<total).map { row in
      let result = try body(self[row..<row + 1])
      report(Double(row + 1) / Double(total))
      return result
    }
  }
}
