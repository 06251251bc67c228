import Evidence
import Training

extension Experiment {
  /// The score that `body` finds, or the lowest there is if training blows up, so that a grid may
  /// reach to where it does.
  ///
  /// - Throws: what `body` throws, but for `TrainingError.diverged`.
  package func scoreUnlessDiverged(_ body: () throws -> Double) throws -> Double {
    do {
      return try body()
    } catch TrainingError.diverged {
      return -.infinity
    }
  }
}
