import Datasets
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// The built `assay`, as a user runs it.
struct CommandTests {
  static let model = TestFiles.package.path + "/Examples/digits/digits.onnx"
  static let data = TestFiles.package.path + "/Examples/digits/digits-test.npz"

  /// Runs `assay` in an empty folder.
  private func run(_ words: String...) throws -> AssayProcess {
    try TestFiles.withTemporaryFolder { try AssayProcess.run(words, in: $0) }
  }

  @Test(
    "Every command explains itself",
    arguments: [
      "", "audit", "inspect", "predict", "train", "data", "data fetch", "doctor", "papers",
      "papers run", "papers evidence", "verify", "certify", "bounds",
    ])
  func help(_ command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let result = try TestFiles.withTemporaryFolder {
      try AssayProcess.run(words + ["--help"], in: $0)
    }
    #expect(result.exitCode == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.contains("USAGE: \((["assay"] + words).joined(separator: " "))"))
  }

  @Test("The version is a version")
  func version() throws {
    let result = try run("--version")
    #expect(result.exitCode == 0)
    #expect(result.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  @Test(
    "A mistyped word is answered with the one that was meant",
    arguments: [
      ("audti", "Did you mean 'audit'?"), ("audit --raduis 1", "Did you mean '--radius'?"),
      ("data fetch digts", "Did you mean 'digits'?"),
      ("train --model small-cn --data d --out o", "Did you mean 'small-cnn'?"),
      ("train --optimizer adma --data d --out o", "Did you mean 'adam'?"),
    ])
  func suggestions(_ line: String, _ words: String) throws {
    let result = try TestFiles.withTemporaryFolder {
      try AssayProcess.run(line.split(separator: " ").map(String.init), in: $0)
    }
    #expect(result.exitCode == 64)
    #expect(result.onlyError?.contains(words) == true, "\(result.errors)")
  }

