import Certification
import Models
import Networks
import Tensors

/// Bounds of 10 outputs around 8 images at L∞ radius 0.02; the result is their mean width.
extension Benchmark {
  static let bounds: [Benchmark] =
    [("mlp", [.interval, .crown, optimized]), ("cnn", [.interval, .crown, optimized])].flatMap {
      (network: String, methods: [BoundMethod]) in
      methods.flatMap { method in
        let name = "\(method)-\(network)"
        // Intervals are always proven.
        return method == .interval
          ? [bounds(name, of: network, method, .proven)]
          : [
            bounds(name, of: network, method, .single),
            bounds(name + "-proven", of: network, method, .proven),
          ]
      }
    }

  private static let optimized = BoundMethod.alphaCrown(SlopeOptimization(iterations: 20))

  private static func bounds(
    _ name: String, of network: String, _ method: BoundMethod, _ arithmetic: BoundArithmetic
  ) -> Benchmark {
    let isLong = method == optimized
    return Benchmark(name: name, warmups: isLong ? 0 : 2, runs: isLong ? 1 : 5) { input in
      let network = network == "mlp" ? try boundedMLP() : try boundedCNN()
      let center = input.inputs[0..<8].cast(to: .float64)
      let box = Box(lower: center - 0.02, upper: center + 0.02)
      return {
        let found = try network.bounds(over: box, method: method, arithmetic: arithmetic)
        return (found.upper - found.lower).mean().item()
      }
    }
  }

  /// A perceptron 784-256×6-10.
  private static func boundedMLP() throws -> Network {
    try Network(input: [1, 28, 28], seed: 0) {
      Flatten()
      for _ in 0..<6 {
        Linear(256)
        ReLU()
      }
      Linear(10)
    }.withSharedWeights
  }

  /// Two convolutions with strides of 2, a hidden layer and the scores.
  private static func boundedCNN() throws -> Network {
    try Network(input: [1, 28, 28], seed: 0) {
      Conv2d(8, kernel: 3, stride: 2, padding: 1)
      ReLU()
      Conv2d(16, kernel: 3, stride: 2, padding: 1)
      ReLU()
      Flatten()
      Linear(64)
      ReLU()
      Linear(10)
    }.withSharedWeights
  }
}

extension Network {
  /// The network with weights that peers can make as well: `2 / √inputs · sin(0.37 k²)` for the k-th
  /// of a tensor, and biases of 0.
  fileprivate var withSharedWeights: Network {
    let tensors = parameters.tensors.map { tensor -> Tensor in
      guard tensor.rank > 1 else { return tensor.zerosLike() }
      let place = Tensor.range(0..<tensor.count).cast(to: .float64)
      let scale = 2 / Double(tensor.count / tensor.size(0)).squareRoot()
      return ((place * place * 0.37).sin() * scale).cast(to: .float32)
        .reshaped(to: tensor.shape)
    }
    var copy = self
    copy.parameters = parameters.with(
      values: .concatenating(tensors.map { $0.reshaped(to: [-1]) }))
    return copy
  }
}
