import Datasets
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// The commands of the rooms, on the bundled example.
struct MethodCommandTests {
  private func run(
    _ words: [String], in folder: String
  ) throws -> (result: AssayProcess, metrics: [String: Double]) {
    let result = try AssayProcess.run(
      [words[0], CommandTests.model, CommandTests.data, "--json", "r.json", "--quiet"]
        + words.dropFirst(), in: folder)
    try #require(result.exitCode == 0, "\(result.errors)")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/r.json"))
    let json = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    #expect((json["method"] as? String)?.hasPrefix(words[0] + ": ") == true)
    #expect(json["verdict"] == nil)
    let checks = try #require(json["checks"] as? [[String: Any]])
    let metrics = try #require(checks[0]["metrics"] as? [String: [String: Any]])
    return (result, metrics.compactMapValues { $0["value"] as? Double })
  }

  @Test("Attacks write inputs within the radius that the model gets wrong, and stronger ones more")
  func attacks() throws {
    try TestFiles.withTemporaryFolder { folder in
      let clean = try NPZ(reading: CommandTests.data).array("x")[0..<100]
      let network = try Network(onnx: CommandTests.model)
      var accuracies: [Double] = []
      for method in ["fgsm", "bim", "pgd"] {
        let (_, metrics) = try run(
          [
            "attack", "--method", method, "--radius", "0.1", "--limit", "100", "--out", "a.npz",
            "--report", method,
          ], in: folder)
        accuracies.append(try #require(metrics["robustAccuracy"]))
        let file = try NPZ(reading: folder + "/a.npz")
        let points = try file.array("adversarial")
        #expect((points - clean).magnitude().max().item() <= 0.1 + 1e-6)
        let wrong = try network.logits(of: points).argmax(axis: 1) .!= file.array("labels")
        #expect((wrong .== (try file.array("fooled"))).all().booleans[0])
        #expect(
          abs(1 - (try file.array("fooled").cast(to: .float64).mean().item()) - accuracies.last!)
            < 1e-9)
        let page = try String(contentsOfFile: folder + "/\(method)/index.html", encoding: .utf8)
        #expect(page.contains("attack: \(method)") && page.contains("data:image/png"))
      }
      #expect(accuracies == accuracies.sorted(by: >) && accuracies[2] < accuracies[0])
    }
  }

