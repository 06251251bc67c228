import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// A file that somebody broke, and what the message about it has to say.
struct HostileCase: Sendable, CustomTestStringConvertible {
  let name: String
  let model: Data
  let words: [String]

  init(_ name: String, _ model: ProtoModel, says words: String...) {
    (self.name, self.model, self.words) = (name, model.bytes, words)
  }

  init(_ name: String, bytes: Data, says words: String...) {
    (self.name, self.model, self.words) = (name, bytes, words)
  }

  var testDescription: String { name }
}

private let far = 1 << 62
private let relu = ProtoNode("Relu", ["x"], ["y"])

private func node(
  _ operation: String, _ inputs: [String] = ["x"], _ lists: [String: [Int]] = [:],
  _ tensors: ProtoTensor..., input: [Int?] = [nil, 4]
) -> ProtoModel {
  ProtoModel(
    nodes: [ProtoNode(operation, inputs, ["y"], lists)], tensors: tensors, inputShape: input)
}

/// Nodes that fold a constant to 2²⁴ elements, one after the other: each is allowed, all together
/// are not.
private func piledConstants(_ count: Int) -> ProtoModel {
  let sizes = ProtoTensor("s", [1 << 24])
  let number = ProtoTensor("w", sizes: [1], data: Data(count: 4))
  let nodes = (0..<count).flatMap { index in
    [
      ProtoNode("Expand", ["w", "s"], ["e\(index)"]),
      ProtoNode("Neg", ["e\(index)"], ["n\(index)"]),
    ]
  }
  return ProtoModel(nodes: nodes + [relu], tensors: [sizes, number])
}

/// Shape arithmetic that doubles a number until no machine holds it.
private func doubledSize(_ count: Int) -> ProtoModel {
  let nodes = (0..<count).map { index in
    let source = index == 0 ? "s" : "v\(index - 1)"
    return ProtoNode("Add", [source, source], ["v\(index)"])
  }
  return ProtoModel(
    nodes: [ProtoNode("Shape", ["x"], ["s"], ["start": [1]])] + nodes
      + [ProtoNode("Reshape", ["x", "v\(count - 1)"], ["y"])])
}

/// Lists of sizes that each join the one before with itself.
private func doubledList(_ count: Int) -> ProtoModel {
  let nodes = (0..<count).map { index in
    let source = index == 0 ? "s" : "v\(index - 1)"
    return ProtoNode("Concat", [source, source], ["v\(index)"], ["axis": [0]])
  }
  return ProtoModel(
    nodes: [ProtoNode("Shape", ["x"], ["s"])] + nodes
      + [ProtoNode("Reshape", ["x", "v\(count - 1)"], ["y"])])
}

/// A chain of nodes that each double what they are given.
private func doubling(_ count: Int) -> ProtoModel {
  let nodes = (0..<count).map { index in
    let source = index == 0 ? "x" : "v\(index - 1)"
    return ProtoNode(
      "Concat", [source, source], [index == count - 1 ? "y" : "v\(index)"], ["axis": [1]])
  }
  return ProtoModel(nodes: nodes)
}

