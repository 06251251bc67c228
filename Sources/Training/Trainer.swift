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
  /// - `report`: is called after each epoch.
  /// - Throws: `TrainingError`, what the network or the checkpoint throws, and `CancellationError`
  ///   when the task is cancelled; a checkpoint then holds the last whole epoch.
  public func train(
    _ network: Network, on data: Dataset, validation: Dataset? = nil,
    report: (EpochReport) throws -> Void = { _ in }
  ) throws -> Network {
    let labels = Tensor(try data.requiredLabels())
    try data.checkLabels(classes: network.classes ?? 0)
    try network.checkInput(data.inputs)
    var state = try TrainingState(network: network, recipe: recipe)
    if let checkpoint { try state.resume(from: checkpoint, recipe: recipe, loss: loss) }

    while state.epoch < recipe.epochs, !state.isExhausted(patience: recipe.patience) {
      let trainingLoss = try runEpoch(&state, inputs: data.inputs, labels: labels)
      state.network = try state.network.recalibratingStatistics(
        on: data.prefix(32 * recipe.batchSize).batches(of: recipe.batchSize).lazy.map(\.inputs))
      let predictions = try validation.map { validation in
        Predictions(
          logits: try state.network.logits(of: validation.inputs, batchSize: 256),
          labels: Tensor(try validation.requiredLabels()))
      }
      let validationLoss = predictions.map { $0.logLosses.mean().item() }
      state.finishEpoch(validationLoss: validationLoss)
      if let checkpoint { try state.save(to: checkpoint, recipe: recipe, loss: loss) }
      try report(
        EpochReport(
          epoch: state.epoch, trainingLoss: trainingLoss, validationLoss: validationLoss,
          validationAccuracy: predictions?.accuracy.value))
    }
    return state.best
  }

  /// Takes a step for each batch of a shuffled pass and returns the mean loss.
  private func runEpoch(
    _ state: inout TrainingState, inputs: Tensor, labels: Tensor
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
      let network = state.network
      let (values, mean) = try state.descent.step(
        from: network.parameters.values, progress: progress
      ) {
        try network.with(parameters: $0).meanLoss(loss, on: batch, labels: targets)
      }
      state.network = network.with(parameters: values)
      total += mean * rows.count
    }
    let mean = total.item() / Double(count)
    let areFinite = state.network.parameters.values.isFinite.all().booleans[0]
    guard mean.isFinite, areFinite else { throw TrainingError.diverged(epoch: state.epoch + 1) }
    return mean
  }
}
