import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

/// Bounds over moved parameters, alone and together with inputs.
@Suite struct ParameterBoundsTests {
  static let methods: [BoundMethod] = [
    .interval, .crownInterval, .crown, .alphaCrown(SlopeOptimization(iterations: 2)),
  ]

  static func perceptron(seed: UInt64) throws -> Network {
    try Network(input: [4], seed: seed) {
      Linear(6)
      ReLU()
      Linear(5)
      LayerNorm()
      Tanh()
      Linear(3)
    }
  }

  static func convolutional(seed: UInt64) throws -> Network {
    var network = try Network(input: [2, 5, 5], seed: seed) {
      Conv2d(3, kernel: 3)
      BatchNorm()
      ReLU()
      ConvTranspose2d(4, kernel: 2, stride: 2)
      GroupNorm(groups: 2)
      ReLU()
      MaxPool2d(2)
      Flatten()
      Linear(3)
    }
    var generator = Generator(seed: seed)
    network.buffers = network.buffers.with(
      values: .uniform([network.buffers.count], in: 0.5...1.5, using: &generator))
    return network
  }

  private static func attention(seed: UInt64) throws -> Network {
    try Network(input: [3, 4], seed: seed) {
      SelfAttention(heads: 2)
      LayerNorm()
      Flatten()
      Linear(2)
    }
  }

  @Test("One affine layer's bounds are w · x ± r‖x‖₁ ± r_b", arguments: methods)
  func affineBoundsAreExact(method: BoundMethod) throws {
    let network = try Network(input: [7], seed: 2) { Linear(4) }
    var generator = Generator(seed: 2)
    let x = Tensor.uniform([3, 7], in: -1...1, using: &generator)
    let names = network.parameters.layout.names
    let ball = try ParameterBall(radii: [names[0]: 0.02, names[1]: 0.3])
    let bounds = try network.bounds(overParameters: ball, around: x, method: method)
    let middle = try network.output(of: x)
    let reach = x.magnitude().sum(axes: [1], keepingAxes: true) * 0.02 + 0.3
    expectClose(bounds.lower, (middle - reach).cast(to: .float64), absolute: 3e-6)
    expectClose(bounds.upper, (middle + reach).cast(to: .float64), absolute: 3e-6)

    let relative = try ParameterBall(radius: 0.1, scale: .relative)
    let share = try network.bounds(overParameters: relative, around: x, method: method)
    let tensors = network.parameters.tensors
    let size =
      x.magnitude().linear(weight: tensors[0].magnitude(), bias: tensors[1].magnitude()) * 0.1
    expectClose(share.upper, (middle + size).cast(to: .float64), absolute: 3e-6)
  }

  @Test("A Euclidean ball of inputs and moved biases are bounded jointly and exactly")
  func ballsAreJoined() throws {
    let network = try Network(input: [7], seed: 4) { Linear(4) }
    var generator = Generator(seed: 4)
    let x = Tensor.uniform([3, 7], using: &generator)
    let set = try L2Ball(radius: 0.3, domain: -9...9)
    let ball = try ParameterBall(radius: 0.2, names: [network.parameters.layout.names[1]])
    let middle = try network.output(of: x)
    let reach = set.dualNorm(of: network.parameters.tensors[0]) * set.radius + 0.2
    for method in [BoundMethod.forward, .crown, .alphaCrown()] {
      let bounds = try network.bounds(
        overParameters: ball, inputs: set, around: x, method: method)
      expectClose(bounds.upper, (middle + reach).cast(to: .float64), absolute: 1e-5)
      expectClose(bounds.lower, (middle - reach).cast(to: .float64), absolute: 1e-5)
    }
  }

  @Test("Forward bounds take scales and shifts")
  func forwardBoundsContainWhatIsFound() throws {
    let network = try Self.convolutional(seed: 3)
    var generator = Generator(seed: 3)
    let x = Tensor.uniform([2] + network.inputShape, using: &generator)
    let layout = network.parameters.layout
    let names = zip(layout.names, layout.shapes).filter { $0.1.count == 1 }.map(\.0)
    let ball = try ParameterBall(radius: 0.02, names: names)
    let bounds = try network.bounds(overParameters: ball, around: x, method: .forward)
    for output in try perturbedOutputs(of: network, ball, around: x, using: &generator) {
      expectInside(output, bounds, "forward")
    }
  }

