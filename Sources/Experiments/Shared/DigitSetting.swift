import Datasets
import Evidence
import Models
import Networks
import Tensors

/// Handwritten digits, fewer of them at small scale, and what experiments on them share.
package struct DigitSetting {
  package let training: Dataset
  package let test: Dataset

  /// - Parameter test: how many test images there are, drawn by the generator.
  package init(_ context: ExperimentContext, test: Int = 1000, using generator: inout Generator)
    throws
  {
    let isFull = context.scale == .full
    training = try context.data.load("mnist-5k", part: .train).prefix(isFull ? 4000 : 120)
    self.test = try context.data.load("mnist-5k", part: .test)
      .shuffled(using: &generator).prefix(isFull ? test : 40)
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
