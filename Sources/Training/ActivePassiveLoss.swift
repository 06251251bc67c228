import Foundation
import Methods
import Models
import Tensors

/// A loss that tolerates wrong labels: an active term, which raises the label's probability, divided
/// by its sum over all labels, and a passive one, which lowers the others'.
///
/// The sum of either term over all labels is the same at every input, so that labels flipped evenly
/// shift the loss by as much whatever is learned. The passive term makes up for the weak gradients
/// of the active one.
///
/// - Source: "Normalized Loss Functions for Deep Learning with Noisy Labels" (2020), sections 3.2
///   and 4.
public struct ActivePassiveLoss: TrainingLoss, Hashable {
  public enum Active: String, Sendable, Hashable, CaseIterable {
    /// `log p[y] / Σ log p[k]`.
    case normalizedCrossEntropy
    /// The same with `(1 − p[k])^focus log p[k]` in the place of each logarithm. In the authors'
    /// code no gradient flows through the factors before the logarithms; here it does.
    case normalizedFocal
  }

  public enum Passive: String, Sendable, Hashable, CaseIterable {
    /// `Σ |p[k] − q[k]|` with `q` 1 at the label and 0 elsewhere, which is `2 (1 − p[y])`. The
    /// authors' code leaves the factor 2 out.
    case meanAbsoluteError
    /// `−Σ p[k] log q[k]` with -`logOfZero` for the logarithm of zero: `logOfZero · (1 − p[y])`.
    case reverseCrossEntropy
  }

  public var active: Active
  public var activeWeight: Double
  /// The exponent of the normalized focal loss.
  public var focus: Double
  public var passive: Passive
  public var passiveWeight: Double
  /// Minus the logarithm of zero, for the reverse cross-entropy.
  public var logOfZero: Double

  /// - Precondition: weights are not negative; one of zero leaves its term out.
  public init(
    active: Active = .normalizedCrossEntropy, activeWeight: Double = 1, focus: Double = 0.5,
    passive: Passive = .reverseCrossEntropy, passiveWeight: Double = 1,
    logOfZero: Double = -log(1e-4)
  ) {
    precondition(
      activeWeight >= 0 && passiveWeight >= 0, "weights of \(activeWeight) and \(passiveWeight)")
    precondition(focus >= 0 && logOfZero > 0, "a focus of \(focus), a logarithm of \(logOfZero)")
    (self.active, self.activeWeight, self.focus) = (active, activeWeight, focus)
    (self.passive, self.passiveWeight, self.logOfZero) = (passive, passiveWeight, logOfZero)
  }

  public init() { self.init(activeWeight: 1) }

  public static let description = MethodDescription<Self>(
    "active-passive", "A normalized active term plus a passive one, against label noise.",
    family: "label noise", origin: .paper("active-passive-loss"),
    settings: [
      .choice("active", \.active, "The term that raises the label's probability."),
      .number("active-weight", \.activeWeight, .atLeast(0), "What the active term weighs."),
      .number("focus", \.focus, .atLeast(0), "The exponent of the normalized focal loss."),
      .choice("passive", \.passive, "The term that lowers the other probabilities."),
      .number("passive-weight", \.passiveWeight, .atLeast(0), "What the passive term weighs."),
      .number(
        "log-of-zero", \.logOfZero, .above(0),
        "Minus the logarithm of zero, for the reverse cross-entropy."),
    ])

  public func perExample(_ logits: Tensor, labels: Tensor) -> Tensor {
    let logs = logits.logSoftmax(axis: 1)
    var sum = labels.cast(to: logits.dtype) * 0
    if activeWeight > 0 {
      let terms =
        switch active {
        case .normalizedCrossEntropy: logs
        // The base is kept from zero, where its power has no gradient.
        case .normalizedFocal:
          (1 - logs.exp()).clamped(from: 1e-7).power(focus) * logs
        }
      sum = sum + terms.entries(at: labels) / terms.sum(axes: [1]) * activeWeight
    }
    if passiveWeight > 0 {
      let scale =
        switch passive {
        case .meanAbsoluteError: 2.0
        case .reverseCrossEntropy: logOfZero
        }
      sum = sum + (1 - logs.entries(at: labels).exp()) * (scale * passiveWeight)
    }
    return sum
  }
}