  @Test("Explanations are of the examples asked for, and order features better than chance")
  func explanations() throws {
    try TestFiles.withTemporaryFolder { folder in
      let (_, metrics) = try run(
        ["explain", "--index", "5", "--index", "2", "--target", "3", "--out", "m.npz"], in: folder)
      #expect(metrics.count == 4)
      let file = try NPZ(reading: folder + "/m.npz")
      #expect(try file.array("maps").shape == [2, 1, 8, 8])
      #expect(try file.array("indices").integers == [5, 2])
      #expect(try file.array("classes").integers == [3, 3])
      let (_, all) = try run(["explain", "--limit", "30"], in: folder)
      #expect(
        all["deletion"]! < all["randomDeletion"]! && all["insertion"]! > all["randomInsertion"]!)
      let unknown = try AssayProcess.run(["explain", "--index", "359", "--quiet"], in: folder)
      #expect(unknown.exitCode == 65 && unknown.onlyError?.contains("0 to 358") == true)
    }
  }

  @Test("A calibrated model has the likelihood that was measured, and the same predictions")
  func calibration() throws {
    try TestFiles.withTemporaryFolder { folder in
      let (_, metrics) = try run(["calibrate", "--out", "c.onnx"], in: folder)
      #expect(metrics["eceAfter"]! < metrics["eceBefore"]!)
      let data = try NPZ(reading: CommandTests.data).array("x")
      let (before, after) = (
        try Network(onnx: CommandTests.model).logits(of: data),
        try Network(onnx: folder + "/c.onnx").logits(of: data)
      )
      #expect((before.argmax(axis: 1) .== after.argmax(axis: 1)).all().booleans[0])
      let ratio = (before / after).flattened()
      #expect(ratio.max().item() - ratio.min().item() < 1e-3)
    }
  }

  @Test("Noise is told from digits, without labels too")
  func detection() throws {
    try TestFiles.withTemporaryFolder { folder in
      var generator = Generator(seed: 1)
      let noise = Tensor.uniform([200, 1, 8, 8], using: &generator)
      try NPZ.write(["x": noise], to: folder + "/noise.npz")
      let (_, metrics) = try run(
        ["detect", "--against", "noise.npz", "--out", "s.npz"], in: folder)
      #expect(metrics["auroc"]! > 0.95 && metrics["fpr"]! < 0.2)
      let file = try NPZ(reading: folder + "/s.npz")
      let limit = try file.array("threshold").item()
      let kept = try (file.array("inDistribution") .<= limit).cast(to: .float64).mean().item()
      #expect(0.95...0.96 ~= kept)
      let alone = try AssayProcess.run(
        ["detect", CommandTests.model, "noise.npz", "--method", "maximum-softmax"], in: folder)
      #expect(alone.exitCode == 0 && alone.errors.contains("no labels"))
    }
  }

  @Test("A hardened model is more robust than before", arguments: ["pgd", "trades"])
  func hardening(method: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      let (_, metrics) = try run(
        [
          "harden", "--method", method, "--radius", "0.1", "--epochs", "30", "--rate", "0.003",
          "--validation", "0.4",
          "--set", "steps=5", "--set", "optimizer.weight-decay=0", "--out", "h.onnx",
        ], in: folder)
      #expect(metrics["robustAccuracyAfter"]! > metrics["robustAccuracyBefore"]!)
      let attack = ["--radius", "0.1", "--method", "bim", "--quiet", "--limit", "100"]
      let result = try AssayProcess.run(
        ["attack", "h.onnx", CommandTests.data] + attack, in: folder)
      #expect(result.exitCode == 0 && result.output.hasPrefix("Robust accuracy"))
    }
  }

  @Test("A method that needs groups takes them from the data, and tells of the worst one")
  func groups() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = try NPZ(reading: CommandTests.data)
      let labels = try file.array("y")
      let parity = Tensor(labels.integers.map { $0 % 2 })
      try NPZ.write(
        ["x": file.array("x"), "y": labels, "parity": parity], to: folder + "/data.npz")
      let words = [
        "harden", CommandTests.model, "data.npz", "--method", "group-dro", "--epochs", "1",
        "--quiet",
      ]
      let result = try AssayProcess.run(words + ["--groups", "parity"], in: folder)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.output.contains("Worst-group accuracy after"))
      let unknown = try AssayProcess.run(words + ["--groups", "party"], in: folder)
      #expect(unknown.exitCode == 65 && unknown.onlyError?.contains("'party'") == true)
    }
  }

  @Test(
    "What cannot be asked for is refused in one line",
    arguments: [
      (["attack"], "Missing '--radius'"), (["attack", "--radius", "-1"], "from 0 up"),
      (["attack", "--radius", "0.1", "--method", "pdg"], "Did you mean 'pgd'?"),
      (["attack", "--radius", "0.1", "--set", "steps=x"], "integer, 1 to 100000"),
      (["attack", "m.onnx", "--radius", "0.1"], "Missing '<data>'"),
      (["detect", "--acceptance", "1"], "between 0 and 1"),
      (["harden"], "Missing '--radius'"),
      (["harden", "--method", "group-dro"], "Missing '--groups'"),
      (["harden", "--radius", "0.1", "--epochs", "0"], "from 1 to 1000000"),
      (["harden", "--radius", "0.1", "--set", "optimizer.momentum=0.9"], "no setting 'momentum'"),
      (["train", "--data", "d.npz", "--out", "o.onnx", "--loss", "focal"], "no method 'focal'"),
      (["train", "--data", "d.npz", "--out", "o.onnx", "--set", "tau=1"], "optimizer.NAME=VALUE"),
    ])
  func refusals(words: [String], message: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      let result = try AssayProcess.run(words, in: folder)
      #expect(result.exitCode == 64)
      #expect(result.onlyError?.contains(message) == true, "\(result.errors)")
    }
  }

  @Test("What a command reads is not written over, and what is no file is not replaced")
  func outputs() throws {
    try TestFiles.withTemporaryFolder { folder in
      let data = folder + "/data.npz"
      try FileManager.default.copyItem(atPath: CommandTests.data, toPath: data)
      let words = [
        "attack", CommandTests.model, "data.npz", "--radius", "0.05", "--limit", "5", "--quiet",
      ]
      let before = try Data(contentsOf: URL(fileURLWithPath: data))
      let over = try AssayProcess.run(words + ["--out", "./data.npz"], in: folder)
      #expect(over.exitCode == 73 && over.onlyError?.contains("reads") == true)
      #expect(try Data(contentsOf: URL(fileURLWithPath: data)) == before)
      try Data().write(to: URL(fileURLWithPath: folder + "/target.json"))
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link.json", withDestinationPath: "target.json")
      #expect(try AssayProcess.run(words + ["--json", "link.json"], in: folder).exitCode == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/target.json")).count > 100)
      let link = try FileManager.default.attributesOfItem(atPath: folder + "/link.json")
      #expect(link[.type] as? FileAttributeType == .typeSymbolicLink)
    }
  }

  @Test(
    "Each command lists its methods, of which one is the default",
    arguments: [
      "attack", "explain", "calibrate", "detect", "harden",
    ])
  func lists(command: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      let result = try AssayProcess.run([command, "--methods"], in: folder)
      #expect(result.exitCode == 0)
      #expect(result.output.components(separatedBy: "(default)").count == 2)
    }
  }
}
