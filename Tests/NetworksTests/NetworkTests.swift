import Networks
import Tensors
import TestSupport
import Testing

@Test("A layer that does not fit is named with the shapes that it was given")
func misfitsNameNodeAndShapes() {
  let error = #expect(throws: NetworkError.self) {
    try Network(input: [1, 8, 8]) {
      Conv2d(4, kernel: 3)
      MaxPool2d(9)
    }
  }
  guard case .mismatch(let node, let operation, let operands, _)? = error else {
    Issue.record("\(String(describing: error))")
    return
  }
  #expect(node.hasPrefix("maxPool") && operation == "maxPool")
  #expect(operands == ["float32[batch, 4, 6, 6]"])
}

@Test("Operations refuse operands that do not fit")
func operationsRefuse() throws {
  var builder = GraphBuilder()
  let x = builder.addInput(ValueType([.batch, 4]))
  let wide = builder.addConstant(.zeros([5]))
  let whole = builder.addConstant(Tensor([1, 2, 3, 4]))
  let cases: [(Operation, [Graph.ValueID])] = [
    (.combine(.add), [x, wide]), (.combine(.add), [x, whole]), (.combine(.add), [x]),
    (.softmax(axis: 0), [x]), (.softmax(axis: 2), [x]), (.reshape([.batch, 5]), [x]),
    (.reshape([4]), [x]),
    (.transpose([0, 0]), [x]), (.slice(axis: 1, start: 3, end: 9, step: 1), [x]),
    (.reduce(.mean, axes: [0], keepingAxes: false), [x]), (.concatenate(axis: 0), [x, x]),
    (.map(.sigmoid), [whole]), (.map(.not), [x]), (.choose, [x, x, x]), (.gather(axis: 1), [x, x]),
    (.linear, [x, wide]), (.matmul, [x, x]), (.maxPool(PoolingGeometry(kernel: [2, 2])), [x]),
    (.layerNormalization(axes: 3, epsilon: 1e-5), [x]),
    (.groupNormalization(groups: 3, epsilon: 1e-5), [x]),
    (
      .pad([PaddingWidth(before: 1, after: 0), PaddingWidth(before: 0, after: 0)], .constant(0)),
      [x]
    ),
    (.broadcast([.batch, 5]), [x]), (.resize([4, 4], .linear, alignsCorners: false), [x]),
  ]
  for (operation, operands) in cases {
    #expect(throws: NetworkError.self, "\(operation)") { try builder.add(operation, operands) }
  }
}

@Test("What the output does not need is dropped, with its parameters")
func deadNodesAreDropped() throws {
  var builder = GraphBuilder()
  let x = builder.addInput(ValueType([.batch, 2]))
  _ = try builder.add(.combine(.add), [x, builder.addParameter(.ones([2]), name: "unused")])
  let used = builder.addParameter(.ones([2]), name: "used")
  let output = try builder.add(.combine(.multiply), [x, used])
  let network = builder.network(output: output)
  #expect(network.graph.nodes.count == 3 && network.parameters.layout.names == ["used"])
}

@Test("All values of a graph end in its output, and a value may be used twice")
func valuesEndInTheOutput() throws {
  let network = try Network(input: [4], seed: 1) {
    Residual {
      Linear(4)
      ReLU()
    }
    Linear(2)
  }
  var generator = Generator(seed: 1)
  let inputs = Tensor.uniform([3, 4], using: &generator)
  let values = try network.values(of: inputs)
  #expect(values.count == network.graph.nodes.count)
  expectClose(values[network.graph.output], try network.output(of: inputs), absolute: 0)
  for (value, node) in zip(values, network.graph.nodes) {
    #expect(value.shape == node.type.resolved(batch: 3) && value.dtype == node.type.dtype)
  }
}

@Test("An input of another shape is refused")
func inputsAreChecked() throws {
  let network = try Network(input: [4]) { Linear(2) }
  #expect(throws: NetworkError.inputMismatch(expected: "[batch, 4]", actual: [3, 5])) {
    try network.output(of: .zeros([3, 5]))
  }
  #expect(throws: NetworkError.self) { try network.output(of: .zeros([4])) }
}

@Test("A graph of fixed batch takes any number of examples")
func fixedBatchesAreFilled() throws {
  var builder = GraphBuilder()
  let x = builder.addInput(ValueType([4, 3]))
  let doubled = try builder.add(.combine(.add), [x, x])
  let network = builder.network(output: doubled)
  #expect(network.fixedBatch == 4)
  for count in [1, 3, 4, 5, 9] {
    let inputs = Tensor.range(0..<count * 3, dtype: .float32).reshaped(to: [count, 3])
    expectClose(try network.output(of: inputs), inputs * 2, absolute: 0)
  }
}

