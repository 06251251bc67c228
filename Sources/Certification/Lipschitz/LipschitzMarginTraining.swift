import Datasets
import Models
import Networks
import Tensors
import Training

/// Trains a classifier for large margins by its Lipschitz constant.
///
/// While it trains, the constant is the product of estimates by power iteration, which gradients
/// flow through; a parametrization with a bound of its own uses that. What comes out is judged by
/// `MarginCertificate`, which trusts none of this.
///
/// - Source: "Unlocking Deterministic Robustness Certification on ImageNet" (2023), sections 3 and
///   4: the radius grows over the first half of the training.
public struct LipschitzMarginTraining: Sendable {
  public var recipe: TrainingRecipe
  public var loss: CertifiedMarginLoss
  /// Rounds of power iteration a step.
  public var rounds: Int
  /// Where the state is kept after each epoch; nil for nowhere. One that exists is continued.
  public var checkpoint: String?

  public init(
    _ recipe: TrainingRecipe, loss: CertifiedMarginLoss, rounds: Int = 2, checkpoint: String? = nil
  ) {
    precondition(rounds > 0, "power iteration takes at least one round")
    (self.recipe, self.loss) = (recipe, loss)
    (self.rounds, self.checkpoint) = (rounds, checkpoint)
  }

  /// Trains an ordinary network, all of whose parameters are free.
  ///
  /// - Throws: as `train(_:on:report:)` for parametrizations.
  public func train(
    _ network: Network, on data: Dataset, report: (Int, Double) throws -> Void = { _, _ in }
  ) throws -> Network {
    try train(Parametrization(network), on: data, report: report).network
  }

  /// Trains the free numbers of a parametrization and returns it with them.
  ///
  /// - `report`: is called after each epoch, counted from 1, with its mean loss, and first for the
  ///   epochs that a checkpoint holds.
  /// - Throws: `DataError`, `NetworkError.unsupported` if an operation has no Lipschitz rule,
  ///   `TrainingError.diverged`, what the checkpoint throws, and `CancellationError` when the task
  ///   is cancelled; a checkpoint then holds the last whole epoch.
  public func train(
    _ start: Parametrization, on data: Dataset, report: (Int, Double) throws -> Void = { _, _ in }
  ) throws -> Parametrization {
    let first = start.network
    let labels = try first.trainingLabels(of: data)
    var generator = Generator(seed: recipe.seed)
    var directions = SpectralDirections(first, using: &generator)
    directions.turn(in: first, steps: 20)
    var state = try TrainingState<Double>(
      start.free.values, recipe: recipe, generator: generator, extras: directions.state,
      checkpoint: checkpoint.map {
        TrainingCheckpoint(
          at: $0, recipe: recipe,
          loss: "\((loss, rounds, start.free.layout.names, start.bound))", network: first,
          data: [data])
      })
    for (index, mean) in state.reports.enumerated() { try report(index + 1, mean) }
    while state.epoch < recipe.epochs {
      directions.state = state.extras
      var loss = loss
      let mean = try state.runEpoch(
        by: recipe, examples: data.count,
        beginStep: { values, progress in
          loss = self.loss.scaled(by: min(1, 2 * progress + 0.05))
          if start.bound == nil { directions.turn(in: start.network(of: values), steps: rounds) }
        },
        loss: { values, rows in
          let network = start.network(of: values)
          let reach = try reach(of: network, bound: start.bound, directions)
          let inputs = data.inputs.gathering(rows)
          return loss.mean(
            try network.output(of: inputs, mode: .training), labels: labels.gathering(rows),
            reach: reach.cast(to: inputs.dtype))
        })
      state.extras = directions.state
      try state.finishEpoch(mean)
      try report(state.epoch, mean)
    }
    var trained = start
    trained.free = start.free.with(values: state.values)
    return trained
  }

  private func reach(
    of network: Network, bound: Double?, _ directions: SpectralDirections
  ) throws(NetworkError) -> Tensor {
    guard let bound, let classes = network.classes else {
      return try network.pairwiseReach(directions)
    }
    return Network.uniformReach(classes, norm: .l2) * bound
  }
}

extension CertifiedMarginLoss {
  /// The same loss for a share of the radius.
  fileprivate func scaled(by share: Double) -> CertifiedMarginLoss {
    switch self {
    case .emma(let radius): .emma(radius: radius * share)
    case .fixedMargin(let radius): .fixedMargin(radius: radius * share)
    case .globallyRobust(let radius): .globallyRobust(radius: radius * share)
    }
  }
}
