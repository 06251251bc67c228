import Certification
import Datasets
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct PropagationTightnessTests {
  @Test("Two maps whose products cancel are worked out by hand")
  func byHand() {
    // The product is [0, 2]: its box has radius 2 where intervals say 1·2 + 1·2 = 4.
    let first = Tensor([1, 1, -1, 1] as [Double], shape: [2, 2])
    let second = Tensor([1, 1] as [Double], shape: [1, 2])
    let tightness = PropagationTightness(ofLinear: [first, second])
    expectClose(tightness.optimalRadius, Tensor([2.0]), absolute: 0)
    expectClose(tightness.intervalRadius, Tensor([4.0]), absolute: 0)
    #expect(tightness.mean == 0.5)
    let tilted = PropagationTightness(
      ofLinear: [first, second], radius: Tensor([3, 1] as [Double]))
    #expect(tilted.mean == 2.0 / 8.0)
  }

  @Test("One map, and maps without negative weights, lose nothing", arguments: UInt64(0)..<4)
  func exact(seed: UInt64) {
    var generator = Generator(seed: seed)
    let weights = [[5, 7], [4, 5], [3, 4]].map { Tensor.normal($0, using: &generator) }
    let one = PropagationTightness(ofLinear: [weights[0]])
    expectClose(one.ratios, .ones([5], dtype: .float64), absolute: 1e-12)
    let positive = PropagationTightness(ofLinear: weights.map { $0.magnitude() })
    expectClose(positive.ratios, .ones([3], dtype: .float64), absolute: 1e-12)
    let mixed = PropagationTightness(ofLinear: weights)
    #expect(((mixed.ratios .> 0) .& (mixed.ratios .< 1)).all().booleans[0])
  }

  @Test("A network of linear layers is measured as its weights are")
  func linearNetwork() throws {
    let network = try Network(input: [6], seed: 3) {
      Linear(5)
      Linear(4)
    }
    var generator = Generator(seed: 1)
    let points = Tensor.uniform([2, 6], using: &generator)
    let ball = try LinfBall(radius: 0.1, domain: -10...10)
    let found = try PropagationTightness(of: network, around: points, within: ball)
    let weights = network.parameters.tensors.filter { $0.rank == 2 }
    let expected = PropagationTightness(ofLinear: weights).ratios
    expectClose(found.ratios[0], expected, absolute: 1e-6)
    expectClose(found.ratios[1], expected, absolute: 1e-6)
  }

  @Test("With ReLUs, tightness is that of the paper's public code")
  func parity() throws {
    let golden = try NPZ(reading: goldenPath("propagation_tightness.npz"))
    var network = try Network(input: [5]) {
      Linear(7)
      ReLU()
      Linear(6)
      ReLU()
      Linear(3)
    }
    network.parameters = network.parameters.with(values: try golden.array("parameters"))
    let found = try PropagationTightness(
      of: network, around: golden.array("inputs"), within: LinfBall(radius: 0.1))
    let ratios = try golden.array("ratios")
    expectClose(found.ratios, ratios, absolute: 1e-6, relative: 1e-5)
  }

  @Test("With ReLUs, radii are those of the gradient and of intervals in a tiny ball")
  func rectifiers() throws {
    let network = try Network(input: [2, 6, 6], seed: 5) {
      Conv2d(3, kernel: 3, padding: 1)
      BatchNorm()
      ReLU()
      AveragePool2d(2)
      Flatten()
      Linear(8)
      LeakyReLU(slope: 0.2)
      Linear(4)
    }
    var generator = Generator(seed: 2)
    let points = Tensor.uniform([3, 2, 6, 6], using: &generator)
    let ball = try LinfBall(radius: 0.25, domain: -10...10)
    let found = try PropagationTightness(of: network, around: points, within: ball)
    #expect(found.ratios.shape == [3, 4])
    #expect(found.ratios.max().item() < 1 + 1e-9)

    for row in 0..<3 {
      let point = points[row..<row + 1]
      let slope = try jacobian(of: { try network.output(of: $0) }, at: point)
      let optimal = 0.25 * slope.reshaped(to: [4, 72]).magnitude().sum(axes: [1])
      expectClose(found.optimalRadius[row], optimal, absolute: 1e-5, relative: 1e-4)
      let center = point.cast(to: .float64)
      let bounds = try network.intervalBounds(over: Box(lower: center - 1e-8, upper: center + 1e-8))
      let radius = bounds.spread.flattened() * (0.25 / 1e-8)
      expectClose(found.intervalRadius[row], radius, absolute: 1e-4, relative: 1e-4)
    }
  }

  @Test("An output that cannot move is exactly bounded")
  func dead() throws {
    let network = try Network(input: [3], seed: 1) {
      Linear(4)
      ReLU()
      Linear(2)
    }
    var silenced = network
    silenced.parameters = try network.parameters.replacing(
      network.parameters.layout.names.first { $0.hasSuffix("bias") }!, with: .full(-100, [4]))
    let found = try PropagationTightness(
      of: silenced, around: .zeros([1, 3]), within: LinfBall(radius: 0.1))
    expectClose(found.optimalRadius, .zeros([1, 2], dtype: .float64), absolute: 0)
    #expect(found.mean == 1)
    let broken = PropagationTightness(ofLinear: [.full(.nan, [2, 2])])
    #expect(broken.mean.isNaN)
  }

  @Test("The formula at initialization has its known values and its limit")
  func formula() {
    // √π Γ(1) / Γ(1/2) = 1 for one neuron; √π Γ(3/2) / 2 = π / 4 for two.
    #expect(abs(PropagationTightness.expectedAtInitialization(width: 1) - 1) < 1e-14)
    #expect(abs(PropagationTightness.expectedAtInitialization(width: 2) - .pi / 4) < 1e-14)
    let wide = PropagationTightness.expectedAtInitialization(width: 1_000_000)
    #expect(abs(wide / (Double.pi / 2e6).squareRoot() - 1) < 1e-6)
  }

  @Test("What is not linear in pieces is refused, by name")
  func unsupported() throws {
    let network = try Network(input: [4], seed: 1) {
      Linear(4)
      Tanh()
    }
    let ball = try LinfBall(radius: 0.1)
    #expect(throws: NetworkError.self) {
      try PropagationTightness(of: network, around: .zeros([1, 4]), within: ball)
    }
    #expect(throws: NetworkError.self) {
      try PropagationTightness(of: network, around: .zeros([1, 5]), within: ball)
    }
  }
}
