import Evidence
import Networks
import Training

extension TrainedOnce {
  /// A tiny vision transformer of this seed's digits: 49 squares of 2 × 2 pixels, 48 features, two
  /// blocks of four heads, and the mean over positions.
  ///
  /// - Throws: what training throws, and `NetworkError`.
  /// - Source: "An Image is Worth 16x16 Words" (2020), section 3.1, without a class token.
  package func visionTransformer(
    of digits: Digits14, _ context: ExperimentContext
  ) throws -> Network {
    let start = try Network(input: digits.training.featureShape, seed: context.seed) {
      ImagePatches(side: 2, features: 48)
      // Most squares are black and differ by their place alone.
      PositionEmbedding(deviation: 1)
      TransformerBlock(features: 48, heads: 4, isCausal: false)
      TransformerBlock(features: 48, heads: 4, isCausal: false)
      LayerNorm()
      MeanOverPositions()
      Linear(digits.training.classCount)
    }
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 16 : 5, batchSize: context.isFull ? 32 : 16, learningRate: 2e-3,
      seed: context.seed)
    return try network(
      "vision-transformer", from: start, on: [digits.training, digits.validation], by: recipe
    ) {
      try Trainer(recipe).train($0, on: digits.training, validation: digits.validation)
    }
  }
}
