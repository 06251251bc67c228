extension TrainingRecipe {
  /// Checks a recipe that was read from a file, or changed.
  ///
  /// - Throws: `TrainingError.badRecipe`, which names what is wrong.
  public func check() throws(TrainingError) {
    func demand(_ isMet: Bool, _ reason: String) throws(TrainingError) {
      guard isMet else { throw .badRecipe(reason: reason) }
    }
    try demand(1...1_000_000 ~= epochs, "\(epochs) epochs")
    try demand(1...1_000_000 ~= batchSize, "batches of \(batchSize)")
    try demand(learningRate > 0 && learningRate.isFinite, "a learning rate of \(learningRate)")
    try demand(patience.map { $0 > 0 } ?? true, "a patience below 1")
    try demand(gradientNormLimit.map { $0 > 0 } ?? true, "a gradient limit that is not positive")
    let radius = sharpness?.radius ?? 0
    try demand(radius >= 0 && radius.isFinite, "a sharpness radius of \(radius)")
    do {
      _ = try OptimizerChoice(optimizer.choice)
    } catch {
      throw .badRecipe(reason: "the optimizer: \(error)")
    }
    switch schedule {
    case .constant: break
    case .cosine(let warmup): try demand(0..<1 ~= warmup, "a warm-up of \(warmup)")
    case .steps(_, let factor): try demand(factor > 0, "steps by \(factor)")
    }
  }
}
