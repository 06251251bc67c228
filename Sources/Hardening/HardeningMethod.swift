import Datasets
import Methods
import Models
import Networks
import Tensors
import Training

/// A way of training a classifier that makes it hold up where ordinary training does not.
///
/// A method says what makes a batch, what its loss is, and what it remembers from step to step; the
/// loop, the optimizer and its schedule are those of the recipe, the same for all methods, so that
/// a comparison of two is one of their ideas.
public protocol HardeningMethod: Method {
  /// What the method remembers from step to step.
  associatedtype State: Sendable = Void

  /// What the method must be given beside labeled data.
  static var needs: Set<HardeningNeed> { get }

  /// How long to train, and by which steps.
  var recipe: TrainingRecipe { get set }

  /// Returns what is remembered before the first step.
  func initialState(for data: HardeningData) throws -> State

  /// Returns the examples that make a batch, given those whose turn it is; these, if not said
  /// otherwise.
  ///
  /// - Shape: `[batch]` of `int64` to the same.
  func examples(
    _ rows: Tensor, of data: HardeningData, using generator: inout some RandomNumberGenerator
  ) -> Tensor

  /// Returns the loss of a batch, one number with gradients in the network's parameters.
  ///
  /// A sharpness-aware recipe asks twice a step, at two networks.
  func batchLoss(
    of network: Network, on batch: HardeningBatch, state: inout State,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor

  /// Is called after each step.
  func finishStep(_ state: inout State)
}

/// What a hardening method must be given beside labeled data.
public enum HardeningNeed: String, Sendable, Hashable, CaseIterable {
  /// The perturbations that the network is to withstand.
  case perturbations
  /// The group of each example.
  case groups
}

extension HardeningMethod {
  public static var access: ModelAccess { .graph }

  public func examples(
    _ rows: Tensor, of data: HardeningData, using generator: inout some RandomNumberGenerator
  ) -> Tensor { rows }

  public func finishStep(_ state: inout State) {}

  /// Trains `network` and returns it with the parameters of the last step.
  ///
  /// - `report`: is called after each step with the share of the run that is done, and what is
  ///   remembered.
  /// - Throws: `HardeningError`, `NetworkError.inputMismatch`, `TrainingError` and
  ///   `CancellationError`.
  public func train(
    _ network: Network, on data: HardeningData,
    report: (Double, State) throws -> Void = { _, _ in }
  ) throws -> Network {
    for need in HardeningNeed.allCases where Self.needs.contains(need) && !data.has(need) {
      throw HardeningError.missing(need, method: Self.description.name)
    }
    var state = try initialState(for: data)
    var generator = Generator(seed: recipe.seed)
    return try recipe.train(network, on: data.dataset, using: &generator) { progress in
      finishStep(&state)
      try report(progress, state)
    } loss: { network, rows, generator in
      let batch = data.batch(examples(rows, of: data, using: &generator))
      return try batchLoss(of: network, on: batch, state: &state, using: &generator)
    }
  }

  /// Trains `network` to withstand perturbations, and returns it with the parameters of the last
  /// step.
  ///
  /// - `report`: is called after each step with the share of the run that is done.
  /// - Throws: `PerturbationError.empty`, `DataError`, and as for `HardeningData`.
  public func train(
    _ network: Network, on data: Dataset, within set: some PerturbationSet,
    report: (Double) throws -> Void = { _ in }
  ) throws -> Network {
    try train(network, on: try HardeningData(data, within: set)) { progress, _ in
      try report(progress)
    }
  }
}

extension HardeningMethod where State == Void {
  public func initialState(for data: HardeningData) {}
}
