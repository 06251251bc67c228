import Datasets
import Models
import Networks
import Tensors
import TestSupport
import Testing
import Training

@testable import Hardening

struct AdversarialTrainingTests {
  @Test("Terms are what their formulas say")
  func terms() {
    let (here, near) = (
      Tensor([1.0, 0, -1], shape: [1, 3]), Tensor([0.5, 0.5, -1.5], shape: [1, 3])
    )
    let label = Tensor([0])
    // Leads over the others are (1, 2) here and (0, 2) there.
    expectClose(
      SmoothAdversarialTraining.disagreement(of: near, with: here, labels: label), Tensor([1.0]),
      absolute: 1e-9)
    let (p, q) = (here.softmax(), near.softmax())
    expectClose(
      TRADES.divergence(of: near, from: here),
      (p * (p / q).log()).sum(axes: [1]),
      absolute: 1e-12)
  }

  @Test(
    "A network becomes stabler than by ordinary training, and stays right",
    arguments: [
      SmoothAdversarialTraining(CompSumLoss(), weight: 0.5, steps: 3), TRADES(beta: 4, steps: 3),
      AdversarialTraining(steps: 3),
    ] as [any HardeningMethod])
  func training(_ method: any HardeningMethod) throws {
    var generator = Generator(seed: 2)
    let labels = (0..<160).map { $0 % 2 }
    // The first feature is weak and sure, the second strong and fickle.
    let signs = Tensor(labels.map { Float(2 * $0 - 1) }).reshaped(to: [160, 1])
    let strength = Tensor([0.3, 0.02] as [Float], shape: [1, 2])
    let inputs =
      signs * strength + Tensor.normal([160, 2], using: &generator)
      * Tensor([0.08, 0.003] as [Float])
    let data = try Dataset(name: "fickle", inputs: inputs, labels: labels)
    let set = try LinfBall(radius: 0.05, domain: -2...2)
    let network = try Network(input: [2], seed: 2) {
      Linear(12)
      Tanh()
      Linear(2)
    }
    let recipe = TrainingRecipe(epochs: 15, batchSize: 32, learningRate: 0.03)
    var method = method
    method.recipe = recipe
    let trained = try method.train(network, on: data, within: set)
    let plain = try Trainer(recipe).train(network, on: data)
    func reach(_ network: Network) throws -> Double {
      let slope = try network.logitsAndGradient(at: inputs) {
        ($0.selecting(1, axis: 1) - $0.selecting(0, axis: 1)).sum()
      }.gradient
      return set.dualNorm(of: slope).mean().item()
    }
    #expect(try reach(trained) < 0.8 * reach(plain))
    let hits = zip(try trained.labels(of: inputs), labels).count { $0 == $1 }
    #expect(hits > 150)
  }
}
