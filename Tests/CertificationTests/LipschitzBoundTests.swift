import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

private let networks: [(name: String, make: @Sendable (UInt64) throws -> Network)] = [
  (
    "perceptron",
    {
      try Network(input: [6], seed: $0) {
        Linear(8)
        SiLU()
        Linear(8)
        GELU()
        Linear(3)
      }
    }
  ),
  (
    "convolutions",
    {
      try Network(input: [2, 8, 8], seed: $0) {
        Conv2d(4, kernel: 3, stride: 2, padding: 1)
        MaxMin()
        MaxPool2d(2, stride: 1)
        Residual {
          Conv2d(4, kernel: 3, padding: 1)
          LeakyReLU()
        }
        AveragePool2d(3, stride: 1, padding: 1)
        Flatten()
        Linear(3)
        Softmax()
      }
    }
  ),
  (
    "branches",
    {
      try Network(input: [8], seed: $0) {
        Parallel {
          Linear(4)
          Chain {
            Linear(4)
            Tanh()
          }
        }
        GroupSort(groupSize: 4)
        Householder(angle: 1.1)
        LayerNorm(epsilon: 0.5)
        Linear(2)
      }
    }
  ),
]

@Test("No pair of inputs exceeds the bound", arguments: networks.indices, LipschitzNorm.allCases)
func lipschitzBoundsHold(index: Int, norm: LipschitzNorm) throws {
  for seed in UInt64(0)..<4 {
    let network = try networks[index].make(seed)
    let bound = try network.lipschitzBound(norm: norm).value
    #expect(bound.isFinite)
    var generator = Generator(seed: seed)
    let start = Tensor.normal([256] + network.inputShape, using: &generator)
    for scale in [1e-2, 1.0, 30] {
      let move = Tensor.normal(start.shape, using: &generator) * scale
      let change = try network.output(of: start + move) - network.output(of: start)
      let order = norm == .l2 ? 2 : Double.infinity
      let outward = change.flattenedRows().norm(order: order, axes: [1])
      let inward = move.flattenedRows().norm(order: order, axes: [1])
      #expect((outward / inward).max().item() <= bound * (1 + 1e-4) + 1e-4 / scale)
    }
  }
}

@Test("Chains of linear layers multiply, sums add, sorting adds nothing")
func lipschitzRulesAreTight() throws {
  let network = try Network(input: [4], seed: 2) {
    Residual {
      Linear(4, bias: false)
      MaxMin()
    }
  }
  let weight = network.parameters.tensors[0]
  let norm = try weight.cast(to: .float64).singularValueDecomposition().values[0].item()
  let bound = try network.lipschitzBound(norm: .l2, method: .product(GramIteration(steps: 14)))
  #expect(abs(bound.value - (1 + norm)) < 1e-3)
  #expect(bound.method == "product")
  let sum = weight.magnitude().sum(axes: [1]).max().item()
  #expect(abs(try network.lipschitzBound(norm: .linf).value - (1 + sum)) < 1e-6)
  let rows = try network.layerLipschitzBounds(norm: .linf)
  #expect(rows.map(\.operation).contains("linear"))
}

@Test("What is not Lipschitz is refused by the name of its node")
func lipschitzRefuses() throws {
  let square = try Network(input: [4]) { Activation(.square) }
  let attention = try Network(input: [3, 4]) { SelfAttention(heads: 2) }
  for network in [square, attention] {
    #expect(throws: NetworkError.self) { try network.lipschitzBound(norm: .l2) }
  }
}

@Test("No derivative of an elementwise function exceeds its bound")
func elementwiseSlopesHold() throws {
  let functions: [ElementwiseFunction] = [
    .sigmoid, .tanh, .softplus, .softsign, .silu, .mish, .errorFunction, .gelu(approximate: false),
    .gelu(approximate: true), .hardSwish, .elu(alpha: 1.5), .selu(alpha: 1.7, gamma: 1.05),
    .celu(alpha: 0.7), .arctangent, .leakyRelu(slope: -1.4), .hardSigmoid(alpha: 0.2, beta: 0.5),
  ]
  let points = Tensor.evenlySpaced(-6...6, count: 40_001, dtype: .float64)
  for function in functions {
    let network = try Network(input: [1]) { Activation(function) }
    let slopes = try Tensors.gradient(at: points.expandedDimension(at: 1)) {
      try network.output(of: $0).sum()
    }
    let steepest = slopes.magnitude().max().item()
    let bound = try #require(function.steepestSlope)
    #expect(steepest <= bound * (1 + 1e-9))
    #expect(steepest >= bound * 0.99)
  }
}

@Test("Sorting layers sort, and reflections reflect")
func sortingLayersSort() throws {
  let input = Tensor([3, 1, 2, 5, 4, 9, 0, 7] as [Float], shape: [1, 8])
  let sorted = try Network(input: [8]) { GroupSort(groupSize: 4) }.output(of: input)
  #expect(sorted.scalars == [5, 9, 3, 7, 2, 4, 1, 0])
  let pairs = try Network(input: [8]) { MaxMin() }.output(of: input)
  #expect(pairs.scalars == [3, 5, 9, 7, 1, 2, 4, 0])
  let reflected = try Network(input: [2]) { Householder(angle: .pi / 2) }
    .output(of: Tensor([1, 2, 2, 1] as [Float], shape: [2, 2]))
  expectClose(reflected, Tensor([2, 1, 2, 1] as [Float], shape: [2, 2]), absolute: 1e-6)
}
