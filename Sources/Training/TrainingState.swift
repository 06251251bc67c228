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

  /// Goes through the next epoch, as `TrainingRecipe.runEpoch` does, and returns its mean loss.
  ///
  /// - `beginStep`: is called with the values before each step, and the share of the run that is
  ///   done.
  /// - `loss`: the mean loss of a batch, of values and the indices of its examples.
  /// - Throws: as `TrainingRecipe.runEpoch`; the epoch is not counted yet.
  package mutating func runEpoch(
    by recipe: TrainingRecipe, examples: Int,
    beginStep: (Tensor, Double) throws -> Void = { _, _ in },
    loss: (Tensor, Tensor) throws -> Tensor
  ) throws -> Double {
    let epoch = self.epoch
    return try recipe.runEpoch(
      epoch, from: &values, by: &descent, examples: examples, using: &generator,
      // Schedules that change in the middle of an epoch depend on the last bit of this number, and
      // results that were recorded by it on them.
      progress: { (Double(epoch) + Double($0) / Double($1)) / Double(recipe.epochs) },
      beginStep: beginStep, loss: { values, rows, _ in try loss(values, rows) })
  }

  /// Counts an epoch, and writes the checkpoint, which appears complete or not at all.
  ///
  /// - Throws: `DataError.cannotWrite`.
  package mutating func finishEpoch(_ report: Report) throws {
    reports.append(report)
    try checkpoint?.save(self)
  }
}
