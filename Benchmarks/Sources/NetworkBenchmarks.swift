import Architectures
import Attacks
import Models
import Networks
import Tensors
import Training

extension Benchmark {
  /// Scores of 1,000 images, 100 at a time.
  static let logits = Benchmark(name: "logits", warmups: 5, runs: 40) { input in
    { try input.network.logits(of: input.inputs, batchSize: 100).sum().item() }
  }

  /// One step of momentum SGD on a perceptron 784-256-256-10, batch 128.
  static let mlpStep = Benchmark(name: "train-mlp", warmups: 20, runs: 300) { input in
    let network = try StandardClassifier.mlp.network(input: [1, 28, 28], classes: 10, seed: 0)
    return trainingStep(network, input, batch: 128)
  }

  /// One step of momentum SGD on the network with two convolutions, batch 64.
  static let cnnStep = Benchmark(name: "train-cnn", warmups: 10, runs: 100) { input in
    trainingStep(input.network, input, batch: 64)
  }

  /// Forty steps against 1,000 images at L∞ radius 0.1, from one random start; the result is the
  /// robust accuracy.
  static let attack = Benchmark(name: "attack", warmups: 0, runs: 1) { input in
    let attack = ProjectedGradientAttack(steps: 40, restarts: 1)
    let ball = try LinfBall(radius: 0.1)
    return {
      var generator = Generator(seed: 0)
      return try attack(
        input.network, on: input.inputs, labels: input.labels, within: ball, using: &generator
      ).robustAccuracy.value
    }
  }

  private static func trainingStep(
    _ start: Network, _ input: BenchmarkInput, batch: Int
  ) -> () throws -> Double {
    var network = start
    var optimizer = MomentumSGD(momentum: 0.9)
    let (inputs, labels) = (input.inputs[0..<batch], input.labels[0..<batch])
    return {
      let (loss, gradient) = try network.lossAndGradient(on: inputs, labels: labels)
      network.parameters = network.parameters.with(
        values: optimizer.step(
          from: network.parameters.values, gradient: gradient, learningRate: 0.01))
      return loss.item()
    }
  }
}
