import Datasets
import Methods
import Models
import Networks
import Tensors
import Training

/// A way of training a classifier that makes it hold up where ordinary training does not.
///
/// A method says what a batch's loss is; the loop, the optimizer and its schedule are those of the
/// recipe, the same for all methods, so that a comparison of two is one of their losses.
public protocol HardeningMethod: Method {
  /// How long to train, and by which steps.
  var recipe: TrainingRecipe { get set }

  /// Returns the loss of a batch, one number with gradients in the network's parameters.
  ///
  /// - Shape: `inputs` `[batch] + features`, `labels` `[batch]` of `int64`.
  func batchLoss(
    of network: Network, on inputs: Tensor, labels: Tensor, within set: some PerturbationSet,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor
}

extension HardeningMethod {
  public static var access: ModelAccess { .graph }

  /// Trains `network` and returns it with the parameters of the last step.
  ///
  /// - `set`: the perturbations that the network is to withstand.
  /// - `report`: is called after each step with the share of the run that is done.
  /// - Throws: `PerturbationError.empty`, `DataError`, `NetworkError.inputMismatch`,
  ///   `TrainingError` and `CancellationError`.
  public func train(
    _ network: Network, on data: Dataset, within set: some PerturbationSet,
    report: (Double) throws -> Void = { _ in }
  ) throws -> Network {
    let labels = Tensor(try data.requiredLabels())
    try set.checkInhabited(around: data.inputs)
    var generator = Generator(seed: recipe.seed)
    return try recipe.train(network, on: data, using: &generator, finishStep: report) {
      network, rows, generator in
      try batchLoss(
        of: network, on: data.inputs.gathering(rows), labels: labels.gathering(rows), within: set,
        using: &generator)
    }
  }
}
