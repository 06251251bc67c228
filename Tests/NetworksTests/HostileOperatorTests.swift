import Foundation
import Networks
import TestSupport
import Testing

/// Files whose operators ask for what is not there, or for all the memory and time there is.
struct HostileOperatorTests {
  private static func zeros(_ name: String, _ sizes: [Int], type: Int = 1) -> ProtoTensor {
    let width = [1: 4, 2: 1, 3: 1, 6: 4, 7: 8][type]!
    return ProtoTensor(name, sizes: sizes, type: type, data: Data(count: sizes.reduce(width, *)))
  }

  private static func recurrence(_ outputs: [String], steps: Int, state: [Int]? = nil) -> ProtoModel
  {
    var tensors = [zeros("w", [1, 4, 1]), zeros("r", [1, 4, 1])]
    if let state { tensors.append(zeros("h", state)) }
    return ProtoModel(
      nodes: [
        ProtoNode("LSTM", ["x", "w", "r", "", "", state == nil ? "" : "h"], outputs),
        ProtoNode("Relu", ["x"], ["y"]),
      ], tensors: tensors, inputShape: [steps, 1, 1])
  }

  static let cases: [(name: String, model: ProtoModel)] = [
    ("a recurrence of a million steps", recurrence(["a", "y2"], steps: 1 << 20)),
    ("a first state without axes", recurrence(["a"], steps: 2, state: [1])),
    (
      "sums along no axis",
      ProtoModel(
        nodes: [ProtoNode("CumSum", ["x", "a"], ["y"])], tensors: [ProtoTensor("a", [1 << 62])])
    ),
    (
      "no places",
      ProtoModel(
        nodes: [ProtoNode("GatherND", ["x", "i"], ["y"])], tensors: [zeros("i", [0, 1], type: 7)],
        inputShape: [4])
    ),
    (
      "keys without heads",
      ProtoModel(
        nodes: [ProtoNode("Attention", ["x", "k", "k"], ["y"])],
        tensors: [zeros("k", [1, 0, 3, 4])],
        inputShape: [nil, 2, 3, 4], opset: 23)
    ),
    (
      "an empty zero point",
      ProtoModel(
        nodes: [ProtoNode("MatMulInteger", ["x", "w", "", "z"], ["y"])],
        tensors: [zeros("w", [4, 3], type: 3), zeros("z", [0], type: 3)])
    ),
    (
      "an empty weight",
      ProtoModel(
        nodes: [ProtoNode("MatMulInteger", ["x", "w"], ["y"])],
        tensors: [zeros("w", [4, 0], type: 3)])
    ),
    (
      "a number as weight, with two zero points",
      ProtoModel(
        nodes: [ProtoNode("MatMulInteger", ["x", "w", "", "z"], ["y"])],
        tensors: [zeros("w", [], type: 3), zeros("z", [2], type: 3)])
    ),
    (
      "the largest of nothing",
      ProtoModel(
        nodes: [
          ProtoNode("ReduceMax", ["w"], ["m"], ["axes": [0]]), ProtoNode("Add", ["x", "m"], ["y"]),
        ], tensors: [zeros("w", [0, 4])])
    ),
    (
      "a pool of a million pixels",
      ProtoModel(
        nodes: [
          ProtoNode(
            "AveragePool", ["x"], ["y"],
            [
              "kernel_shape": [1 << 20, 1 << 20], "strides": [1 << 20, 1 << 20],
              "pads": [1, 1, 0, 0],
            ])
        ], inputShape: [nil, 1, 4, 4])
    ),
    (
      "dilated windows of half a million pixels",
      ProtoModel(
        nodes: [
          ProtoNode(
            "AveragePool", ["x"], ["y"],
            [
              "kernel_shape": [1 << 18, 8], "dilations": [1, 2],
              "pads": [1 << 18, 8, 1 << 18 - 1, 8],
            ])
        ], inputShape: [nil, 64, 8, 8], opset: 19)
    ),
    (
      "a hundred unit matrices",
      ProtoModel(
        nodes: (0..<100).flatMap { index in
          [
            ProtoNode("ConstantOfShape", ["n"], ["c\(index)"]),
            ProtoNode("EyeLike", ["c\(index)"], ["e\(index)"]),
          ]
        } + [ProtoNode("Add", ["x", "e99"], ["y"])],
        tensors: [ProtoTensor("n", [1 << 12, 1 << 12])], inputShape: [nil, 1 << 12])
    ),
    (
      "sixty triangles",
      ProtoModel(
        nodes: (0..<60).map { index in
          ProtoNode(
            "CumSum", [index == 0 ? "x" : "v\(index)", "a"], [index == 59 ? "y" : "v\(index + 1)"])
        }, tensors: [ProtoTensor("a", [1])], inputShape: [nil, 1 << 13])
    ),
    (
      "two inputs of one name",
      ProtoModel(
        nodes: [ProtoNode("Relu", ["x"], ["y"])],
        extra: {
          var extra = ProtoMessage()
          extra.add(11, ProtoModel.description("x", [nil, 2], elementType: 1))
          return extra
        }())
    ),
    (
      "bytes of four bytes as a zero point",
      ProtoModel(
        nodes: [ProtoNode("QuantizeLinear", ["x", "s", "z"], ["y"])],
        tensors: [ProtoTensor("s", [1] as [Float]), zeros("z", [1], type: 6)])
    ),
  ]

