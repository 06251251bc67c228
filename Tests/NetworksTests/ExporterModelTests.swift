import Datasets
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// `Tests/Golden/make/exporters.py` made the models with the exporters that people use, and the values with
/// ONNX Runtime.
struct ExporterModelTests {
  /// What the folder's list says of a model.
  struct Entry: Decodable, CustomTestStringConvertible {
    let name: String
    let output: String
    let tolerance: Double

    var testDescription: String { name }

    static func all() throws -> [Entry] {
      let list = try Data(
        contentsOf: URL(fileURLWithPath: TestFiles.golden("exporters/index.json")))
      return try JSONDecoder().decode([Entry].self, from: list)
    }
  }

  @Test(
    "Models by the exporters that people use give ONNX Runtime's scores", arguments: try Entry.all()
  )
  func parity(_ entry: Entry) throws {
    let golden = try NPZ(reading: TestFiles.golden("exporters/\(entry.name).npz"))
    let scores = try golden.array("scores").cast(to: .float32)
    var arrays: [String: Tensor] = [:]
    for name in golden.names where name != "scores" {
      arrays[name] = try golden.array(name).cast(to: .float32)
    }
    let network = try Network(
      onnx: TestFiles.golden("exporters/\(entry.name).onnx"), output: entry.output,
      exampleShapes: arrays.mapValues { Array($0.shape.dropFirst()) })
    let rows = arrays["x"] != nil ? arrays["x"]! : try network.joiningInputs(arrays)
    let output = try network.output(of: rows)
    expectClose(
      output.reshaped(to: scores.shape), scores, absolute: entry.tolerance,
      relative: entry.tolerance)
  }

  @Test("A row that a file makes of a whole batch is not taken for the examples")
  func wholeBatch() throws {
    let shapes = ["one": [1, -1, 4], "back": [-1, 4]]
    let model = ProtoModel(
      nodes: [
        ProtoNode("Reshape", ["x", "one"], ["a"]),
        ProtoNode("Softmax", ["a"], ["b"], ["axis": [1]]),
        ProtoNode("Reshape", ["b", "back"], ["y"]),
      ],
      tensors: shapes.sorted { $0.key < $1.key }.map { name, sizes in
        ProtoTensor(
          name, sizes: [sizes.count], type: 7, data: sizes.withUnsafeBytes { Data($0) })
      })
    // What mixes a batch is evaluated one example at a time, and says so.
    let network = try Network(onnxBytes: model.bytes, path: "mixing")
    #expect(network.graph.notes.contains { $0.contains("one at a time") })
  }

  @Test("The first example of a batch is not the batch")
  func firstOfBatch() throws {
    let tensors = [("start", 0), ("end", 1), ("axis", 0)].map { name, number in
      ProtoTensor(name, sizes: [1], type: 7, data: [number].withUnsafeBytes { Data($0) })
    }
    let model = ProtoModel(
      nodes: [ProtoNode("Slice", ["x", "start", "end", "axis"], ["y"])], tensors: tensors)
    let network = try Network(onnxBytes: model.bytes, path: "first")
    #expect(network.graph.notes.contains { $0.contains("one at a time") })
  }
}
