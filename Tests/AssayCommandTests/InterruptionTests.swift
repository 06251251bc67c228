import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// What was there before is there afterwards, whatever cuts an audit short.
struct InterruptionTests {
  private func withOldReport(_ body: (String) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let report = folder + "/assay-report"
      try FileManager.default.createDirectory(atPath: report, withIntermediateDirectories: true)
      for name in ["index.html", "report.json"] {
        try Data("old".utf8).write(to: URL(fileURLWithPath: "\(report)/\(name)"))
      }
      try body(folder)
      for name in ["index.html", "report.json"] {
        #expect(try String(contentsOfFile: "\(report)/\(name)", encoding: .utf8) == "old")
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: report).sorted()
          == ["index.html", "report.json"])
    }
  }

  @Test("Ctrl-C ends an audit soon")
  func interrupt() throws {
    try withOldReport { folder in
      let result = try AssayProcess.run(["audit"], in: folder, interruptAfter: "Attack")
      #expect(result.exitCode == 130)
      #expect(result.errors.hasSuffix("Error: Interrupted.\n"))
      #expect(result.seconds < 30)
    }
  }

  @Test("A disk that is full half-way leaves the old report whole")
  func fullDisk() throws {
    try withOldReport { folder in
      // A limit on the size of files, whose signal is ignored, makes writes fail as on a full disk.
      let result = try AssayProcess.run(
        ["audit", "--only", "accuracy", "--quiet"], in: folder,
        shell: "trap '' XFSZ; ulimit -f 16; exec \"$@\"")
      #expect(result.exitCode == 73)
      #expect(result.onlyError?.contains("assay-report/index.html") == true, "\(result.errors)")
    }
  }

  @Test("A model whose weights are no numbers is audited with a warning")
  func brokenWeights() throws {
    try TestFiles.withTemporaryFolder { folder in
      var network = try Network(onnx: CommandTests.model)
      network.parameters = network.parameters.with(values: network.parameters.values / 0)
      try network.write(onnx: folder + "/nan.onnx")
      let result = try AssayProcess.run(
        ["audit", "nan.onnx", CommandTests.data, "--limit", "30", "--radius", "0.1", "--quiet"],
        in: folder)
      #expect(result.exitCode == 1)
      #expect(result.errors.isEmpty)
      #expect(result.output.contains("weights are NaN"))
    }
  }
}
