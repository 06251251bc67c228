import Assay

/// The README's second example: a network is a value, and its parameters are a vector space.
func networkAsAValue() throws {
  let network = try Network(input: [1, 8, 8], seed: 7) {
    Conv2d(16, kernel: 3, padding: 1)
    ReLU()
    MaxPool2d(2)
    Flatten()
    Linear(10)
  }
  var generator = Generator(seed: 0)
  var twin = network
  twin.parameters += 0.05 * network.parameters.randomDirection(using: &generator)

  let data = try DatasetLoader().load(path: "Examples/digits/digits-test.npz")
  let trained = try Trainer(TrainingRecipe(epochs: 3)).train(twin, on: data)
  let predictions = Predictions(
    logits: try trained.logits(of: data.inputs), labels: Tensor(try data.requiredLabels()))
  print(predictions.accuracy, predictions.calibrationError())
}
