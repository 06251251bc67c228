import Certification
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

private func network(seed: UInt64, widths: [Int]) throws -> Network {
  try Network(input: [widths[0]], seed: seed) {
    for width in widths.dropFirst().dropLast() {
      Linear(width)
      ReLU()
    }
    Linear(widths[widths.count - 1])
  }
}

/// The least of one output over a fine grid of a square.
private func leastOnGrid(_ network: Network, radius: Double) throws -> Double {
  let axis = Tensor.evenlySpaced(-radius...radius, count: 401)
  let points = Tensor.stacking(
    [axis.repeatingElements(401, axis: 0), axis.tiled([401])], axis: 1)
  return try network.output(of: points).min().item()
}

private func atMost(_ level: Double, radius: Double) -> VerificationProperty {
  let corner = Tensor.full(radius, [2], dtype: .float64)
  return VerificationProperty(cases: [
    .init(
      box: Box(lower: -corner, upper: corner), outputs: .ones([1, 1], dtype: .float64),
      constants: Tensor([-level]))
  ])
}

@Test(
  "A property just below the least output holds, one just above is violated",
  arguments: UInt64(0)..<8, [12, 0])
func verifierFindsTheLeast(seed: UInt64, splitsInputsUpTo: Int) throws {
  let network = try network(seed: seed, widths: [2, 10, 8, 1])
  let least = try leastOnGrid(network, radius: 1)
  let verifier = Verifier(network, timeout: 20, splitsInputsUpTo: splitsInputsUpTo)
  guard case .holds = try verifier.verify(atMost(least - 0.02, radius: 1)) else {
    Issue.record("a level below the least output should hold")
    return
  }
  guard case .violated(let found) = try verifier.verify(atMost(least + 0.002, radius: 1)) else {
    Issue.record("a level above the least output is reached")
    return
  }
  let output = try network.output(of: found.input.expandedDimension(at: 0)).item()
  #expect(output <= least + 0.002 && output == found.output.item())
}

@Test("Rows of a case are excluded together where no row alone is")
func rowsAreCombined() throws {
  // Outputs x and -x: both at most -0.1 is impossible, each alone is not.
  var builder = GraphBuilder()
  let input = builder.addInput(ValueType([.batch, 1]))
  let weight = builder.addConstant(Tensor([1, -1] as [Float], shape: [2, 1]))
  let output = try builder.add(.linear, [input, weight])
  let network = builder.network(output: output)
  let property = VerificationProperty(cases: [
    .init(
      box: Box(lower: Tensor([-1.0]), upper: Tensor([1.0])),
      outputs: .identity(2, dtype: .float64), constants: Tensor([0.1, 0.1]))
  ])
  for limit in [12, 0] {
    guard case .holds = try Verifier(network, splitsInputsUpTo: limit).verify(property) else {
      Issue.record("split up to \(limit)")
      continue
    }
  }
}

@Test("A property of another network, an empty box and a NaN parameter are refused")
func brokenPropertiesAreRefused() throws {
  let network = try network(seed: 1, widths: [2, 4, 1])
  let verifier = Verifier(network)
  let corner = Tensor.ones([3], dtype: .float64)
  let other = VerificationProperty(cases: [
    .init(
      box: Box(lower: -corner, upper: corner), outputs: .ones([1, 1], dtype: .float64),
      constants: Tensor([0.0]))
  ])
  #expect(
    throws: VerificationError.otherNetwork(
      features: 3, outputs: 1, actualFeatures: 2, actualOutputs: 1)
  ) { try verifier.verify(other) }
  #expect(throws: VerificationError.emptyBox(0)) { try verifier.verify(atMost(0, radius: -1)) }
  #expect(throws: VerificationError.unboundedBox(0)) {
    try verifier.verify(atMost(0, radius: .infinity))
  }
  var broken = network
  broken.parameters = broken.parameters.with(
    values: broken.parameters.values.filled(with: .nan))
  #expect(throws: VerificationError.notANumber) {
    try Verifier(broken).verify(atMost(0, radius: 1))
  }
  guard case .timeout = try Verifier(network, timeout: 0).verify(atMost(0, radius: 1)) else {
    Issue.record("no time, no answer")
    return
  }
}