private let hostileFiles: [HostileCase] = [
  HostileCase(
    "a name with a zero byte", node("Relu", ["x\u{0}z"]), says: "not an ONNX model"),
  HostileCase("constants piled up", piledConstants(64), says: "too much memory"),
  HostileCase("a list of sizes doubled", doubledList(40), says: "the_node"),
  HostileCase("a size doubled", doubledSize(70), says: "the_node"),
  HostileCase(
    "strides that overflow",
    node("Add", ["x", "w"], [:], ProtoTensor("w", sizes: [0, far, 4], data: Data())),
    says: "impossible shape"),
  HostileCase(
    "more axes than there are",
    node("Unsqueeze", ["x"], ["axes": Array(0..<10_000)]), says: "axes"),
  HostileCase(
    "a reduction over nothing", node("GlobalAveragePool", ["x"], input: [nil, 4]), says: "axis"),
  HostileCase("empty", bytes: Data(), says: "not an ONNX model"),
  HostileCase(
    "random bytes", bytes: Data((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }),
    says: "not an ONNX model"),
  HostileCase("text", bytes: Data("hello, world".utf8), says: "not an ONNX model"),
  HostileCase(
    "unknown operation", node("Nonesuch"), says: "'the_node'", "Nonesuch", "--operators"),
  HostileCase(
    "dangling edge", node("Add", ["x", "ghost"]), says: "'the_node'", "'ghost'", "nothing makes"),
  HostileCase(
    "cycle",
    ProtoModel(nodes: [ProtoNode("Add", ["x", "z"], ["y"]), ProtoNode("Relu", ["y"], ["z"])]),
    says: "cycle"),
  HostileCase("self loop", node("Add", ["x", "y"]), says: "cycle"),
  HostileCase("value made twice", ProtoModel(nodes: [relu, relu]), says: "made twice"),
  HostileCase(
    "input made again", ProtoModel(nodes: [ProtoNode("Relu", ["x"], ["x"])]), says: "made twice"),
  HostileCase("output missing", ProtoModel(nodes: [relu], output: "z"), says: "'z'"),
  HostileCase("no nodes", ProtoModel(nodes: []), says: "'y'"),
  HostileCase("operator set 99", ProtoModel(nodes: [relu], opset: 99), says: "99"),
  HostileCase("operator set 0", ProtoModel(nodes: [relu], opset: 0), says: "version"),
  HostileCase(
    "10 GB declared",
    node("Add", ["x", "w"], [:], ProtoTensor("w", sizes: [2_500_000_000], data: Data(count: 16))),
    says: "'w'", "2500000000"),
  HostileCase(
    "sizes that overflow",
    node("Add", ["x", "w"], [:], ProtoTensor("w", sizes: [far, far], data: Data())),
    says: "impossible shape"),
  HostileCase(
    "negative size",
    node("Add", ["x", "w"], [:], ProtoTensor("w", sizes: [-4], data: Data(count: 16))),
    says: "impossible shape"),
  HostileCase(
    "unknown element type",
    node("Add", ["x", "w"], [:], ProtoTensor("w", sizes: [4], type: 77, data: Data(count: 16))),
    says: "element type"),
  HostileCase("negative input", node("Relu", input: [nil, -4]), says: "axis 1"),
  HostileCase("huge input", node("Relu", input: [nil, far]), says: "axis 1"),
  HostileCase(
    "huge product", node("Relu", input: [nil, 1 << 23, 1 << 23, 1 << 23]), says: "memory"),
  HostileCase("scalar input", node("Relu", input: []), says: "no shape"),
  HostileCase("no operands", node("Add", []), says: "operand"),
  HostileCase("empty operand", node("Relu", [""]), says: "operand"),
  HostileCase("softmax of axis 99", node("Softmax", ["x"], ["axis": [99]]), says: "axis"),
  HostileCase("softmax of axis -2⁶²", node("Softmax", ["x"], ["axis": [-far]]), says: "axis"),
  HostileCase("flatten at 2⁶²", node("Flatten", ["x"], ["axis": [far]]), says: "axis"),
  HostileCase(
    "expand bomb", node("Expand", ["x", "n"], [:], ProtoTensor("n", [1 << 20, 1 << 20, 1, 4])),
    says: "the_node"),
  HostileCase(
    "expand overflow", node("Expand", ["x", "n"], [:], ProtoTensor("n", [far, far, 1, 4])),
    says: "the_node"),
  HostileCase(
    "negative expand", node("Expand", ["x", "n"], [:], ProtoTensor("n", [-3, 1, 4])),
    says: "the_node"),
  HostileCase(
    "constant bomb",
    ProtoModel(
      nodes: [ProtoNode("ConstantOfShape", ["n"], ["c"]), ProtoNode("Add", ["x", "c"], ["y"])],
      tensors: [ProtoTensor("n", [1 << 20, 1 << 20, 4])]), says: "the_node"),
  HostileCase(
    "negative constant",
    ProtoModel(
      nodes: [ProtoNode("ConstantOfShape", ["n"], ["c"]), ProtoNode("Add", ["x", "c"], ["y"])],
      tensors: [ProtoTensor("n", [-1, -4])]), says: "the_node"),
  HostileCase(
    "tile bomb", node("Tile", ["x", "n"], [:], ProtoTensor("n", [1, far])), says: "the_node"),
  HostileCase(
    "pad bomb", node("Pad", ["x", "n"], [:], ProtoTensor("n", [0, far, 0, far])), says: "the_node"),
  HostileCase(
    "pad to nothing", node("Pad", ["x", "n"], [:], ProtoTensor("n", [0, -9, 0, 0])),
    says: "the_node"),
  HostileCase(
    "pad what is cut off wholly", node("Pad", ["x", "n"], [:], ProtoTensor("n", [0, -6, 0, 7])),
    says: "leaves nothing"),
  HostileCase("doubling 60 times", doubling(60), says: "memory"),
  HostileCase(
    "range bomb",
    ProtoModel(
      nodes: [ProtoNode("Range", ["a", "b", "c"], ["r"]), ProtoNode("Add", ["x", "r"], ["y"])],
      tensors: [ProtoTensor("a", [0]), ProtoTensor("b", [far]), ProtoTensor("c", [1])]),
    says: "the_node"),
  HostileCase(
    "range by nothing",
    ProtoModel(
      nodes: [ProtoNode("Range", ["a", "b", "c"], ["r"]), ProtoNode("Add", ["x", "r"], ["y"])],
      tensors: [ProtoTensor("a", [0]), ProtoTensor("b", [0]), ProtoTensor("c", [0])]),
    says: "the_node"),
  HostileCase(
    "range of NaN",
    ProtoModel(
      nodes: [ProtoNode("Range", ["a", "b", "c"], ["r"]), ProtoNode("Add", ["x", "r"], ["y"])],
      tensors: [
        ProtoTensor("a", [Float.nan]), ProtoTensor("b", [Float(4)]), ProtoTensor("c", [Float(1)]),
      ]), says: "the_node"),
  HostileCase(
    "reshape to -1, -1", node("Reshape", ["x", "n"], [:], ProtoTensor("n", [-1, -1])),
    says: "the_node"),
  HostileCase(
    "reshape to 2⁶²", node("Reshape", ["x", "n"], [:], ProtoTensor("n", [far, 4])), says: "the_node"
  ),
  HostileCase(
    "reshape to 0", node("Reshape", ["x", "n"], ["allowzero": [1]], ProtoTensor("n", [0, -1])),
    says: "the_node"),
  HostileCase(
    "transpose of no order", node("Transpose", ["x"], ["perm": [0, 0]]), says: "the_node"),
  HostileCase(
    "gather far outside", node("Gather", ["x", "n"], ["axis": [1]], ProtoTensor("n", [99])),
    says: "index"),
  HostileCase(
    "slice by nothing",
    node(
      "Slice", ["x", "a", "b", "c", "d"], [:], ProtoTensor("a", [0]), ProtoTensor("b", [9]),
      ProtoTensor("c", [1]), ProtoTensor("d", [0])), says: "step"),
  HostileCase(
    "split into none", ProtoModel(nodes: [ProtoNode("Split", ["x"], [], ["axis": [1]])]),
    says: "the_node"),
  HostileCase(
    "negative split",
    ProtoModel(
      nodes: [ProtoNode("Split", ["x"], ["y", "z"], ["axis": [1], "split": [6, -2]])], opset: 11),
    says: "split"),
  HostileCase(
    "convolution by zero strides",
    node(
      "Conv", ["x", "w"], ["strides": [0, 0]], ProtoTensor("w", [1], sizes: [1, 1, 1, 1]),
      input: [nil, 1, 4, 4]),
    says: "strides"),
  HostileCase(
    "convolution in no groups",
    node(
      "Conv", ["x", "w"], ["group": [0]], ProtoTensor("w", [1], sizes: [1, 1, 1, 1]),
      input: [nil, 1, 4, 4]),
    says: "the_node"),
  HostileCase(
    "convolution with huge pads",
    node(
      "Conv", ["x", "w"], ["pads": [far, far, far, far]],
      ProtoTensor("w", [1], sizes: [1, 1, 1, 1]),
      input: [nil, 1, 4, 4]), says: "pads"),
  HostileCase(
    "convolution without channels",
    node(
      "Conv", ["x", "w"], [:], ProtoTensor("w", [], sizes: [0, 1, 1, 1]), input: [nil, 1, 4, 4]),
    says: "the_node"),
  HostileCase(
    "transposed convolution by zero strides",
    node(
      "ConvTranspose", ["x", "w"], ["strides": [0, 0]], ProtoTensor("w", [1], sizes: [1, 1, 1, 1]),
      input: [nil, 1, 4, 4]), says: "strides"),
  HostileCase(
    "transposed convolution to a huge image",
    node(
      "ConvTranspose", ["x", "w"], ["strides": [1 << 20, 1 << 20]],
      ProtoTensor("w", [1], sizes: [1, 1, 1, 1]),
      input: [nil, 1, 64, 64]), says: "memory"),
  HostileCase("pool without a kernel", node("MaxPool", input: [nil, 1, 4, 4]), says: "kernel"),
  HostileCase(
    "pool of nothing", node("MaxPool", ["x"], ["kernel_shape": [0, 0]], input: [nil, 1, 4, 4]),
    says: "kernel_shape"),
  HostileCase(
    "pool of padding",
    node(
      "MaxPool", ["x"], ["kernel_shape": [2, 2], "pads": [9, 9, 9, 9]], input: [nil, 1, 4, 4]),
    says: "padding"),
  HostileCase(
    "pool by same with huge kernels",
    node(
      "MaxPool", ["x"], ["kernel_shape": [1 << 20, 1 << 20], "dilations": [1 << 20, 1 << 20]],
      input: [nil, 1, 4, 4]), says: "the_node"),
  HostileCase(
    "resize to a huge image",
    node(
      "Resize", ["x", "", "s"], [:], ProtoTensor("s", [1, 1, 1000, 1000].map { Float($0) }),
      input: [nil, 1, 999, 999]), says: "memory"),
  HostileCase(
    "resize by NaN",
    node(
      "Resize", ["x", "", "s"], [:], ProtoTensor("s", [1, 1, .nan, 1]), input: [nil, 1, 4, 4]),
    says: "scales"),
  HostileCase(
    "resize to nothing",
    node(
      "Resize", ["x", "", "s"], [:], ProtoTensor("s", [1, 1, 0.01, 1]), input: [nil, 1, 4, 4]),
    says: "the_node"),
  HostileCase(
    "normalization in -1 groups",
    ProtoModel(
      nodes: [ProtoNode("GroupNormalization", ["x", "s", "s"], ["y"], ["num_groups": [-1]])],
      tensors: [ProtoTensor("s", [Float](repeating: 1, count: 4))], opset: 21), says: "groups"),
  HostileCase(
    "mean over the batch", node("ReduceMean", ["x"], ["axes": [0, 0]]), says: "the_node"),
  HostileCase(
    "mean over an axis twice", node("ReduceMean", ["x"], ["axes": [1, 1]]), says: "twice"),
  HostileCase(
    "product of shapes that do not fit",
    node("MatMul", ["x", "w"], [:], ProtoTensor("w", [1, 2, 3])),
    says: "the_node"),
  HostileCase(
    "sigmoid of integers",
    ProtoModel(nodes: [
      ProtoNode("Cast", ["x"], ["c"], ["to": [7]]), ProtoNode("Sigmoid", ["c"], ["y"]),
    ]),
    says: "the_node", "int64"),
  HostileCase(
    "minus of booleans",
    ProtoModel(nodes: [
      ProtoNode("Cast", ["x"], ["c"], ["to": [9]]), ProtoNode("Neg", ["c"], ["y"]),
    ]),
    says: "the_node", "bool"),
  HostileCase(
    "slice of nothing",
    ProtoModel(
      nodes: [ProtoNode("Slice", ["x", "a", "a", "o"], ["y"])],
      tensors: [ProtoTensor("a", [1]), ProtoTensor("o", [1])]), says: "empty"),
  HostileCase(
    "pad by two values",
    node(
      "Pad", ["x", "n", "v"], [:], ProtoTensor("n", [0, 1, 0, 1]), ProtoTensor("v", [Float(1), 2])),
    says: "value"),
  HostileCase(
    "clip by a list", node("Clip", ["x", "w"], [:], ProtoTensor("w", [1, 2, 3])), says: "limits"),
]

