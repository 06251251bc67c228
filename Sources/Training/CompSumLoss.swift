import Foundation
import Methods
import Models
import Tensors

/// A concave function of the sum `u` of the exponentials of the other scores less the label's.
///
/// `((1 + u)^(1 − tau) − 1) / (1 − tau)`, and `log(1 + u)` at `tau = 1`. The sum `1 + u` is the
/// reciprocal of the label's probability, so that the family holds the sum-exponential loss
/// (`tau = 0`), cross-entropy (1), generalized cross-entropy of order `tau − 1` (between 1 and 2)
/// and half the mean absolute error (2).
///
/// - Source: "Cross-Entropy Loss Functions: Theoretical Analysis and Applications" (2023),
///   section 2.
public struct CompSumLoss: TrainingLoss, Hashable {
  public var tau: Double

  /// - Precondition: `tau` is not negative.
  public init(tau: Double) {
    precondition(tau >= 0 && tau.isFinite, "tau is \(tau), which is negative or no number")
    self.tau = tau
  }

  public init() { self.init(tau: 1) }

  public static let description = MethodDescription<Self>(
    "comp-sum", "A concave function of the sum of the other scores' exponentials.",
    family: "likelihood", origin: .paper("comp-sum-losses"),
    settings: [
      .number(
        "tau", \.tau, .atLeast(0),
        "Which member: 0 sum-exponential, 1 logistic, 1 to 2 generalized cross-entropy, 2 absolute."
      )
    ])

  public func perExample(_ logits: Tensor, labels: Tensor) -> Tensor {
    let entropy = ClassificationLoss.crossEntropy.perExample(logits, labels: labels)
    return tau == 1 ? entropy : (entropy * (1 - tau)).expMinusOne() / (1 - tau)
  }

  /// Returns the least excess of this loss, over what is possible at an input, that goes with an
  /// excess of the error rate there.
  ///
  /// Its inverse bounds the error rate of whoever minimizes the loss; it holds for scores that can
  /// be anything at each input.
  ///
  /// - Shape: `regret` of any shape, from 0 to 1; so is the result.
  /// - Source: theorem 3.1 there, for complete and symmetric sets of hypotheses.
  public func leastExcess(forErrorExcess regret: Tensor, classes: Int) -> Tensor {
    precondition(classes > 1, "\(classes) classes leave nothing to decide")
    let scale = pow(Double(classes), tau - 1) * (tau - 1)
    if tau >= 2 { return regret / scale }
    let (up, down) = (regret + 1, 1 - regret)
    if tau == 1 {
      // What is multiplied by zero may not be minus infinity.
      return (up * up.log() + down * down.clamped(from: 1e-300).log()) * 0.5
    }
    let mean = ((up.power(1 / (2 - tau)) + down.power(1 / (2 - tau))) * 0.5).power(2 - tau)
    return tau < 1 ? (1 - mean) * (pow(2, 1 - tau) / (1 - tau)) : (mean - 1) / scale
  }
}
