import Models
import Networks
import Tensors
import Training

/// Trains a classifier on noisy copies of its examples, so that it stands the noise of smoothing.
///
/// With `consistency` above 0, labels are also made to agree over copies of one example: to the
/// cross-entropy is added `consistency` times the mean divergence of each copy's probabilities from
/// their mean, and `confidence` times the entropy of that mean.
///
/// - Source: "Certified Adversarial Robustness via Randomized Smoothing" (2019), section 3.3; the
///   terms of consistency are "Consistency Regularization for Certified Robustness of Smoothed
///   Classifiers" (2020), equation 9.
public struct NoisyTraining: Sendable, Hashable {
  /// The standard deviation of the noise, in input units.
  public var sigma: Double
  /// The number of noisy copies of each example in a step.
  public var copies: Int
  public var consistency: Double
  public var confidence: Double
  public var recipe: TrainingRecipe

  public init(
    sigma: Double, copies: Int = 1, consistency: Double = 0, confidence: Double = 0.5,
    recipe: TrainingRecipe = TrainingRecipe()
  ) {
    precondition(sigma >= 0 && sigma.isFinite && copies > 0, "\(copies) copies at sigma \(sigma)")
    precondition(
      consistency == 0 || (consistency > 0 && copies > 1), "consistency needs several copies")
    (self.sigma, self.copies, self.recipe) = (sigma, copies, recipe)
    (self.consistency, self.confidence) = (consistency, confidence)
  }

  /// Returns the network of the last epoch.
  ///
  /// Batch normalization uses the statistics of noisy batches, in training and afterwards.
  ///
  /// - Shape: `inputs` `[examples] + inputShape`, `labels` `[examples]` of `int64`.
  /// - `report`: is called with the share of the run that is done.
  /// - Throws: `NetworkError.inputMismatch`, `TrainingError` and `CancellationError`.
  public func train(
    _ network: Network, on inputs: Tensor, labels: Tensor,
    using generator: inout some RandomNumberGenerator, report: (Double) -> Void = { _ in }
  ) throws -> Network {
    var trained = network
    let values = try recipe.minimize(
      from: network.parameters.values, examples: inputs.size(0), using: &generator,
      finishStep: { report($1) },
      loss: { values, rows, generator in
        var twin = network
        twin.parameters = network.parameters.with(values: values)
        let clean = inputs.gathering(rows).tiled([copies] + inputs.shape.dropFirst().map { _ in 1 })
        let logits = try twin.output(
          of: clean.addingNoise(sigma, using: &generator), mode: .training)
        let targets = labels.gathering(rows).tiled([copies])
        let loss = logits.crossEntropy(labels: targets)
        return consistency == 0 ? loss : loss + disagreement(of: logits)
      })
    trained.parameters = network.parameters.with(values: values)
    let limit = min(inputs.size(0), 32 * recipe.batchSize)
    let batches = stride(from: 0, to: limit, by: recipe.batchSize).map { start in
      inputs[start..<min(start + recipe.batchSize, limit)].addingNoise(sigma, using: &generator)
    }
    return try trained.recalibratingStatistics(on: batches)
  }

  func disagreement(of logits: Tensor) -> Tensor {
    let logs = logits.logSoftmax(axis: 1).reshaped(to: [copies, -1, logits.size(1)])
    let mean = logs.exp().mean(axes: [0])
    let entropy = -(mean * mean.clamped(from: 1e-20).log()).sum(axes: [1])
    let cross = -(mean.expandedDimension(at: 0) * logs).sum(axes: [2]).mean(axes: [0])
    return ((cross - entropy) * consistency + entropy * confidence).mean()
  }
}

extension Tensor {
  func addingNoise(
    _ sigma: Double, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    adding(.normal(shape, dtype: dtype, using: &generator), scaledBy: sigma)
  }
}
