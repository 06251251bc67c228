import Datasets
import Evidence
import Models
import Networks
import Tensors
import Training

/// Handwritten digits, fewer of them at small scale, and what experiments on them share.
package struct DigitSetting {
  package let training: Dataset
  package let test: Dataset

  /// - Parameters:
  ///   - training: how many training images there are, the first of them, by scale.
  ///   - test: how many test images there are at full scale, drawn by the generator.
  package init(
    _ context: ExperimentContext, training: (full: Int, small: Int) = (4000, 120),
    test: Int = 1000, using generator: inout Generator
  ) throws {
    self.training = try context.data.load("mnist-5k", part: .train)
      .prefix(context.isFull ? training.full : training.small)
    self.test = try context.data.load("mnist-5k", part: .test)
      .shuffled(using: &generator).prefix(context.isFull ? test : 40)
  }

  /// Training images drawn by the generator, and all test images.
  package init(
    _ context: ExperimentContext, drawing training: Int, using generator: inout Generator
  ) throws {
    self.training = try context.data.load("mnist-5k", part: .train)
      .shuffled(using: &generator).prefix(training)
    test = try context.data.load("mnist-5k", part: .test)
  }

  /// The small convolutional classifier, with random parameters.
  package func classifier(seed: UInt64) throws -> Network {
    try SmoothingSetting.classifier(of: training.featureShape, seed: seed)
  }

  /// The small convolutional classifier, trained by cross-entropy for eight epochs at full scale.
  ///
  /// - `report`: is called with the share of the training that is done.
  package func trainedClassifier(
    _ context: ExperimentContext, report: (Double) -> Void
  ) throws -> Network {
    let recipe = TrainingRecipe(epochs: context.isFull ? 8 : 1, seed: context.seed)
    return try Trainer(recipe).train(classifier(seed: context.seed), on: training) {
      report(Double($0.epoch) / Double(recipe.epochs))
    }
  }

  /// A perceptron for these digits, with hidden layers of these widths.
  package func perceptron(_ widths: [Int], seed: UInt64) throws -> Network {
    try Self.perceptron(widths, input: training.featureShape, seed: seed)
  }

  /// A network with hidden layers of these widths.
  package static func perceptron(_ widths: [Int], input: Shape, seed: UInt64) throws -> Network {
    try Network(input: input, seed: seed) {
      Flatten()
      for width in widths {
        Linear(width)
        ReLU()
      }
      Linear(10)
    }
  }

  /// The accuracy of `network` on `data`.
  package static func accuracy(_ network: Network, on data: Dataset) throws -> Double {
    Predictions(
      logits: try network.logits(of: data.inputs, batchSize: 500),
      labels: Tensor(try data.requiredLabels())
    ).accuracy.value
  }
}
