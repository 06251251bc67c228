import Datasets
import Models
import Networks
import Tensors
import Training

/// Trains a classifier for large margins by its Lipschitz constant.
///
/// While it trains, the constant is the product of estimates by power iteration, which slopes flow
/// through; a parametrization with a bound of its own uses that. What comes out is judged by
/// `MarginCertificate`, which trusts none of this.
///
/// - Source: "Unlocking Deterministic Robustness Certification on ImageNet" (2023), sections 3 and
///   4: the radius grows over the first half of the training.
public struct LipschitzMarginTraining: Sendable {
  public var recipe: TrainingRecipe
  public var loss: CertifiedMarginLoss
  /// Rounds of power iteration a step.
  public var rounds: Int

  public init(_ recipe: TrainingRecipe, loss: CertifiedMarginLoss, rounds: Int = 2) {
    precondition(rounds > 0, "power iteration takes at least one round")
    (self.recipe, self.loss, self.rounds) = (recipe, loss, rounds)
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
  /// - `report`: is called after each epoch, counted from 1, with its mean loss.
  /// - Throws: `DataError`, `NetworkError.unsupported` if an operation has no Lipschitz rule,
  ///   `TrainingError.diverged`, and `CancellationError` when the task is cancelled.
  public func train(
    _ start: Parametrization, on data: Dataset, report: (Int, Double) throws -> Void = { _, _ in }
  ) throws -> Parametrization {
    let labels = Tensor(try data.requiredLabels())
    var trained = start
    let first = start.network
    try data.checkLabels(classes: first.classes ?? 0)
    try first.checkInput(data.inputs)
    var generator = Generator(seed: recipe.seed)
    var directions = SpectralDirections(first, using: &generator)
    directions.turn(in: first, steps: 20)
    var descent = Descent(recipe)
    let starts = Array(stride(from: 0, to: data.count, by: recipe.batchSize))
    for epoch in 0..<recipe.epochs {
      let order = Tensor.permutation(data.count, using: &generator)
      var total = Tensor(scalar: Float(0))
      for (step, begin) in starts.enumerated() {
        try Task.checkCancellation()
        let rows = order[begin..<min(begin + recipe.batchSize, data.count)]
        let (inputs, targets) = (data.inputs.gathering(rows), labels.gathering(rows))
        let progress =
          (Double(epoch) + Double(step) / Double(starts.count)) / Double(recipe.epochs)
        if start.bound == nil {
          directions.turn(in: trained.network(of: trained.free.values), steps: rounds)
        }
        let template = trained
        let (values, value) = try descent.step(
          from: trained.free.values, progress: progress
        ) { values in
          let network = template.network(of: values)
          let reach = try reach(of: network, bound: start.bound, directions)
          return loss.scaled(by: min(1, 2 * progress + 0.05)).mean(
            try network.output(of: inputs, mode: .training), labels: targets,
            reach: reach.cast(to: inputs.dtype))
        }
        trained.free = trained.free.with(values: values)
        total += value.cast(to: .float32) * rows.count
      }
      let mean = total.item() / Double(data.count)
      guard mean.isFinite, trained.free.values.isFinite.all().booleans[0] else {
        throw TrainingError.diverged(epoch: epoch + 1)
      }
      try report(epoch + 1, mean)
    }
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
