import Foundation
import Models
import Tensors

/// A loss that stands wrong labels: an active term, which raises the label's probability, divided
/// by its sum over all labels, and a passive one, which lowers the others'.
///
/// The sum of either term over all labels is the same at every input, so that labels flipped evenly
/// shift the loss by as much whatever is learned. The passive term makes up for the weak slopes of
/// the active one.
///
/// - Source: "Normalized Loss Functions for Deep Learning with Noisy Labels" (2020), sections 3.2
///   and 4.
public struct ActivePassiveLoss: ScoreLoss, Hashable {
  public enum Active: Sendable, Hashable {
    /// `log p[y] / Σ log p[k]`.
    case normalizedCrossEntropy
    /// The same with `(1 − p[k])^focus log p[k]` in the place of each logarithm. In the authors'
    /// code no slope flows through the factors before the logarithms; here it does.
    case normalizedFocal(focus: Double)
  }

  public enum Passive: Sendable, Hashable {
    /// `Σ |p[k] − q[k]|` with `q` 1 at the label and 0 elsewhere, which is `2 (1 − p[y])`. The
    /// authors' code leaves the factor 2 out.
    case meanAbsoluteError
    /// `−Σ p[k] log q[k]` with -`logOfZero` for the logarithm of zero: `logOfZero · (1 − p[y])`.
    case reverseCrossEntropy(logOfZero: Double = -log(1e-4))
  }

  public var active: Active
  public var activeWeight: Double
  public var passive: Passive
  public var passiveWeight: Double

  /// - Precondition: weights are not negative; one of zero leaves its term out.
  public init(
    active: Active = .normalizedCrossEntropy, activeWeight: Double = 1,
    passive: Passive = .reverseCrossEntropy(), passiveWeight: Double = 1
  ) {
    precondition(
      activeWeight >= 0 && passiveWeight >= 0, "weights of \(activeWeight) and \(passiveWeight)")
    (self.active, self.activeWeight) = (active, activeWeight)
    (self.passive, self.passiveWeight) = (passive, passiveWeight)
  }

  public func perExample(_ logits: Tensor, labels: Tensor) -> Tensor {
    let logs = logits.logSoftmax(axis: 1)
    var sum = labels.cast(to: logits.dtype) * 0
    if activeWeight > 0 {
      let terms =
        switch active {
        case .normalizedCrossEntropy: logs
        // The base is kept from zero, where its power has no slope.
        case .normalizedFocal(let focus):
          (1 - logs.exp()).clamped(from: 1e-7).power(focus) * logs
        }
      sum = sum + terms.entries(at: labels) / terms.sum(axes: [1]) * activeWeight
    }
    if passiveWeight > 0 {
      let scale =
        switch passive {
        case .meanAbsoluteError: 2.0
        case .reverseCrossEntropy(let logOfZero): logOfZero
        }
      sum = sum + (1 - logs.entries(at: labels).exp()) * (scale * passiveWeight)
    }
    return sum
  }
}
