import Datasets
import Foundation
import Networks
import TestSupport
import Testing

private let exports = ["cnn-batchnorm", "residual-silu", "mlp-gelu-layernorm", "transformer"]
  .flatMap { name in ["", "-fixed", "-dynamo"].map { name + $0 } }

@Test("PyTorch's exports give ONNX Runtime's scores", arguments: exports)
func exportsMatch(name: String) throws {
  let golden = try NPZ(reading: goldenPath("networks/\(name).npz"))
  let network = try Network(onnx: goldenPath("networks/\(name).onnx"))
  let scores = try network.output(of: golden.array("x"))
  expectClose(scores, try golden.array("logits"), absolute: 1e-4)
}

private let competition = sharedPath("vnncomp").map { folder in
  ["acasxu", "mnistfc"].flatMap { name in
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
    return files.filter { $0.hasSuffix(".onnx") }.sorted().map { "\(folder)/\(name)/\($0)" }
  }
}

@Test(
  "Networks of VNN-COMP 2021 give ONNX Runtime's scores",
  .disabled(if: competition == nil, "../shared/vnncomp is absent"))
func competitionNetworksMatch() throws {
  let golden = try NPZ(reading: goldenPath("networks/vnncomp.npz"))
  #expect(competition?.count == 48)
  for path in competition ?? [] {
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    let network = try Network(onnx: path)
    let inputs = try golden.array(name.contains("ACAS") ? "x5" : "x784")
    expectClose(try network.output(of: inputs), try golden.array(name), absolute: 1e-4)
  }
}
