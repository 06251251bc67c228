import Datasets
import Models
import Networks
import Tensors

/// Trains a classifier by a recipe, from the beginning or from a checkpoint.
public struct Trainer: Sendable {
  public var recipe: TrainingRecipe
  /// What is minimized over the training data. Validation losses are cross-entropies whatever it
  /// is.
  public var loss: any ScoreLoss
  /// What is added to the loss.
  public var penalties: [any ParameterPenalty]
  /// Where the state is kept after each epoch; nil for nowhere. One that exists is continued.
  public var checkpoint: String?

  public init(
    _ recipe: TrainingRecipe, loss: any ScoreLoss = ClassificationLoss.crossEntropy,
    penalties: [any ParameterPenalty] = [], checkpoint: String? = nil
  ) {
    (self.recipe, self.loss, self.checkpoint) = (recipe, loss, checkpoint)
    self.penalties = penalties
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
    let labels = try network.trainingLabels(of: data)
    var state = try TrainingState<EpochReport>(
      network.parameters.values, recipe: recipe, generator: Generator(seed: recipe.seed),
      extras: [
        "buffers": network.buffers.values,
        "best_values": network.parameters.values, "best_buffers": network.buffers.values,
      ],
      checkpoint: checkpoint.map {
        TrainingCheckpoint(
          at: $0, recipe: recipe, loss: description, network: network,
          data: [data] + (validation.map { [$0] } ?? []))
      })
    try state.reports.forEach(report)

    while state.epoch < recipe.epochs, !isExhausted(state.reports) {
      let start = network.with(parameters: state.values, buffers: state["buffers"])
      let trainingLoss = try state.runEpoch(by: recipe, examples: data.count) { values, rows in
        let network = start.with(parameters: values)
        let mean = try network.meanLoss(
          loss, on: data.inputs.gathering(rows), labels: labels.gathering(rows))
        return try penalties.reduce(mean) { $0 + (try $1(network)) }
      }
      let trained = try recipe.recalibrating(start.with(parameters: state.values), on: data)
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

  /// What is minimized, as checkpoints tell runs apart by.
  private var description: String {
    penalties.reduce("\(loss)") { "\($0) + \($1)" }
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
}

extension Network {
  fileprivate func with(parameters values: Tensor, buffers: Tensor) -> Network {
    var twin = with(parameters: values)
    twin.buffers = self.buffers.with(values: buffers)
    return twin
  }
}
