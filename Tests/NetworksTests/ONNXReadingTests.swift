import Foundation
import Networks
import Tensors
import TestSupport
import Testing

@Test("A graph about one vector is read with a batch in front", arguments: [true, false])
func vectorsGetABatch(isMatrixFirst: Bool) throws {
  let numbers: [Float] = [1, -2, 3, 0.5, -1, 4]
  let matrix = ProtoTensor(
    "w", sizes: isMatrixFirst ? [3, 2] : [2, 3], data: numbers.withUnsafeBytes { Data($0) })
  let model = ProtoModel(
    nodes: [
      ProtoNode("MatMul", isMatrixFirst ? ["w", "x"] : ["x", "w"], ["p"]),
      ProtoNode("Add", ["p", "b"], ["s"]), ProtoNode("Relu", ["s"], ["y"]),
    ], tensors: [matrix, ProtoTensor("b", [0, 0.25, -1])], inputShape: [2])
  let network = try Network(onnxBytes: model.bytes, path: "vector.onnx")
  #expect(network.inputShape == [2])
  let inputs = Tensor([1, 2, -1, 0.5], shape: [2, 2]).cast(to: .float32)
  let weight = Tensor(numbers, shape: isMatrixFirst ? [3, 2] : [2, 3])
  let products = inputs.matmul(isMatrixFirst ? weight.transposed() : weight)
  expectClose(
    try network.output(of: inputs), (products + Tensor([0, 0.25, -1] as [Float])).relu(),
    absolute: 1e-6)
}

@Test("A graph about one vector that names axes is not read with others")
func axesOfVectorsAreNotShifted() throws {
  // The outer product of a vector with itself, times a matrix from the left.
  let matrix = ProtoTensor("w", [1, 2, 0, 1, 3, 1, 2, 0, 1] as [Float], sizes: [3, 3])
  let model = ProtoModel(
    nodes: [
      ProtoNode("Unsqueeze", ["x"], ["c"], ["axes": [1]]),
      ProtoNode("Unsqueeze", ["x"], ["r"], ["axes": [0]]),
      ProtoNode("MatMul", ["c", "r"], ["p"]), ProtoNode("MatMul", ["w", "p"], ["y"]),
    ], tensors: [matrix], inputShape: [3], opset: 12)
  let network = try Network(onnxBytes: model.bytes, path: "outer.onnx")
  let x = Tensor([1, 2, 3] as [Float])
  let weight = Tensor([1, 2, 0, 1, 3, 1, 2, 0, 1] as [Float], shape: [3, 3])
  let outer = x.reshaped(to: [3, 1]) * x.reshaped(to: [1, 3])
  expectClose(try network.output(of: x), weight.matmul(outer), absolute: 1e-6)
}

@Test("Weights of double precision are kept also where the input is single")
func mixedPrecisionIsDouble() throws {
  var model = doubleModel
  model.elementType = 1
  model.nodes = [
    ProtoNode("Cast", ["x"], ["d"], ["to": [11]]), ProtoNode("MatMul", ["d", "w"], ["y"]),
  ]
  let network = try Network(onnxBytes: model.bytes, path: "mixed.onnx", precision: .stored)
  #expect(try network.output(of: Tensor([1, -1] as [Float], shape: [1, 2])).item() == 0x1p-40)
}

/// `x · w` with numbers that single precision does not hold.
private let doubleModel = ProtoModel.product(weights: [1 + 0x1p-40, 1])

@Test("A network of double precision keeps its numbers where that is asked")
func doublePrecisionIsKept() throws {
  let difference = Tensor([1, -1] as [Float], shape: [1, 2])
  let stored = try Network(
    onnxBytes: doubleModel.bytes, path: "double.onnx", precision: .stored)
  #expect(try stored.output(of: difference).item() == 0x1p-40)
  let single = try Network(onnxBytes: doubleModel.bytes, path: "double.onnx")
  #expect(single.parameters.values.dtype == .float32)
  #expect(try single.output(of: difference).item() == 0)
}

@Test("A network of single precision is the same with its stored precision")
func singlePrecisionIsStored() throws {
  let model = ProtoModel(
    nodes: [ProtoNode("Mul", ["x", "w"], ["y"])], tensors: [ProtoTensor("w", [0.1, 2, 3, 4])])
  let network = try Network(onnxBytes: model.bytes, path: "single.onnx", precision: .stored)
  #expect(network.parameters.values.dtype == .float32)
  #expect(network.graph.inputType.dtype == .float32)
}