  @Test("The bundled example is audited, and every report can be read")
  func audit() throws {
    try TestFiles.withTemporaryFolder { folder in
      let result = try AssayProcess.run(
        [
          "audit", "--limit", "40", "--radius", "0.05", "--json", "a.json", "--junit", "a.xml",
          "--sarif", "a.sarif",
        ], in: folder)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.output.contains("Report: assay-report/index.html"))
      let json = try #require(
        try JSONSerialization.jsonObject(
          with: Data(contentsOf: URL(fileURLWithPath: folder + "/a.json")))
          as? [String: Any])
      #expect((json["checks"] as? [[String: Any]])?.count == 9)
      #expect((json["data"] as? [String: Any])?["examples"] as? Int == 40)
      let sarif = try Data(contentsOf: URL(fileURLWithPath: folder + "/a.sarif"))
      #expect(try JSONSerialization.jsonObject(with: sarif) is [String: Any])
      let junit = try String(contentsOfFile: folder + "/a.xml", encoding: .utf8)
      #expect(junit.hasPrefix("<?xml") && junit.contains("</testsuite"))
      let page = try String(contentsOfFile: folder + "/assay-report/index.html", encoding: .utf8)
      #expect(page.contains("Only the first 40 of 359 examples were used."))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder + "/assay-report").sorted()
          == ["index.html", "junit.xml", "report.json", "report.sarif"])
    }
  }

  @Test("A policy that is not met ends with exit code 1", arguments: [(0.5, 0), (0.9999, 1)])
  func policy(_ limit: Double, _ code: Int) throws {
    try TestFiles.withTemporaryFolder { folder in
      try Data(
        "{\"name\": \"p\", \"rules\": [{\"metric\": \"accuracy.accuracy\", \"atLeast\": \(limit)}]}"
          .utf8
      ).write(to: URL(fileURLWithPath: folder + "/p.json"))
      let result = try AssayProcess.run(
        ["audit", Self.model, Self.data, "--only", "accuracy", "--policy", "p.json", "--quiet"],
        in: folder)
      #expect(result.exitCode == Int32(code))
      #expect(result.errors.isEmpty)
      #expect(result.output.hasPrefix(code == 0 ? "PASS" : "FAIL"))
    }
  }

  @Test("A model is inspected, for each interpretation")
  func inspect() throws {
    let result = try run("inspect", Self.model)
    #expect(result.exitCode == 0)
    for words in [
      "convolution", "float32[batch, 1, 8, 8]", "6090", "evaluation", "gradients",
      "interval bounds", "ONNX export",
    ] {
      #expect(result.output.contains(words), "\(words)")
    }
  }

  @Test("Predictions are the model's scores, of classifiers and of others")
  func predict() throws {
    try TestFiles.withTemporaryFolder { folder in
      let result = try AssayProcess.run(
        ["predict", Self.model, Self.data, "--out", "p.npz", "--batch", "100"], in: folder)
      #expect(result.exitCode == 0, "\(result.errors)")
      let network = try Network(onnx: Self.model)
      let inputs = try DatasetLoader().load(path: Self.data).inputs
      expectClose(
        try NPZ(reading: folder + "/p.npz").array("scores"), try network.output(of: inputs),
        absolute: 1e-5)
      let filter = try Network(input: [1, 8, 8], seed: 1) { Conv2d(2, kernel: 3) }
      try filter.write(onnx: folder + "/filter.onnx")
      let other = try AssayProcess.run(
        ["predict", "filter.onnx", Self.data, "--out", "f.npz"], in: folder)
      #expect(other.exitCode == 0, "\(other.errors)")
      #expect(
        try NPZ(reading: folder + "/f.npz").array("scores").shape == [inputs.size(0), 2, 6, 6])
    }
  }

  @Test("A training is repeated from its recipe, and goes on from its checkpoint")
  func train() throws {
    try TestFiles.withTemporaryFolder { folder in
      func train(_ words: String...) throws -> AssayProcess {
        try AssayProcess.run(["train", "--data", Self.data] + words, in: folder)
      }
      func weights(_ name: String) throws -> [Float] {
        try Network(onnx: "\(folder)/\(name)").parameters.values.elements(as: Float.self)
      }
      let first = try train(
        "--model", "mlp", "--epochs", "2", "--out", "a.onnx", "--seed", "4", "--checkpoint",
        "s.npz",
        "--optimizer", "adam", "--sharpness", "0.05")
      #expect(first.exitCode == 0, "\(first.errors)")
      #expect(try train("--recipe", "a.json", "--out", "b.onnx").exitCode == 0)
      #expect(try weights("a.onnx") == weights("b.onnx"))
      let again = try train("--recipe", "a.json", "--out", "c.onnx", "--checkpoint", "s.npz")
      #expect(again.exitCode == 0, "\(again.errors)")
      #expect(try weights("a.onnx") == weights("c.onnx"))
      let records = ["a", "c"].map { FileManager.default.contents(atPath: "\(folder)/\($0).json") }
      #expect(records[0] == records[1])
      let foreign = try train("--epochs", "3", "--out", "d.onnx", "--checkpoint", "s.npz")
      #expect(foreign.exitCode == 65)
      #expect(foreign.errors.contains("s.npz is a checkpoint of a training with another network."))
      #expect(!FileManager.default.fileExists(atPath: folder + "/d.onnx"))
    }
  }

  @Test("A training for proofs says what it proves", arguments: ["ibp", "crown-ibp", "lipschitz"])
  func certified(_ method: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      let trained = try AssayProcess.run(
        [
          "train", "--data", Self.data, "--model", "mlp", "--epochs", "3", "--out", "a.onnx",
          "--certified", method, "--radius", "0.02",
        ], in: folder)
      #expect(trained.exitCode == 0, "\(trained.errors)")
      #expect(trained.output.contains("% within radius 0.02."))
      let record = try String(contentsOfFile: folder + "/a.json", encoding: .utf8)
      #expect(record.contains("\"method\" : \"\(method)\""))
      let words = [
        "train", "--data", Self.data, "--recipe", "a.json", "--out", "b.onnx", "--checkpoint",
        "s.npz",
      ]
      _ = try AssayProcess.run(words, in: folder, interruptAfter: "Epoch 1 of")
      let again = try AssayProcess.run(words, in: folder)
      #expect(again.output.contains("% within radius 0.02."), "\(again.errors)")
      for name in ["onnx", "json"] {
        let contents = ["a", "b"].map {
          FileManager.default.contents(atPath: "\(folder)/\($0).\(name)")
        }
        #expect(contents[0] == contents[1])
      }
    }
  }

  @Test("The doctor says what is there")
  func doctor() throws {
    let result = try run("doctor")
    #expect(result.exitCode == 0)
    #expect(result.output.contains("libtorch"))
    #expect(result.output.contains("found    example model"))
  }
}
