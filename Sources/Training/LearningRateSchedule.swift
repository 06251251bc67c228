import Foundation

/// How the learning rate changes over a training run.
public enum LearningRateSchedule: Sendable, Hashable, Codable {
  case constant
  /// Rises in a line over the first share of the run, then falls along half a cosine wave to zero.
  ///
  /// - Source: "SGDR: Stochastic Gradient Descent with Warm Restarts" (2016), section 3, without restarts.
  case cosine(warmup: Double)
  /// Multiplies by `factor` at each of these shares of the run.
  case steps(at: [Double], factor: Double)

  /// Returns what the base rate is multiplied by when `progress`, from 0 to 1, of the run is done.
  public func factor(at progress: Double) -> Double {
    switch self {
    case .constant: return 1
    case .cosine(let warmup):
      if progress < warmup { return progress / warmup }
      return 0.5 * (1 + cos(.pi * (progress - warmup) / max(1e-12, 1 - warmup)))
    case .steps(let places, let factor):
      return places.reduce(1) { progress >= $1 ? $0 * factor : $0 }
    }
  }
}
