import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

/// What files and callers may hand in.
extension ParameterBoundsTests {
  @Test("A graph whose file fixed a batch of one takes any rows", arguments: methods)
  func fixedBatchesAreFreed(method: BoundMethod) throws {
    func network(_ batch: Dimension) throws -> Network {
      var builder = GraphBuilder()
      let x = builder.addInput(ValueType([batch, 6]))
      let weight = builder.addParameter(IntervalCase.fixed([6, 3]), name: "weight")
      let bias = builder.addParameter(IntervalCase.fixed([1, 3]), name: "bias")
      let product = try builder.add(.matmul, [x, weight])
      let sum = try builder.add(.combine(.add), [product, bias])
      let output = try builder.add(.map(.relu), [sum])
      return builder.network(output: output)
    }
    let x = IntervalCase.fixed([3, 6])
    let ball = try ParameterBall(radius: 0.1)
    let (fixed, free) = (
      try network(1).bounds(overParameters: ball, around: x, method: method),
      try network(.batch).bounds(overParameters: ball, around: x, method: method)
    )
    expectClose(fixed.lower, free.lower, absolute: 1e-12)
    expectClose(fixed.upper, free.upper, absolute: 1e-12)
    let margins = LinearSpecification.margins(labels: [0, 1, 2], classes: 3)
    let combined = try network(1).bounds(
      overParameters: ball, around: x, of: margins, method: method)
    #expect(combined.lower.shape == [3, 2])
  }

  @Test("What cannot be bounded says so")
  func errorsAreClear() throws {
    let network = try Self.convolutional(seed: 8)
    let names = network.parameters.layout.names
    let x = Tensor.zeros([1] + network.inputShape)
    #expect(throws: NetworkError.missingParameter(name: "nowhere", available: names)) {
      try network.bounds(
        overParameters: ParameterBall(radius: 0.1, names: [names[0], "nowhere"]), around: x)
    }
    let dense = try Self.perceptron(seed: 8)
    #expect(throws: NetworkError.self) {
      try dense.bounds(
        overParameters: ParameterBall(radius: 0.1), around: .zeros([1, 4]), method: .forward)
    }
    #expect(throws: PerturbationError.invalidRadius(-1)) { try ParameterBall(radius: -1) }
    #expect(throws: PerturbationError.self) { try ParameterBall(radii: ["a": .nan]) }
  }
}
