import Datasets
import Networks
import Tensors

extension TrainingRecipe {
  /// Minimizes a loss of a network over shuffled batches of `data`, and returns the network of the
  /// last step, with running statistics set for it.
  ///
  /// For losses that look at more than scores and labels. `seed` and `patience` are not used.
  ///
  /// - Parameters:
  ///   - loss: takes the network as it is and the indices of a batch's examples, and returns one
  ///     number.
  ///   - finishStep: is called with the share of the run that is done after each step.
  /// - Throws: as `minimize`, and before the first step `DataError` or `NetworkError.inputMismatch`
  ///   if the data do not fit the network.
  package func train<Source: RandomNumberGenerator>(
    _ network: Network, on data: Dataset, using generator: inout Source,
    finishStep: (Double) throws -> Void = { _ in },
    loss: (Network, Tensor, inout Source) throws -> Tensor
  ) throws -> Network {
    _ = try network.trainingLabels(of: data)
    let values = try minimize(
      from: network.parameters.values, examples: data.count, using: &generator,
      finishStep: { try finishStep($1) },
      loss: { try loss(network.with(parameters: $0), $1, &$2) })
    return try recalibrating(network.with(parameters: values), on: data)
  }

  /// Returns a trained network with running statistics of the first 32 batches of `data`.
  package func recalibrating(_ network: Network, on data: Dataset) throws -> Network {
    try network.recalibratingStatistics(
      on: data.prefix(32 * batchSize).batches(of: batchSize).lazy.map(\.inputs))
  }
}

extension Network {
  /// The labels to train this network for.
  ///
  /// - Shape: `[examples]` of `int64`.
  /// - Throws: `DataError` or `NetworkError.inputMismatch` if the data do not fit the network.
  package func trainingLabels(of data: Dataset) throws -> Tensor {
    let labels = Tensor(try data.requiredLabels())
    try data.checkLabels(classes: classes ?? 0)
    try checkInput(data.inputs)
    return labels
  }
}
