import Datasets
import Evidence
import Models
import Networks
import Tensors
import Training

/// Handwritten digits, drawn anew by each seed from all that there are, and what experiments on them
/// share.
package struct DigitSetting {
  package let training: Dataset
  /// Images for tuning, which neither training nor the measurements use.
  package let validation: Dataset
  package let test: Dataset

  /// Draws images that no two parts share; at small scale validation and test have 40.
  ///
  /// - Parameters:
  ///   - training: how many training images there are, by scale.
  ///   - validation, test: how many others there are at full scale.
  package init(
    _ context: ExperimentContext, training: (full: Int, small: Int) = (3500, 120),
    validation: Int = 500, test: Int = 1000, using generator: inout Generator
  ) throws {
    let parts = try [DataPart.train, .test].map { try context.data.load("mnist-5k", part: $0) }
    let pool = try Dataset(
      name: parts[0].name, inputs: .concatenating(parts.map(\.inputs)),
      labels: parts.flatMap { try $0.requiredLabels() }, classNames: parts[0].classNames
    ).shuffled(using: &generator)
    let sizes = context.isFull ? (training.full, validation, test) : (training.small, 40, 40)
    let held = sizes.1 + sizes.2
    self.test = pool.prefix(sizes.2)
    self.validation = pool[sizes.2..<held]
    self.training = pool[held..<min(pool.count, held + sizes.0)]
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
  package static func perceptron(
    _ widths: [Int], outputs: Int = 10, input: Shape, seed: UInt64
  ) throws -> Network {
    try Network(input: input, seed: seed) {
      Flatten()
      for width in widths {
        Linear(width)
        ReLU()
      }
      Linear(outputs)
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
