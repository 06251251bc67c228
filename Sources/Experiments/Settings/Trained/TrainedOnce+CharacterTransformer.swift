import Evidence
import Networks
import Tensors
import Training

extension TrainedOnce {
  /// A small transformer that predicts the next character: 64 features, two blocks of four heads.
  ///
  /// - Shape: it takes `oneHot` of tokens, `[sequences, 64, 96]`, and returns logits of the same
  ///   shape, those of a place for the character after it.
  /// - Throws: what training throws, and `NetworkError`.
  package func characterTransformer(
    of text: Docstrings, _ context: ExperimentContext
  ) throws -> Network {
    let start = try Network(input: [Docstrings.length, text.training.symbols], seed: context.seed) {
      Linear(64, bias: false)
      PositionEmbedding(deviation: 0.02)
      TransformerBlock(features: 64, heads: 4, isCausal: true)
      TransformerBlock(features: 64, heads: 4, isCausal: true)
      LayerNorm()
      Linear(text.training.symbols)
    }
    let recipe = TrainingRecipe(
      epochs: 4, batchSize: 32, learningRate: 3e-3, gradientNormLimit: 1, seed: context.seed)
    return try network("character-transformer", from: start, on: [text.pieces], by: recipe) {
      var generator = Generator(seed: recipe.seed)
      return try recipe.trainTogether(
        [$0], examples: text.training.tokens.size(0), using: &generator
      ) { networks, rows, _ in
        let batch = text.training.batch(rows)
        return batch.loss(of: try networks[0].output(of: batch.oneHot))
      }[0]
    }
  }
}

extension TokenTask {
  /// The tokens as rows with one 1 each, which networks take.
  ///
  /// - Shape: `[sequences, length, symbols]` of `float32`.
  package var oneHot: Tensor { tokens.oneHot(classes: symbols).cast(to: .float32) }
}