@Test("Recalibrated statistics are the mean of the batches' means and unbiased variances")
func statisticsAreRecalibrated() throws {
  let network = try Network(input: [2, 3]) { BatchNorm() }
  var generator = Generator(seed: 6)
  let batches = (0..<3).map { _ in Tensor.normal([5, 2, 3], using: &generator) * 2 + 1 }
  let measured = try network.recalibratingStatistics(on: batches)
  let means = batches.map { $0.mean(axes: [0, 2]) }.reduce(.zeros([2])) { $0 + $1 } / 3
  let variances =
    batches.map { $0.variance(axes: [0, 2], correction: 1) }.reduce(.zeros([2])) { $0 + $1 } / 3
  expectClose(measured.buffers.tensors[0], means, absolute: 1e-6)
  expectClose(measured.buffers.tensors[1], variances, absolute: 1e-5)
  #expect(measured.parameters.values.scalars == network.parameters.values.scalars)
}

@Test("Costs have closed forms")
func costsHaveClosedForms() throws {
  let linear = try Network(input: [7]) { Linear(5) }
  #expect(linear.cost.flops == Double(2 * 7 * 5 + 5))
  let plain = try Network(input: [7]) { Linear(5, bias: false) }
  #expect(plain.cost.flops == Double(2 * 7 * 5))
  let convolution = try Network(input: [4, 9, 9]) {
    Conv2d(6, kernel: 3, stride: 2, padding: 1, groups: 2)
  }
  #expect(convolution.cost.flops == Double(6 * 5 * 5 * (2 * (4 / 2) * 3 * 3 + 1)))
  let transposed = try Network(input: [4, 3, 3]) { ConvTranspose2d(2, kernel: 2, stride: 2) }
  #expect(transposed.cost.flops == Double(4 * 3 * 3 * 2 * 2 * 2 * 2 + 2 * 6 * 6))
  #expect(linear.peakActivationBytes == 20)
}

@Test("A softmax at the end is left off, whatever reshapes its result")
func networksEndInLogits() throws {
  let scores = try Network(input: [4], seed: 1) { Linear(3) }
  let shapes: [[Dimension]] = [[.batch, 3, 1, 1], [.batch, 3]]
  for operation in [Operation.softmax(axis: 1), .logSoftmax(axis: 1)] {
    var builder = GraphBuilder()
    let x = builder.addInput(ValueType([.batch, 4]))
    let weight = builder.addParameter(scores.parameters.tensors[0], name: "weight")
    let bias = builder.addParameter(scores.parameters.tensors[1], name: "bias")
    var value = try builder.add(.linear, [x, weight, bias])
    value = try builder.add(.reshape(shapes[0]), [value])
    value = try builder.add(operation, [value])
    value = try builder.add(.reshape(shapes[1]), [value])
    let network = builder.network(output: value).endingInLogits()
    let inputs = Tensor.ones([2, 4])
    #expect(network.classes == 3)
    #expect(try network.output(of: inputs).scalars == scores.output(of: inputs).scalars)
    #expect(network.graph.nodes.allSatisfy { !$0.operation.name.contains("oftmax") })
  }
}

@Test("Mirrored padding of the last axis alone works on images")
func narrowPaddingWorks() throws {
  let none = PaddingWidth(before: 0, after: 0)
  for mode in [PaddingMode.reflect, .replicate, .circular] {
    var builder = GraphBuilder()
    let x = builder.addInput(ValueType([.batch, 1, 2, 3]))
    let widths = [none, none, none, PaddingWidth(before: 1, after: 1)]
    let output = try builder.add(.pad(widths, mode), [x])
    let network = builder.network(output: output)
    #expect(try network.output(of: .ones([2, 1, 2, 3])).shape == [2, 1, 2, 5])
  }
}

@Test("Integers divide exactly")
func wholeNumbersDivide() throws {
  var builder = GraphBuilder()
  let x = builder.addInput(ValueType([.batch, 1]))
  let whole = try builder.add(.cast(.int64), [x])
  let big = try builder.add(.combine(.add), [whole, builder.addConstant(Tensor([16_777_217]))])
  let ratio = try builder.add(.combine(.divide), [big, builder.addConstant(Tensor([1]))])
  let network = builder.network(output: ratio)
  #expect(try network.output(of: .zeros([1, 1])).integers == [16_777_217])
}
