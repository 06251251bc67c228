import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// A model whose weights lie in another file, as PyTorch's exporter writes it.
struct ExternalDataTests {
  private static let weights: [Float] = [1, 2, 3, 4]

  /// `x · w`, where `w` is named by these entries.
  private func model(_ entries: [(String, String)]) -> ProtoModel {
    ProtoModel(
      nodes: [ProtoNode("MatMul", ["x", "w"], ["y"])],
      tensors: [ProtoTensor("w", sizes: [4, 1], type: 1, external: entries)])
  }

  private func read(
    _ entries: [(String, String)], _ prepare: (String) throws -> Void = { _ in }
  ) throws -> Network {
    try TestFiles.withTemporaryFolder { folder in
      let bytes = Data(count: 64) + Self.weights.withUnsafeBytes { Data($0) }
      try bytes.write(to: URL(fileURLWithPath: folder + "/m.data"))
      try model(entries).bytes.write(to: URL(fileURLWithPath: folder + "/m.onnx"))
      try prepare(folder)
      return try Network(onnx: folder + "/m.onnx")
    }
  }

  @Test("Weights are found at their offset")
  func found() throws {
    let network = try read([("location", "m.data"), ("offset", "64"), ("length", "16")])
    let output = try network.output(of: Tensor([1, 10, 100, 1000] as [Float], shape: [1, 4]))
    #expect(output.item() == 4321)
  }

  @Test(
    "What lies elsewhere, or is not there, is refused in one line",
    arguments: [
      ([("location", "../m.data")], "outside of the model's folder"),
      ([("location", "/etc/passwd")], "outside of the model's folder"),
      ([("location", "sub/../../m.data")], "outside of the model's folder"),
      ([("location", "none.data")], "not beside the model"),
      ([("location", "link.data"), ("offset", "64")], "links to a place outside"),
      ([("location", "m.data"), ("offset", "72")], "Was it copied completely?"),
      ([("location", "m.data"), ("offset", "-8")], "Was it copied completely?"),
      ([("location", "m.data"), ("offset", "9223372036854775807")], "Was it copied completely?"),
      ([("location", "m.data"), ("length", "8")], "needs 16 bytes"),
      ([("offset", "0")], "does not name it"),
      ([("location", "pipe")], "cannot be read"),
      ([("location", ".")], "links to a place outside"),
    ] as [([(String, String)], String)])
  func refused(_ entries: [(String, String)], _ reason: String) throws {
    let error = #expect(throws: NetworkError.self) {
      try read(entries) { folder in
        try FileManager.default.createSymbolicLink(
          atPath: folder + "/link.data", withDestinationPath: "/etc/passwd")
        mkfifo(folder + "/pipe", 0o600)
      }
    }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test("A model that came from memory has no folder")
  func memory() {
    #expect(throws: NetworkError.self) {
      try Network(onnxBytes: model([("location", "m.data")]).bytes, path: "memory")
    }
  }

  @Test("A compressed model is read; a damaged one is refused")
  func compressed() throws {
    try TestFiles.withTemporaryFolder { folder in
      let path = folder + "/m.onnx"
      let source = ProtoModel(nodes: [ProtoNode("Relu", ["x"], ["y"])]).bytes
      try source.write(to: URL(fileURLWithPath: path))
      let gzip = Process()
      gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
      gzip.arguments = [path]
      try gzip.run()
      gzip.waitUntilExit()
      let network = try Network(onnx: path + ".gz")
      #expect(network.inputShape == [4])
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path + ".gz"))
      try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path + ".gz"))
      #expect(
        throws: NetworkError.malformed(
          file: path + ".gz", reason: "its compressed data are wrong or cut off.")
      ) { try Network(onnx: path + ".gz") }
    }
  }
}