private let otherKinks: [ElementwiseFunction] = [
  .absolute, .leakyRelu(slope: 0.1), .leakyRelu(slope: 2.5), .leakyRelu(slope: -0.5),
  .clip(lower: -0.3, upper: 0.4),
]

@Test("Splitting kinks verifies what is linear on both sides of them", arguments: otherKinks)
func verifierSplitsEveryKink(_ function: ElementwiseFunction) throws {
  var builder = GraphBuilder()
  var generator = Generator(seed: 3)
  var value = builder.addInput(ValueType([.batch, 2]))
  for (width, before) in [(9, 2), (8, 9), (1, 8)] {
    let weight = Tensor.uniform([width, before], in: -1...1, using: &generator)
    let bias = Tensor.uniform([width], in: -1...1, using: &generator)
    value = try builder.add(
      .linear, [value, builder.addConstant(weight), builder.addConstant(bias)])
    if width > 1 { value = try builder.add(.map(function), [value]) }
  }
  let network = builder.network(output: value)
  let least = try leastOnGrid(network, radius: 1)
  // It takes a quarter of this alone, and all tests share the machine.
  let verifier = Verifier(network, timeout: 240, splitsInputsUpTo: 0)
  let (below, above) = (
    try verifier.verify(atMost(least - 0.02, radius: 1)).name,
    try verifier.verify(atMost(least + 0.002, radius: 1)).name
  )
  #expect(below == "holds" && above == "violated", "\(below), \(above)")
}

@Test("What has no kinks is verified by splitting few features", arguments: [0.05, 20])
func smoothNetworksAreSettled(gap: Double) throws {
  let network = try Network(input: [2], seed: 5) {
    Linear(10)
    Tanh()
    Linear(1)
  }
  let least = try leastOnGrid(network, radius: 3)
  let result = try Verifier(network, timeout: 60).verify(atMost(least - gap, radius: 3))
  #expect(result.name == "holds")
}

@Test("A network of double precision is verified by its own numbers, not by rounded ones")
func doublePrecisionIsVerified() throws {
  let model = ProtoModel.product(weights: [1 + 0x1p-40, 1])
  let point = Tensor([1.0, -1])
  // Broken where the output is 0 or less.
  let property = VerificationProperty(cases: [
    .init(
      box: Box(lower: point, upper: point), outputs: .ones([1, 1], dtype: .float64),
      constants: Tensor([0.0]))
  ])
  func result(_ precision: Network.ReadPrecision) throws -> String {
    let network = try Network(
      onnxBytes: model.bytes, path: "double.onnx", precision: precision)
    return try Verifier(network).verify(property).name
  }
  #expect(try result(.stored) == "holds")
  #expect(try result(.single) == "violated")
}

@Test("A counterexample of a network of double precision lies in its box, however thin")
func doubleCounterexamplesAreLegal() throws {
  var model = ProtoModel.product(weights: [1e9])
  model.nodes = [
    ProtoNode("MatMul", ["x", "w"], ["m"]), ProtoNode("Sub", ["m", "b"], ["y"]),
  ]
  model.tensors.append(
    ProtoTensor("b", sizes: [1], type: 11, data: [1e8].withUnsafeBytes { Data($0) }))
  let network = try Network(onnxBytes: model.bytes, path: "thin.onnx", precision: .stored)
  // The output is at most 0.1 in the box, but 1.5 at the nearest number of single precision.
  func result(atLeast level: Double) throws -> VerificationResult {
    try Verifier(network).verify(
      VerificationProperty(cases: [
        .init(
          box: Box(lower: Tensor([0.1]), upper: Tensor([0.1 + 1e-10])),
          outputs: -Tensor.ones([1, 1], dtype: .float64), constants: Tensor([level]))
      ]))
  }
  #expect(try result(atLeast: 1).name == "holds")
  guard case .violated(let found) = try result(atLeast: 0.05) else {
    Issue.record("not violated")
    return
  }
  #expect(0.1...(0.1 + 1e-10) ~= found.input.item())
}
