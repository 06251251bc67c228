import Datasets
import Evidence
import Networks
import Tensors
import Training

extension TrainedOnce {
  /// An encoder of this seed's digits that has seen no label: two views of a digit, each turned, moved
  /// and made noisy in its own way, are to be nearer to each other than to other digits' views.
  ///
  /// - Shape: it takes `[batch, 1, 14, 14]` and returns `[batch, 64]`, the features before the head
  ///   that is trained with it and thrown away.
  /// - Throws: what training throws, and `NetworkError`.
  /// - Source: "A Simple Framework for Contrastive Learning of Visual Representations" (2020),
  ///   section 2.
  package func contrastiveEncoder(
    of digits: Digits14, _ context: ExperimentContext
  ) throws -> Network {
    let encoder = try Network(input: digits.training.featureShape, seed: context.seed) {
      Conv2d(16, kernel: 3, padding: 1)
      ReLU()
      MaxPool2d(2)
      Conv2d(32, kernel: 3, padding: 1)
      ReLU()
      MaxPool2d(2)
      Flatten()
      Linear(64)
      ReLU()
    }
    let head = try Network(input: [64], seed: context.seed) {
      Linear(64)
      ReLU()
      Linear(32)
    }
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 30 : 4, batchSize: 256, learningRate: 5e-3, seed: context.seed)
    return try networks(
      "contrastive-encoder", from: [encoder, head], on: [digits.training], by: recipe
    ) {
      var generator = Generator(seed: recipe.seed)
      return try recipe.trainTogether(
        $0, examples: digits.training.count, using: &generator
      ) { networks, rows, generator in
        let batch = digits.training.subset(rows.integers)
        let views = Tensor.concatenating([
          Self.view(of: batch, using: &generator), Self.view(of: batch, using: &generator),
        ])
        let found = try networks[1].output(of: networks[0].output(of: views))
        return Self.contrast(of: found, temperature: 0.2)
      }
    }[0]
  }

  private static func view(of batch: Dataset, using generator: inout Generator) -> Tensor {
    let moved = PlanarShift(degrees: -20...20, pixels: -1.5...1.5).applied(
      to: batch, using: &generator)
    let contrast = Tensor.uniform([batch.count, 1, 1, 1], in: 0.6...1.4, using: &generator)
    let noise = Tensor.normal(batch.inputs.shape, using: &generator) * 0.1
    return moved.inputs * contrast + noise
  }

  /// The mean cross-entropy of finding each row's partner, which is half of the rows away, among all
  /// other rows by the cosine of the angle between them.
  private static func contrast(of rows: Tensor, temperature: Double) -> Tensor {
    let count = rows.size(0)
    let unit = rows / (rows.square().sum(axes: [1], keepingAxes: true) + 1e-12).squareRoot()
    let similarity = unit.matmul(unit.transposed()) / temperature
    // No row is its own partner.
    let others = similarity - Tensor.identity(count) * 1e9
    return others.crossEntropy(labels: Tensor.range(0..<count).rolled(by: count / 2, axis: 0))
  }
}
