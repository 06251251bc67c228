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
    _ = try data.requiredLabels()
    try data.checkLabels(classes: network.classes ?? 0)
    try network.checkInput(data.inputs)
    let values = try minimize(
      from: network.parameters.values, examples: data.count, using: &generator,
      finishStep: { try finishStep($1) },
      loss: { try loss(network.with(parameters: $0), $1, &$2) })
    return try network.with(parameters: values).recalibratingStatistics(
      on: data.prefix(32 * batchSize).batches(of: batchSize).lazy.map(\.inputs))
  }
}
