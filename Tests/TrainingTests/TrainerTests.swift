import Datasets
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing
import Training

struct TrainerTests {
  private func accuracy(_ network: Network, _ data: Dataset) throws -> Double {
    let labels = try network.labels(of: data.inputs)
    return Double(zip(labels, try data.requiredLabels()).count { $0 == $1 }) / Double(data.count)
  }

  @Test(
    "A separable problem is learned",
    arguments: [
      TrainingRecipe.OptimizerChoice.adamW(weightDecay: 0.01), .sgd(momentum: 0.9, weightDecay: 0),
    ])
  func separable(_ optimizer: TrainingRecipe.OptimizerChoice) throws {
    let recipe = TrainingRecipe(
      epochs: 15, batchSize: 16, optimizer: optimizer, learningRate: 0.02, gradientNormLimit: 5)
    var losses: [Double] = []
    let trained = try Trainer(recipe).train(Blobs.network(), on: Blobs.dataset()) {
      losses.append($0.trainingLoss)
    }
    #expect(losses.count == 15)
    #expect(losses[14] < losses[0] / 2)
    #expect(try accuracy(trained, Blobs.dataset(seed: 9)) > 0.97)
  }

  @Test("The same seed gives the same bits, another seed others")
  func seeds() throws {
    let bits = try [1, 1, 2].map { seed in
      try Trainer(TrainingRecipe(epochs: 3, batchSize: 16, seed: seed))
        .train(Blobs.network(), on: Blobs.dataset()).parameters.values.elements(as: Float.self)
    }
    #expect(bits[0] == bits[1])
    #expect(bits[0] != bits[2])
  }

  @Test("Training stops when validation gains nothing, and gives the best epoch")
  func earlyStopping() throws {
    // The labels to judge by are the opposite, so that every epoch is worse than the one before.
    let judge = try Blobs.dataset(32, seed: 4)
    let opposite = try Dataset(
      name: "opposite", inputs: judge.inputs, labels: judge.requiredLabels().map { 1 - $0 })
    let recipe = TrainingRecipe(
      epochs: 30, batchSize: 16, learningRate: 0.02, schedule: .constant, patience: 3)
    var losses: [Double] = []
    let best = try Trainer(recipe).train(Blobs.network(), on: Blobs.dataset(), validation: opposite)
    {
      losses.append($0.validationLoss ?? .nan)
    }
    #expect(losses.count == 4)
    #expect(losses.min() == losses[0])
    let labels = Tensor(try opposite.requiredLabels())
    let loss = try Predictions(logits: best.logits(of: opposite.inputs), labels: labels)
      .logLosses.mean().item()
    #expect(loss == losses[0])
  }

  @Test("A loss that is no number any more is an error")
  func diverged() throws {
    let recipe = TrainingRecipe(
      epochs: 50, batchSize: 16, optimizer: .sgd(momentum: 0.9, weightDecay: 0),
      learningRate: 1e30, schedule: .constant)
    #expect {
      try Trainer(recipe).train(Blobs.network(), on: Blobs.dataset())
    } throws: { error in
      if case .diverged? = error as? TrainingError { true } else { false }
    }
  }

  @Test("Running statistics are those of the training data")
  func batchNormalization() throws {
    let network = try Network(input: [2], seed: 1) {
      BatchNorm()
      Linear(2)
    }
    let data = try Blobs.dataset()
    let trained = try Trainer(TrainingRecipe(epochs: 2, batchSize: 128)).train(network, on: data)
    let expected = [data.inputs.mean(axes: [0]), data.inputs.variance(axes: [0], correction: 1)]
    for (buffer, value) in zip(trained.buffers.tensors, expected) {
      expectClose(buffer, value, absolute: 1e-5)
    }
  }

  @Test("Labels beyond the scores and missing labels are errors")
  func labels() throws {
    let data = try Blobs.dataset(4)
    let wrong = try Dataset(name: "wrong", inputs: data.inputs, labels: [0, 1, 2, 0])
    let none = try Dataset(name: "none", inputs: data.inputs)
    for bad in [wrong, none] {
      #expect(throws: DataError.self) {
        try Trainer(TrainingRecipe()).train(Blobs.network(), on: bad)
      }
    }
  }
}
