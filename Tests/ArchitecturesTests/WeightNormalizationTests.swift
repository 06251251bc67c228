import Architectures
import Datasets
import Networks
import Tensors
import TestSupport
import Testing
import Training

struct WeightNormalizationTests {
  private static func network() throws -> Network {
    try Network(input: [2, 5, 5], seed: 3) {
      Conv2d(3, kernel: 3)
      Tanh()
      Flatten()
      Linear(4)
    }
  }

  private static func batch(_ count: Int = 16) -> Tensor {
    var generator = Generator(seed: 6)
    return Tensor.normal([count, 2, 5, 5], using: &generator)
  }

  @Test("The function stays, and folding gives the plain network back")
  func sameFunction() throws {
    let network = try Self.network()
    let normalized = try WeightNormalization()(network)
    #expect(normalized.parameters.count == network.parameters.count + 3 + 4)
    let expected = try network.output(of: Self.batch())
    expectClose(try normalized.output(of: Self.batch()), expected, absolute: 1e-6)
    let folded = try WeightNormalization.folded(normalized)
    #expect(folded.parameters.layout == network.parameters.layout)
    expectClose(folded.parameters.values, network.parameters.values, absolute: 1e-6)
  }

  @Test("Only the layers that are named are normalized")
  func selection() throws {
    let network = try Self.network()
    let name = try #require(network.graph.nodes.last).name
    let normalized = try WeightNormalization(layers: [name])(network)
    #expect(normalized.parameters.layout.names.count { $0.hasSuffix(".length") } == 1)
    #expect(normalized.parameters["\(name).weight.length"]?.shape == [4, 1])
  }

  /// `Tests/Golden/make/weight_norm.py` made the golden values with PyTorch.
  @Test("Output and gradients are PyTorch's, and directions' gradients are orthogonal to them")
  func parity() throws {
    let golden = try NPZ(reading: TestFiles.golden("weight_norm.npz"))
    let network = try Self.network()
    let plain = network.parameters.with(values: try golden.array("parameters"))
    var normalized = try WeightNormalization()(network)
    normalized.parameters = normalized.parameters.with(
      values: normalized.parameters.values.cast(to: .float64))
    let layout = normalized.parameters.layout
    let nodes = ["convolution", "linear"]
    let names = nodes.map { node in
      layout.names.first { $0.hasPrefix(node) && $0.hasSuffix(".length") }!.dropLast(7)
    }
    for (node, name) in zip(nodes, names) {
      normalized.parameters = try normalized.parameters.replacing(
        "\(name).length", with: try golden.array("\(node).length"))
      normalized.parameters = try normalized.parameters.replacing(
        "\(name).direction", with: try #require(plain["\(name)"]))
      let bias = name.dropLast(6) + "bias"
      normalized.parameters = try normalized.parameters.replacing(
        "\(bias)", with: try #require(plain["\(bias)"]))
    }
    let (inputs, labels) = (try golden.array("inputs"), try golden.array("labels"))
    expectClose(try normalized.output(of: inputs), try golden.array("output"), absolute: 1e-10)
    let slope = normalized.parameters.with(
      values: try normalized.lossAndGradient(on: inputs, labels: labels).gradient)
    for (node, name) in zip(nodes, names) {
      let direction = try #require(slope["\(name).direction"])
      expectClose(direction, try golden.array("\(node).direction-slope"), absolute: 1e-10)
      expectClose(
        try #require(slope["\(name).length"]), try golden.array("\(node).length-slope"),
        absolute: 1e-10)
      let product = (direction * normalized.parameters["\(name).direction"]!).flattenedRows()
        .sum(axes: [1])
      expectClose(product, product.zerosLike(), absolute: 1e-12)
    }
  }

  @Test("Initialized on a batch, each layer's outputs have mean 0 and variance 1 over it")
  func initialization() throws {
    let batch = Self.batch(64)
    let normalized = try WeightNormalization()(Self.network(), initializedOn: batch)
    let values = try normalized.values(of: batch)
    var count = 0
    for (node, value) in zip(normalized.graph.nodes, values) {
      let axes: [Int]
      switch node.operation {
      case .linear: axes = [0]
      case .convolution: axes = [0, 2, 3]
      default: continue
      }
      let mean = value.mean(axes: axes)
      expectClose(mean, mean.zerosLike(), absolute: 1e-5)
      expectClose(value.variance(axes: axes, correction: 0), mean.onesLike(), absolute: 1e-4)
      count += 1
    }
    #expect(count == 2)
  }

  @Test("Weights without direction, and outputs that do not vary, are refused")
  func refusals() throws {
    var network = try Self.network()
    #expect(throws: NetworkError.self) {
      try WeightNormalization()(network, initializedOn: Self.batch(2) * 0)
    }
    network.parameters = 0 * network.parameters
    #expect(throws: NetworkError.self) { try WeightNormalization()(network) }
  }
}
