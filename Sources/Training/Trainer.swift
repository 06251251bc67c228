import Datasets
import Models
import Networks
import Tensors

/// Trains a classifier by a recipe, from the beginning or from a checkpoint.
public struct Trainer: Sendable {
  public var recipe: TrainingRecipe
  /// What is minimized over the training data. Validation losses are cross-entropies whatever it is.
  public var loss: any ScoreLoss
  /// Where the state is kept after each epoch; nil for nowhere. One that exists is continued.
  public var checkpoint: String?

  public init(
    _ recipe: TrainingRecipe, loss: any ScoreLoss = ClassificationLoss.crossEntropy,
    checkpoint: String? = nil
  ) {
    (self.recipe, self.loss, self.checkpoint) = (recipe, loss, checkpoint)
  }

  /// What one epoch came to.
  public struct EpochReport: Sendable, Hashable, Codable {
    public let epoch: Int
    public let trainingLoss: Double
    public let validationLoss: Double?
    public let validationAccuracy: Double?
  }

  /// Trains `network` and returns it with the parameters of the best epoch by validation loss, or,
  /// where there is no validation data, of the last one.
  ///
  /// - `report`: is called after each epoch, and first for those that a checkpoint holds.
  /// - Throws: `TrainingError`, what the network or the checkpoint throws, and `CancellationError`
  ///   when the task is cancelled; a checkpoint then holds the last whole epoch.
  public func train(
    _ network: Network, on data: Dataset, validation: Dataset? = nil,
    report: (EpochReport) throws -> Void = { _ in }
  ) throws -> Network {
    let labels = Tensor(try data.requiredLabels())
    try data.checkLabels(classes: network.classes ?? 0)
    try network.checkInput(data.inputs)
    var state = try TrainingState<EpochReport>(
      network.parameters.values, recipe: recipe, generator: Generator(seed: recipe.seed),
      extras: [
        "buffers": network.buffers.values,
        "best_values": network.parameters.values, "best_buffers": network.buffers.values,
      ],
      checkpoint: checkpoint.map {
        TrainingCheckpoint(
          at: $0, recipe: recipe, loss: "\(loss)", network: network,
          data: [data] + (validation.map { [$0] } ?? []))
      })
    try state.reports.forEach(report)

    while state.epoch < recipe.epochs, !isExhausted(state.reports) {
      let start = network.with(parameters: state.values, buffers: state["buffers"])
      let trainingLoss = try runEpoch(&state, start, inputs: data.inputs, labels: labels)
      let trained = try start.with(parameters: state.values).recalibratingStatistics(
        on: data.prefix(32 * recipe.batchSize).batches(of: recipe.batchSize).lazy.map(\.inputs))
      let predictions = try validation.map { validation in
        Predictions(
          logits: try trained.logits(of: validation.inputs, batchSize: 256),
          labels: Tensor(try validation.requiredLabels()))
      }
      let finished = EpochReport(
        epoch: state.epoch + 1, trainingLoss: trainingLoss,
        validationLoss: predictions.map { $0.logLosses.mean().item() },
        validationAccuracy: predictions?.accuracy.value)
      state["buffers"] = trained.buffers.values
      if Self.epochsWithoutGain(state.reports + [finished]) == 0 {
        (state["best_values"], state["best_buffers"]) = (state.values, state["buffers"])
      }
      try state.finishEpoch(finished)
      try report(finished)
    }
    return network.with(parameters: state["best_values"], buffers: state["best_buffers"])
  }

  private func isExhausted(_ reports: [EpochReport]) -> Bool {
    recipe.patience.map { Self.epochsWithoutGain(reports) >= $0 } ?? false
  }

  /// How many epochs came after the best one by validation loss; 0 without validation.
  private static func epochsWithoutGain(_ reports: [EpochReport]) -> Int {
    var (best, count) = (Double.infinity, 0)
    for loss in reports.compactMap(\.validationLoss) {
      let isGain = loss < best || !best.isFinite
      (best, count) = isGain ? (loss, 0) : (best, count + 1)
    }
    return count
  }

  /// Takes a step for each batch of a shuffled pass and returns the mean loss.
  private func runEpoch(
    _ state: inout TrainingState<EpochReport>, _ network: Network, inputs: Tensor, labels: Tensor
  ) throws -> Double {
    let count = inputs.size(0)
    let order = Tensor.permutation(count, using: &state.generator)
    let starts = Array(stride(from: 0, to: count, by: recipe.batchSize))
    var total = Tensor(scalar: Float(0))
    for (step, start) in starts.enumerated() {
      try Task.checkCancellation()
      let rows = order[start..<min(start + recipe.batchSize, count)]
      let (batch, targets) = (inputs.gathering(rows), labels.gathering(rows))
      let progress =
        (Double(state.epoch) + Double(step) / Double(starts.count)) / Double(recipe.epochs)
      let (values, mean) = try state.descent.step(from: state.values, progress: progress) {
        try network.with(parameters: $0).meanLoss(loss, on: batch, labels: targets)
      }
      state.values = values
      total += mean * rows.count
    }
    let mean = total.item() / Double(count)
    let areFinite = state.values.isFinite.all().booleans[0]
    guard mean.isFinite, areFinite else { throw TrainingError.diverged(epoch: state.epoch + 1) }
    return mean
  }
}

extension Network {
  fileprivate func with(parameters values: Tensor, buffers: Tensor) -> Network {
    var twin = with(parameters: values)
    twin.buffers = self.buffers.with(values: buffers)
    return twin
  }
}
