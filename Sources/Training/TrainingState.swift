import Tensors

/// What a training run is at between two epochs, which is all that a checkpoint holds.
///
/// A run whose state is read from its checkpoint goes on to the same bits as one that was not cut.
package struct TrainingState<Report: Codable & Sendable>: Sendable {
  /// What is trained, of shape `[count]`.
  package var values: Tensor
  package var descent: Descent
  package var generator: Generator
  /// What else goes on from one epoch to the next, by name.
  package var extras: [String: Tensor]
  /// What the epochs so far came to.
  package internal(set) var reports: [Report] = []
  private let checkpoint: TrainingCheckpoint?

  /// The state before the first epoch, or that of the checkpoint, if there is one.
  ///
  /// - Throws: `TrainingError.foreignCheckpoint`, `.brokenCheckpoint`, and `DataError` if the
  ///   checkpoint's file cannot be opened.
  package init(
    _ values: Tensor, recipe: TrainingRecipe, generator: Generator, extras: [String: Tensor] = [:],
    checkpoint: TrainingCheckpoint?
  ) throws {
    (self.values, self.generator, self.extras) = (values, generator, extras)
    (descent, self.checkpoint) = (Descent(recipe), checkpoint)
    try checkpoint?.restore(&self)
  }

  /// How many epochs are finished.
  package var epoch: Int { reports.count }

  /// Reads or replaces one of the extras.
  ///
  /// - Precondition: the state began with an extra of this name.
  package subscript(name: String) -> Tensor {
    get { extras[name]! }
    set { extras[name] = newValue }
  }

  /// Counts an epoch, and writes the checkpoint, which appears complete or not at all.
  ///
  /// - Throws: `DataError.cannotWrite`.
  package mutating func finishEpoch(_ report: Report) throws {
    reports.append(report)
    try checkpoint?.save(self)
  }
}
