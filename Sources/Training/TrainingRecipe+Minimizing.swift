import Tensors

extension TrainingRecipe {
  /// Minimizes a loss over shuffled batches of examples by this recipe's steps, and returns the
  /// values of the last one.
  ///
  /// For losses that are not a classifier's; `seed` and `patience` are not used. Random numbers
  /// are taken from `generator`, by the loss too.
  ///
  /// - Shape: `values` `[count]`; `loss` takes such values and the indices of a batch's examples,
  ///   and returns one number.
  /// - `finishStep`: is called with the values after each step, and the share of the run that is
  ///   done.
  /// - Throws: `TrainingError.badRecipe`, `.diverged` after an epoch whose loss or values are not
  ///   finite, `CancellationError`, and what `loss` throws.
  package func minimize<Source: RandomNumberGenerator>(
    from values: Tensor, examples: Int, using generator: inout Source,
    finishStep: (Tensor, Double) throws -> Void = { _, _ in },
    loss: (Tensor, Tensor, inout Source) throws -> Tensor
  ) throws -> Tensor {
    try check()
    var (values, descent) = (values, Descent(self))
    for epoch in 0..<epochs {
      try runEpoch(
        epoch, from: &values, by: &descent, examples: examples, using: &generator,
        finishStep: finishStep, loss: loss)
    }
    return values
  }

  /// Goes once through the shuffled examples, as `minimize` does in each of its epochs.
  ///
  /// - `epoch`: how many epochs went before.
  /// - Throws: as `minimize`, but for `TrainingError.badRecipe`.
  package func runEpoch<Source: RandomNumberGenerator>(
    _ epoch: Int, from values: inout Tensor, by descent: inout Descent, examples: Int,
    using generator: inout Source, finishStep: (Tensor, Double) throws -> Void,
    loss: (Tensor, Tensor, inout Source) throws -> Tensor
  ) throws {
    let starts = Array(stride(from: 0, to: examples, by: batchSize))
    let order = Tensor.permutation(examples, using: &generator)
    var total = Tensor(scalar: Float(0))
    for (step, start) in starts.enumerated() {
      try Task.checkCancellation()
      let rows = order[start..<min(start + batchSize, examples)]
      let done = Double(epoch * starts.count + step)
      let steps = Double(epochs * starts.count)
      let before = generator
      let (next, value) = try descent.step(from: values, progress: done / steps) {
        // Every evaluation of one step draws the same numbers.
        generator = before
        return try loss($0, rows, &generator)
      }
      values = next
      total += value
      try finishStep(values, (done + 1) / steps)
    }
    guard (total + values.sum()).isFinite.booleans[0] else {
      throw TrainingError.diverged(epoch: epoch + 1)
    }
  }
}
