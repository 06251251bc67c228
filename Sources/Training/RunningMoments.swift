import Foundation
import Tensors

/// The running mean of gradients, another running statistic of them, and how many there were.
struct RunningMoments: Sendable {
  private(set) var mean: Tensor?
  /// What else is kept, as large as the mean.
  var other: Tensor?
  private(set) var steps = 0

  /// Takes note of a gradient, and returns the mean, of which `decay` is kept.
  mutating func updatedMean(with gradient: Tensor, decay: Double) -> Tensor {
    steps += 1
    let next = (mean ?? gradient.zerosLike()).interpolated(to: gradient, fraction: 1 - decay)
    mean = next
    return next
  }

  /// What a mean with this decay is multiplied by for having started at zero.
  func shrinkage(of decay: Double) -> Double { 1 - pow(decay, Double(steps)) }

  /// As a checkpoint keeps it; nothing before the first step.
  var state: [Tensor] {
    get {
      guard let mean, let other else { return [] }
      return [mean, other, Tensor(scalar: steps)]
    }
    set {
      guard newValue.count == 3 else {
        self = RunningMoments()
        return
      }
      (mean, other, steps) = (newValue[0], newValue[1], newValue[2].integers[0])
    }
  }
}
