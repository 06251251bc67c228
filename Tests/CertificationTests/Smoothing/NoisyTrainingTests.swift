import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing
import Training

@testable import Certification

struct NoisyTrainingTests {
  private let network: Network
  private let inputs: Tensor
  private let labels: Tensor

  init() throws {
    network = try Network(input: [8], seed: 1) {
      Linear(16)
      ReLU()
      Linear(2)
    }
    var generator = Generator(seed: 2)
    labels = .range(0..<128).remainder(dividingBy: Tensor(scalar: 2))
    let signs = (labels * 2 - 1).cast(to: .float32).expandedDimension(at: 1)
    inputs = signs * 0.5 + Tensor.normal([128, 8], using: &generator) * 0.1
  }

  private func noisyAccuracy(_ network: Network) throws -> Double {
    var generator = Generator(seed: 3)
    let logits = try network.output(of: inputs.addingNoise(1, using: &generator))
    return Predictions(logits: logits, labels: labels).accuracy.value
  }

  @Test("A network trained with noise stands noise", arguments: [0.0, 2.0])
  func noise(consistency: Double) throws {
    var generator = Generator(seed: 4)
    let recipe = TrainingRecipe(epochs: 10, batchSize: 32, learningRate: 0.02)
    let training = NoisyTraining(sigma: 1, copies: 2, consistency: consistency, recipe: recipe)
    let trained = try training.train(network, on: inputs, labels: labels, using: &generator)
    // The best accuracy is that of a step of 0.5 · √8 standard deviations: 92%.
    #expect(try noisyAccuracy(trained) > 0.82)
    #expect(try noisyAccuracy(network) < 0.8)
  }

  @Test("Disagreement is zero but for the entropy where copies agree, and grows where they do not")
  func disagreement() {
    let training = NoisyTraining(sigma: 1, copies: 2, consistency: 3, confidence: 0.5)
    let even = Tensor.zeros([4, 2], dtype: .float64)
    let entropy = 0.5 * log(2.0)
    #expect(abs(training.disagreement(of: even).item() - entropy) < 1e-12)
    // Two copies of one example: (0.9, 0.1) and (0.1, 0.9), whose mean is even.
    let torn = Tensor([log(0.9), log(0.1), log(0.1), log(0.9)], shape: [2, 2])
    let divergence = -0.5 * log(0.9) - 0.5 * log(0.1) - log(2.0)
    #expect(abs(training.disagreement(of: torn).item() - (3 * divergence + entropy)) < 1e-12)
  }

  @Test("Points of the path lie between its ends, closer together where there is less noise")
  func path() {
    let pretraining = ConsistencyPretraining(noise: 0.01...1, levels: 5)
    let levels = (0..<5).map(pretraining.sigma)
    #expect(abs(levels[0] - 0.01) < 1e-12 && abs(levels[4] - 1) < 1e-12)
    let gaps = zip(levels.dropFirst(), levels).map { $0 - $1 }
    #expect(zip(gaps, gaps.dropFirst()).allSatisfy { 0 < $0 && $0 < $1 })
  }

  @Test("The loss of discrimination is that of the reference")
  func discrimination() {
    let pretraining = ConsistencyPretraining(noise: 0...1, temperature: 0.5)
    // Unit rows along the axes, whatever their length: cosines are 1 and 0.
    let outputs = Tensor([2, 0, 0, 3] as [Double], shape: [2, 2])
    let targets = Tensor([5, 0, 0, 1] as [Double], shape: [2, 2])
    let loss = pretraining.discrimination(of: outputs, toward: targets).item()
    #expect(abs(loss - log(1 + exp(-2.0))) < 1e-12)
  }

  @Test("Pretraining changes all but the last layer, and pulls noisy examples to their own")
  func pretraining() throws {
    var generator = Generator(seed: 5)
    let pretraining = ConsistencyPretraining(
      noise: 0.01...1, levels: 8, shift: 0, projection: 8,
      recipe: TrainingRecipe(epochs: 10, batchSize: 64, learningRate: 5e-3))
    let found = try pretraining.pretrain(network, on: inputs, using: &generator)
    let (before, after) = (network.parameters.tensors, found.parameters.tensors)
    #expect((before[0] - after[0]).magnitude().max().item() > 1e-3)
    #expect((before[2] - after[2]).magnitude().max().item() == 0)
    #expect((before[3] - after[3]).magnitude().max().item() == 0)

    /// How often the representation of a noisy example is nearer to that of its own class.
    func hits(_ network: Network) throws -> Double {
      var generator = Generator(seed: 6)
      func rows(_ inputs: Tensor) throws -> Tensor {
        let layer = network.graph.nodes[network.graph.output].operands[0]
        let values = try network.values(of: inputs)[layer]
        return values / values.norm(axes: [1], keepingAxes: true).clamped(from: 1e-9)
      }
      let clean = try rows(inputs)
      let noisy = try rows(inputs.addingNoise(1, using: &generator))
      let nearest = noisy.matmul(clean.transposed()).argmax(axis: 1)
      return (labels.gathering(nearest) .== labels).cast(to: .float64).mean().item()
    }
    #expect(try hits(found) > hits(network))
  }

  @Test("A network without a last linear layer is refused")
  func refused() throws {
    let other = try Network(input: [4]) { ReLU() }
    var generator = Generator(seed: 0)
    #expect(throws: NetworkError.self) {
      try ConsistencyPretraining(noise: 0...1).pretrain(
        other, on: .zeros([2, 4]), using: &generator)
    }
  }
}
