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
      _ = try runEpoch(
        epoch, from: &values, by: &descent, examples: examples, using: &generator,
        finishStep: finishStep, loss: loss)
    }
    return values
  }

  /// Goes once through the shuffled examples, a step for each batch, and returns the mean loss of
  /// an example. Every training takes its epochs from here.
  ///
  /// - Parameters:
  ///   - epoch: how many epochs went before.
  ///   - progress: the share of the run that is done before a step, of its index in the epoch and
  ///     the number of an epoch's steps; if left out, finished steps over all steps.
  ///   - beginStep: is called with the values before each step, and the share of the run that is
  ///     done.
  ///   - finishStep: is called with the same after each step.
  ///   - loss: the mean loss of a batch, as for `minimize`.
  /// - Throws: as `minimize`, but for `TrainingError.badRecipe`.
  package func runEpoch<Source: RandomNumberGenerator>(
    _ epoch: Int, from values: inout Tensor, by descent: inout Descent, examples: Int,
    using generator: inout Source,
    progress: ((_ step: Int, _ steps: Int) -> Double)? = nil,
    beginStep: (Tensor, Double) throws -> Void = { _, _ in },
    finishStep: (Tensor, Double) throws -> Void = { _, _ in },
    loss: (Tensor, Tensor, inout Source) throws -> Tensor
  ) throws -> Double {
    let starts = Array(stride(from: 0, to: examples, by: batchSize))
    let order = Tensor.permutation(examples, using: &generator)
    let progress = progress ?? { Double(epoch * $1 + $0) / Double(epochs * $1) }
    var total = Tensor(scalar: Float(0))
    for (step, start) in starts.enumerated() {
      try Task.checkCancellation()
      let rows = order[start..<min(start + batchSize, examples)]
      let done = progress(step, starts.count)
      try beginStep(values, done)
      let before = generator
      let (next, mean) = try descent.step(from: values, progress: done) {
        // Every evaluation of one step draws the same numbers.
        generator = before
        return try loss($0, rows, &generator)
      }
      values = next
      total += mean * rows.count
      try finishStep(values, progress(step + 1, starts.count))
    }
    let mean = total.item() / Double(examples)
    guard mean.isFinite, values.isFinite.all().booleans[0] else {
      throw TrainingError.diverged(epoch: epoch + 1)
    }
    return mean
  }
}
