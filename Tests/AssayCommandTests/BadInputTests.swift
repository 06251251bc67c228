import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

/// What a user may get wrong, or an attacker may hand in: one line, an exit code, nothing lost.
struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: Int32
    /// What the line has to name.
    let words: [String]
    /// The command line; `DIGITS` and `DATA` stand for the example.
    var line = "audit bad.onnx DATA --only accuracy"
    /// Makes the files in a folder.
    var files: @Sendable (String) throws -> Void = { _ in }
  }

  @Test("Bad input is answered with one line and an exit code", arguments: models + data + words)
  func refuses(_ example: Case) throws {
    try TestFiles.withTemporaryFolder { folder in
      try example.files(folder)
      try FileManager.default.createDirectory(
        atPath: folder + "/assay-report", withIntermediateDirectories: true)
      try write("old", folder + "/assay-report/index.html")
      let words = example.line.replacing("DIGITS", with: CommandTests.model)
        .replacing("DATA", with: CommandTests.data).split(separator: " ").map(String.init)
      let result = try AssayProcess.run(words + ["--quiet"], in: folder)
      #expect(result.exitCode == example.code, "\(result.errors)")
      let line = try #require(result.onlyError, "\(result.errors)")
      for words in example.words { #expect(line.contains(words), "\(line)") }
      #expect(result.seconds < 10)
      #expect(result.peakMemory < 2 << 30)
      #expect(
        try String(contentsOfFile: folder + "/assay-report/index.html", encoding: .utf8) == "old")
    }
  }

  // MARK: Models

  static let models: [Case] = [
    Case(
      testDescription: "a model that is missing", code: 66, words: ["bad.onnx", "no such file"]),
    model("a truncated model", "truncated") {
      try Data(contentsOf: URL(fileURLWithPath: CommandTests.model)).prefix(9000)
    },
    model("random bytes", "not an ONNX model") {
      var generator = Generator(seed: 1)
      return Data((0..<5000).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
    },
    model("an empty file", "bad.onnx") { Data() },
    model("a tensor that declares ten gigabytes", "'w'", "declares") {
      ProtoModel(
        nodes: [ProtoNode("MatMul", ["x", "w"], ["y"])],
        tensors: [ProtoTensor("w", [1, 2] as [Float], sizes: [50_000, 50_000])]
      ).bytes
    },
    model("an empty tensor of absurd size", "'w'", "impossible shape") {
      ProtoModel(
        nodes: [ProtoNode("MatMul", ["x", "w"], ["y"])],
        tensors: [ProtoTensor("w", [] as [Float], sizes: [0, 1 << 62])]
      ).bytes
    },
    model("a cycle", "the_node", "cycle") {
      ProtoModel(nodes: [
        ProtoNode("Add", ["x", "b"], ["a"]), ProtoNode("Relu", ["a"], ["b"]),
        ProtoNode("Relu", ["b"], ["y"]),
      ]).bytes
    },
    model("a dangling edge", "the_node", "'nowhere'") {
      ProtoModel(nodes: [ProtoNode("Add", ["x", "nowhere"], ["y"])]).bytes
    },
    model("an unknown operation", "Frobnicate", "the_node", "inspect --operators") {
      ProtoModel(nodes: [ProtoNode("Frobnicate", ["x"], ["y"])]).bytes
    },
    model("a model without an output that is made", "'z'") {
      ProtoModel(nodes: [ProtoNode("Relu", ["x"], ["y"])], output: "z").bytes
    },
    model("names that would command a terminal", "?") {
      ProtoModel(nodes: [ProtoNode("Add", ["x", "\u{1B}[2J\n"], ["y"])]).bytes
    },
  ]

  private static func model(
    _ name: String, _ words: String..., data: @escaping @Sendable () throws -> Data
  ) -> Case {
    Case(testDescription: name, code: 65, words: words) { folder in
      try data().write(to: URL(fileURLWithPath: folder + "/bad.onnx"))
    }
  }

  // MARK: Data

  static let data: [Case] = [
    Case(
      testDescription: "data that are missing", code: 66, words: ["bad.npz"],
      line: "audit DIGITS bad.npz"),
    arrays("a wrong type", "int64") {
      ["x": Tensor([1, 2]).reshaped(to: [2, 1]), "y": Tensor([0, 1])]
    },
    arrays("a wrong rank", "shape") { ["x": Tensor([Float(1), 2]), "y": Tensor([0, 1])] },
    arrays("other features", "[2, 5]") { ["x": .zeros([2, 5]), "y": Tensor([0, 1])] },
    arrays("a label out of range", "Label 10") {
      ["x": .zeros([2, 1, 8, 8]), "y": Tensor([0, 10])]
    },
    arrays("a negative label", "Label -1") { ["x": .zeros([2, 1, 8, 8]), "y": Tensor([0, -1])] },
    arrays("unequal lengths", "2 inputs", "3 labels") {
      ["x": .zeros([2, 1, 8, 8]), "y": Tensor([0, 1, 2])]
    },
    arrays("no examples", "no examples") {
      ["x": .zeros([0, 1, 8, 8]), "y": .zeros([0], dtype: .int64)]
    },
    arrays("no labels", "no labels") { ["x": .zeros([2, 1, 8, 8])] },
    arrays("inputs that are no numbers", "not numbers") {
      ["x": .zeros([2, 1, 8, 8]) / 0, "y": Tensor([0, 1])]
    },
    golden("an entry that points outside", "dotdot"), golden("a zip bomb", "bomb"),
    Case(
      testDescription: "a ragged table", code: 65, words: ["bad.csv", "Line 3", "2 fields"],
      line: "audit DIGITS bad.csv"
    ) { try write("a,b,label\n1,2,0\n1,2\n", $0 + "/bad.csv") },
    Case(
      testDescription: "a table with a word", code: 65, words: ["bad.csv", "Line 2", "'b'"],
      line: "audit DIGITS bad.csv"
    ) { try write("a,b,label\n1,two,0\n", $0 + "/bad.csv") },
  ]

  private static func arrays(
    _ name: String, _ words: String..., make: @escaping @Sendable () -> [String: Tensor]
  ) -> Case {
    Case(
      testDescription: name, code: 65, words: words, line: "audit DIGITS bad.npz --only accuracy"
    ) { try NPZ.write(make(), to: $0 + "/bad.npz") }
  }

  /// Archives that no writer of ours makes; `Tests/Golden/make/hostile_archives.py` made them.
  private static func golden(_ name: String, _ file: String) -> Case {
    Case(
      testDescription: name, code: 65, words: ["bad.npz"], line: "audit DIGITS bad.npz"
    ) { folder in
      try FileManager.default.copyItem(
        atPath: TestFiles.golden("hostile/\(file).npz"), toPath: folder + "/bad.npz")
    }
  }

  // MARK: Words

  static let words: [Case] = [
    Case(
      testDescription: "a negative radius", code: 64, words: ["'--radius'", "-0.1"],
      line: "audit DIGITS DATA --radius 0.1,-0.1"),
    Case(
      testDescription: "a radius that is no number", code: 64, words: ["'--radius'", "nan"],
      line: "audit DIGITS DATA --radius nan"),
    Case(
      testDescription: "a limit of nothing", code: 64, words: ["'--limit'"],
      line: "audit DIGITS DATA --limit 0"),
    Case(
      testDescription: "an unknown check", code: 64, words: ["'acuracy'", "accuracy, calibration"],
      line: "audit DIGITS DATA --only acuracy"),
    Case(
      testDescription: "a report below a file", code: 73, words: ["file/report"],
      line: "audit DIGITS DATA --only accuracy --report file/report"
    ) { try write("", $0 + "/file") },
    Case(
      testDescription: "a report where none can be", code: 73, words: ["/proc/report"],
      line: "audit DIGITS DATA --only accuracy --report /proc/report"),
    Case(
      testDescription: "JSON into a folder that is missing", code: 73, words: ["nowhere/a.json"],
      line: "audit DIGITS DATA --only accuracy --json nowhere/a.json"),
    Case(
      testDescription: "a model into a folder that is missing", code: 73, words: ["nowhere/m.onnx"],
      line: "train --data DATA --out nowhere/m.onnx"),
    Case(
      testDescription: "a radius to prove without proofs", code: 64, words: ["'--certified'"],
      line: "train --data DATA --out m.onnx --radius 0.1"),
    Case(
      testDescription: "patience of a training for proofs", code: 64,
      words: ["'--certified'", "'--patience'"],
      line: "train --data DATA --out m.onnx --certified ibp --patience 3"),
    Case(
      testDescription: "a model in the place of its record", code: 64, words: ["'--out'", ".json"],
      line: "train --data DATA --out m.json"),
    Case(
      testDescription: "a checkpoint in the model's place", code: 64,
      words: ["'--checkpoint'", "'--out'"],
      line: "train --data DATA --out m.onnx --checkpoint m.onnx"),
    Case(
      testDescription: "a checkpoint that is data", code: 65, words: ["s.npz", "no checkpoint"],
      line: "train --data DATA --out m.onnx --certified ibp --checkpoint s.npz"
    ) { try NPZ.write(["inputs": Tensor([1.0])], to: $0 + "/s.npz") },
    Case(
      testDescription: "a checkpoint that is none", code: 65, words: ["s.npz", "no checkpoint"],
      line: "train --data DATA --out m.onnx --certified lipschitz --checkpoint s.npz"
    ) { try write("PK", $0 + "/s.npz") },
    Case(
      testDescription: "an unknown way to train for proofs", code: 64, words: ["crown-ibp"],
      line: "train --data DATA --out m.onnx --certified crown-ibo"),
    Case(
      testDescription: "a policy that is missing", code: 66, words: ["p.json"],
      line: "audit DIGITS DATA --policy p.json"),
    Case(
      testDescription: "a policy that is none", code: 65, words: ["p.json", "'rules' is missing"],
      line: "audit DIGITS DATA --policy p.json"
    ) { try write("{\"name\": \"p\"}", $0 + "/p.json") },
  ]
}

private func write(_ text: String, _ path: String) throws {
  try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}
