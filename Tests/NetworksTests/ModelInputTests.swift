import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// What a file declares as its inputs, and what the network takes.
struct ModelInputTests {
  private func input(_ name: String, _ sizes: [Int?], type: Int = 1) -> ProtoMessage {
    var extra = ProtoMessage()
    extra.add(11, ProtoModel.description(name, sizes, elementType: type))
    return extra
  }

  @Test("Several inputs become one row, in the file's order")
  func severalInputs() throws {
    let weight = ProtoTensor("w", [1, 0, 2, 0, 1, 3] as [Float], sizes: [3, 2])
    let model = ProtoModel(
      nodes: [
        ProtoNode("MatMul", ["x", "w"], ["p"]), ProtoNode("Mul", ["p", "z"], ["y"]),
      ], tensors: [weight], inputShape: [nil, 3], extra: input("z", [nil, 2]))
    let network = try Network(onnxBytes: model.bytes, path: "two.onnx")
    #expect(network.inputShape == [5])
    #expect(network.inputParts.map(\.name) == ["x", "z"])
    #expect(network.inputParts.map(\.range) == [0..<3, 3..<5])
    let x = Tensor([1, 2, 3, -1, 0, 1] as [Float], shape: [2, 3])
    let z = Tensor([2, 10, 1, -1] as [Float], shape: [2, 2])
    let rows = try network.joiningInputs(["x": x, "z": z])
    let expected = x.matmul(Tensor([1, 0, 2, 0, 1, 3] as [Float], shape: [3, 2])) * z
    expectClose(try network.output(of: rows), expected, absolute: 1e-6)
    #expect(throws: NetworkError.missingInput(name: "z", inputs: ["x", "z"])) {
      try network.joiningInputs(["x": x])
    }
    #expect(throws: NetworkError.self) { try network.joiningInputs(["x": z, "z": z]) }
    // What is made of the network knows its inputs too.
    #expect(try network.inDoublePrecision().inputParts == network.inputParts)
  }

  @Test("Tokens are looked up; changes too small for another token are none")
  func tokens() throws {
    let table = ProtoTensor("w", [0, 10, 20, 30] as [Float], sizes: [4, 1])
    var model = ProtoModel(
      nodes: [
        ProtoNode("Gather", ["w", "x"], ["e"]), ProtoNode("ReduceSum", ["e", "a"], ["y"]),
      ], tensors: [table, ProtoTensor("a", [1])], inputShape: [nil, 2])
    model.elementType = 7
    let network = try Network(onnxBytes: model.bytes, path: "tokens.onnx")
    #expect(network.takesWholeNumbers)
    #expect(network.graph.inputType.dtype == .float32)
    let inputs = Tensor([0, 3, 1.4, 1.6] as [Float], shape: [2, 2])
    #expect(try network.output(of: inputs).flattened().elements(as: Float.self) == [30, 30])
  }

  @Test("Bytes stay within their range")
  func bytes() throws {
    var model = ProtoModel(
      nodes: [ProtoNode("Cast", ["x"], ["y"], ["to": [1]])], inputShape: [nil, 4])
    model.elementType = 2
    let network = try Network(onnxBytes: model.bytes, path: "bytes.onnx")
    let inputs = Tensor([-7, 3, 255, 300] as [Float], shape: [1, 4])
    #expect(try network.output(of: inputs).elements(as: Float.self) == [0, 3, 255, 255])
  }

  @Test("Axes that the file leaves open take the example's size, and are asked for without one")
  func openAxes() throws {
    let model = ProtoModel(
      nodes: [ProtoNode("ReduceMean", ["x"], ["y"], ["axes": [1], "keepdims": [0]])],
      inputShape: [nil, nil, 3])
    #expect(throws: NetworkError.openShape(file: "open.onnx", input: "x", axis: 1)) {
      try Network(onnxBytes: model.bytes, path: "open.onnx")
    }
    let network = try Network(
      onnxBytes: model.bytes, path: "open.onnx", exampleShapes: ["x": [5, 3]])
    #expect(network.inputShape == [5, 3])
    // What the file says stands, whatever the example has.
    #expect(throws: NetworkError.self) {
      try Network(onnxBytes: model.bytes, path: "open.onnx", exampleShapes: ["x": [5]])
    }
    let other = try Network(
      onnxBytes: model.bytes, path: "open.onnx", exampleShapes: ["x": [5, 4]])
    #expect(other.inputShape == [5, 3])
  }

  @Test("A graph that mixes what lies along its first axis takes one example at a time")
  func oneAtATime() throws {
    let model = ProtoModel(nodes: [
      ProtoNode("Transpose", ["x"], ["t"]), ProtoNode("MatMul", ["x", "t"], ["y"]),
    ])
    let network = try Network(onnxBytes: model.bytes, path: "square.onnx")
    #expect(network.fixedBatch == 1)
    let inputs = Tensor([1, 2, 2, 0, 3, 0, 4, 0] as [Float], shape: [2, 4])
    #expect(try network.output(of: inputs).flattened().elements(as: Float.self) == [9, 25])
  }

  @Test("A sequence whose first axis is time is one example")
  func timeFirst() throws {
    // Three steps of two features; the last step counts.
    let model = ProtoModel(
      nodes: [
        ProtoNode("Gather", ["x", "i"], ["s"]), ProtoNode("MatMul", ["s", "w"], ["y"]),
      ],
      tensors: [ProtoTensor("i", [2]), ProtoTensor("w", [1, 1] as [Float], sizes: [2, 1])],
      inputShape: [3, 1, 2])
    let network = try Network(onnxBytes: model.bytes, path: "time.onnx")
    #expect(network.inputShape == [3, 1, 2])
    #expect(network.fixedBatch == 1)
    let inputs = Tensor.range(0..<12).cast(to: .float32).reshaped(to: [2, 3, 1, 2])
    #expect(try network.output(of: inputs).flattened().elements(as: Float.self) == [9, 21])
  }

  @Test(
    "Models that were refused are read", .enabled(if: sharedPath("cases") != nil),
    arguments: [
      ("unsupported-kinds/ein_dyn", 3), ("unsupported-kinds/emb_lstm", 2),
      ("unsupported-kinds/emb_mean", 2), ("unsupported-kinds/gru", 2),
      ("unsupported-kinds/ps_dyn", 3), ("unsupported-kinds/two_in", 2),
      ("unsupported-kinds/u8_in", 3), ("qdq/qdq", 3), ("opset-23/dyn_att23", 3),
      ("opset-23/dyn_cnn_opset23", 3), ("opset-23/op23", 3), ("unsupported-kinds/all_dyn", 3),
    ])
  func casesAreRead(_ name: String, classes: Int) throws {
    let network = try Network(
      onnx: #require(sharedPath("cases/\(name).onnx")), exampleShapes: ["x": [4]])
    #expect(network.classes == classes)
    let output = try network.output(of: .ones([2] + network.inputShape))
    #expect(output.shape == [2, classes])
    #expect(output.isFinite.all().booleans[0])
  }
}
