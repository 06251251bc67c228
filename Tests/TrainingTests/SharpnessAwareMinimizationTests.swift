import Datasets
import Networks
import Tensors
import TestSupport
import Testing
import Training

struct SharpnessAwareMinimizationTests {
  @Test("On a quadratic the slope is that at the end of the ascent")
  func quadratic() {
    let curvature = Tensor([1.0, 10])
    let method = SharpnessAwareMinimization(radius: 0.5)
    let (value, slope) = method.valueAndGradient(at: Tensor([3.0, 0.4])) {
      ($0.square() * curvature).sum() * 0.5
    }
    // The gradient is (3, 4), so the ascent goes by (0.3, 0.4).
    expectClose(value, Tensor(scalar: 5.3), absolute: 1e-12)
    expectClose(slope, Tensor([3.3, 8]), absolute: 1e-12)
  }

  @Test("Where the slope is zero, there is no ascent, and no NaN")
  func flat() {
    let slope = SharpnessAwareMinimization(radius: 0.1)
      .valueAndGradient(at: Tensor([0.0, 0])) { $0.square().sum() }.gradient
    #expect(slope.elements(as: Double.self) == [0, 0])
  }

  /// `Tests/Golden/make/sharpness.py` made the golden values with pytorch-optimizer.
  @Test("A hundred steps of a convolutional network end where pytorch-optimizer's do")
  func parity() throws {
    let golden = try NPZ(reading: TestFiles.golden("sharpness.npz"))
    let (inputs, labels) = (try golden.array("inputs"), try golden.array("labels"))
    let network = try Network(input: [1, 6, 6]) {
      Conv2d(3, kernel: 3)
      ReLU()
      Flatten()
      Linear(3)
    }
    let recipe = TrainingRecipe(
      optimizer: .sgd(momentum: 0.9, weightDecay: 0), learningRate: 0.1, schedule: .constant,
      sharpness: SharpnessAwareMinimization(radius: 0.05))
    var (descent, values) = (Descent(recipe), try golden.array("start"))
    for step in 0..<100 {
      let rows = 10 * (step % 4)..<10 * (step % 4) + 10
      values = try descent.step(from: values, progress: 0) {
        try network.with(parameters: $0).output(of: inputs[rows]).crossEntropy(labels: labels[rows])
      }.values
    }
    expectClose(values, try golden.array("end"), absolute: 1e-7)
  }

  @Test("A trainer follows the recipe, and both evaluations of a step draw the same numbers")
  func training() throws {
    let data = try Blobs.dataset()
    let recipe = TrainingRecipe(
      epochs: 5, batchSize: 32, optimizer: .sgd(momentum: 0.9, weightDecay: 0), learningRate: 0.1,
      sharpness: SharpnessAwareMinimization())
    let trained = try Trainer(recipe).train(Blobs.network(), on: data)
    let decisions = try trained.output(of: data.inputs).argmax(axis: 1).integers
    #expect(decisions == data.labels)
    var plain = recipe
    plain.sharpness = nil
    let other = try Trainer(plain).train(Blobs.network(), on: data)
    #expect(trained.parameters.values.scalars != other.parameters.values.scalars)

    var generator = Generator(seed: 1)
    var draws: [[Double]] = []
    _ = try recipe.minimize(from: Tensor([1.0]), examples: 64, using: &generator) {
      values, _, source in
      let noise = Tensor.normal([1], dtype: .float64, using: &source)
      draws.append(noise.elements(as: Double.self))
      return (values * noise).sum()
    }
    #expect(draws.count == 20 && draws[0] == draws[1] && draws[1] != draws[2])
  }
}