@Test("A broken file gives one line that says what and where, at once", arguments: hostileFiles)
func hostileFilesAreRefused(_ row: HostileCase) throws {
  let start = ContinuousClock.now
  let error = #expect(throws: NetworkError.self) {
    try Network(onnxBytes: row.model, path: "model.onnx")
  }
  #expect(ContinuousClock.now - start < .seconds(5))
  let text = error.map(String.init(describing:)) ?? ""
  for word in row.words { #expect(text.contains(word), "\(text)") }
  #expect(!text.contains("\n"))
}

@Test(
  "A file cut off anywhere is refused, or is still a whole model",
  arguments: ["cnn-batchnorm", "transformer"])
func truncatedFilesAreRefused(name: String) throws {
  let whole = try Data(contentsOf: URL(fileURLWithPath: goldenPath("networks/\(name).onnx")))
  for cut in Swift.stride(from: 0, to: whole.count, by: max(1, whole.count / 97)) {
    #expect(throws: NetworkError.self) {
      try Network(onnxBytes: whole.prefix(cut), path: "cut.onnx")
    }
  }
}

@Test("A file with a flipped byte never crashes the reader", arguments: 0..<200)
func damagedFilesDoNotCrash(seed: Int) throws {
  var bytes = try Data(contentsOf: URL(fileURLWithPath: goldenPath("networks/cnn-batchnorm.onnx")))
  var generator = Generator(seed: UInt64(seed))
  for _ in 0...seed % 3 {
    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
      in: 0...255, using: &generator)
  }
  let network = try? Network(onnxBytes: bytes, path: "damaged.onnx")
  _ = try? network?.output(of: .zeros([1] + (network?.inputShape ?? [])))
}

@Test("Weights that are NaN or infinite can be read, for an audit to warn of")
func notNumbersAreRead() throws {
  let model = node("Add", ["x", "w"], [:], ProtoTensor("w", [.nan, .infinity, 1, 2]))
  let network = try Network(onnxBytes: model.bytes, path: "nan.onnx")
  let output = try network.output(of: .zeros([1, 4])).scalars
  #expect(output[0].isNaN && output[1] == .infinity && output[3] == 2)
}

@Test("Paths that lead nowhere are named")
func pathsAreNamed() {
  #expect(throws: NetworkError.missingFile("/nowhere/model.onnx")) {
    try Network(onnx: "/nowhere/model.onnx")
  }
  let folder = #expect(throws: NetworkError.self) { try Network(onnx: "/tmp") }
  #expect(folder.map(String.init(describing:)) == "/tmp: it is a folder, not a file.")
}