  @Test("It is refused in one line, at once", arguments: cases.indices)
  func isRefused(_ index: Int) {
    let row = Self.cases[index]
    let start = ContinuousClock.now
    let error = #expect(throws: NetworkError.self, "\(row.name)") {
      try Network(onnxBytes: row.model.bytes, path: "model.onnx")
    }
    #expect(ContinuousClock.now - start < .seconds(20), "\(row.name)")
    #expect(!"\(String(describing: error))".contains("\n"))
  }

  /// A function that calls the one before it so often.
  private func function(_ name: String, calling other: String?, times: Int) -> ProtoMessage {
    var function = ProtoMessage()
    function.add(1, name)
    function.add(4, "a")
    function.add(5, "b")
    for index in 0..<times {
      let from = index == 0 ? "a" : "v\(index)"
      let to = index == times - 1 ? "b" : "v\(index + 1)"
      let node = ProtoNode(other ?? "Relu", [from], [to], domain: other == nil ? nil : "own")
      function.add(7, node.message)
    }
    function.add(10, "own")
    return function
  }

  private func model(functions: [ProtoMessage], calling name: String) throws -> Data {
    let model = ProtoModel(nodes: [ProtoNode(name, ["x"], ["y"], domain: "own")])
    return model.bytes + functions.reduce(into: ProtoMessage()) { $0.add(25, $1) }.bytes
  }

  @Test("Functions become what they stand for")
  func functions() throws {
    let bytes = try model(
      functions: [
        function("f0", calling: nil, times: 1), function("f1", calling: "f0", times: 3),
      ], calling: "f1")
    let network = try Network(onnxBytes: bytes, path: "functions.onnx")
    #expect(network.graph.nodes.count == 4)
  }

  @Test("Functions that multiply without end are refused, as are those that call themselves")
  func endlessFunctions() throws {
    let bomb = (0..<30).map { function("f\($0)", calling: $0 == 0 ? nil : "f\($0 - 1)", times: 4) }
    let circle = [function("f0", calling: "f1", times: 1), function("f1", calling: "f0", times: 1)]
    for (functions, name) in [(bomb, "f29"), (circle, "f1")] {
      let bytes = try model(functions: functions, calling: name)
      let start = ContinuousClock.now
      #expect(throws: NetworkError.self) { try Network(onnxBytes: bytes, path: "functions.onnx") }
      #expect(ContinuousClock.now - start < .seconds(20))
    }
  }
}
