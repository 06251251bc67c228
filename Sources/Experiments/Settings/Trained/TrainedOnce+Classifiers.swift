import Architectures
import Evidence
import Networks
import Training

extension TrainedOnce {
  /// A classifier of this seed's digits, with the parameters of the best epoch on validation digits.
  ///
  /// - Throws: what training throws, and `NetworkError`.
  package func classifier(
    _ kind: StandardClassifier, of digits: Digits14, _ context: ExperimentContext
  ) throws -> Network {
    let start = try kind.network(
      input: digits.training.featureShape, classes: digits.training.classCount,
      seed: context.seed)
    let recipe = Self.recipe(for: context)
    return try network(
      kind.rawValue, from: start, on: [digits.training, digits.validation], by: recipe
    ) {
      try Trainer(recipe).train($0, on: digits.training, validation: digits.validation)
    }
  }

  /// Eight epochs by the standard recipe; at small scale five, of smaller batches.
  package static func recipe(for context: ExperimentContext) -> TrainingRecipe {
    TrainingRecipe(
      epochs: context.isFull ? 8 : 5, batchSize: context.isFull ? 64 : 16, seed: context.seed)
  }
}