  @Test(
    "Bounds contain what moved parameters and inputs make",
    arguments: zip(UInt64(0)..<2, [Float(0.002), 0.05]))
  func boundsContainWhatIsFound(seed: UInt64, radius: Float) throws {
    var generator = Generator(seed: seed)
    for network in [
      try Self.perceptron(seed: seed), try Self.convolutional(seed: seed),
      try Self.attention(seed: seed),
    ] {
      let x = Tensor.uniform([2] + network.inputShape, using: &generator)
      let ball = try ParameterBall(radius: radius)
      for set in [nil, try LinfBall(radius: 0.03)] {
        let outputs = try perturbedOutputs(
          of: network, ball, inputs: set, around: x, using: &generator)
        for method in Self.methods {
          let bounds = try network.bounds(
            overParameters: ball, inputs: set, around: x, method: method)
          #expect(bounds.lower.isFinite.all().booleans[0])
          #expect(bounds.upper.isFinite.all().booleans[0])
          for output in outputs { expectInside(output, bounds, "\(method)") }
        }
      }
    }
  }

  @Test("A larger radius has no tighter bounds", arguments: [BoundMethod.interval, .crown])
  func boundsGrowWithTheRadius(method: BoundMethod) throws {
    let network = try Self.perceptron(seed: 5)
    var generator = Generator(seed: 5)
    let x = Tensor.uniform([2, 4], using: &generator)
    var last: Box?
    for radius in [Float(0), 0.001, 0.01, 0.03, 0.1] {
      let bounds = try network.bounds(
        overParameters: ParameterBall(radius: radius), inputs: LinfBall(radius: 0.02), around: x,
        method: method)
      if let last {
        #expect((bounds.lower .<= last.lower).all().booleans[0], "\(radius)")
        #expect((bounds.upper .>= last.upper).all().booleans[0], "\(radius)")
      }
      last = bounds
    }
  }

  @Test("A radius of 0 gives the bounds over inputs", arguments: methods)
  func noRadiusMovesNothing(method: BoundMethod) throws {
    let network = try Self.convolutional(seed: 6)
    var generator = Generator(seed: 6)
    let x = Tensor.uniform([2] + network.inputShape, using: &generator)
    let set = try LinfBall(radius: 0.02)
    let still = try network.bounds(
      overParameters: ParameterBall(radius: 0), inputs: set, around: x, method: method)
    let plain = try network.bounds(over: set, around: x, method: method)
    #expect(still.lower.elements(as: Double.self) == plain.lower.elements(as: Double.self))
    #expect(still.upper.elements(as: Double.self) == plain.upper.elements(as: Double.self))
  }

  @Test("Linear bounds of specifications are tighter than intervals and hold")
  func specificationsAreBounded() throws {
    let network = try Network(input: [4], seed: 7) {
      Linear(8)
      ReLU()
      Linear(3)
    }
    var generator = Generator(seed: 7)
    let x = Tensor.uniform([2, 4], using: &generator)
    let ball = try ParameterBall(radius: 0.01)
    let margins = LinearSpecification.margins(labels: [0, 2], classes: 3)
    let interval = try network.bounds(
      overParameters: ball, around: x, of: margins, method: .interval)
    let crown = try network.bounds(overParameters: ball, around: x, of: margins)
    #expect(interval.lower.shape == [2, 2] && crown.lower.shape == [2, 2])
    #expect((crown.lower .> interval.lower).all().booleans[0])
    for output in try perturbedOutputs(of: network, ball, around: x, using: &generator) {
      let rows = margins.coefficients.matmul(
        output.cast(to: .float64).expandedDimension(at: 2)
      ).squeezed(axes: [2])
      #expect((crown.lower .<= rows + 1e-5).all().booleans[0])
      #expect((rows .<= crown.upper + 1e-5).all().booleans[0])
    }
  }
}
