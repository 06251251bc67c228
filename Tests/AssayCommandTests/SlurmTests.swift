import Foundation
import TestSupport
import Testing

/// A Slurm of this machine alone, started for one test.
private struct SlurmCluster {
  private static let script = TestFiles.package.path + "/Tests/AssayCommandTests/Slurm/cluster"
  let folder: String

  /// - Returns: what the script printed, and whether it succeeded.
  @discardableResult
  static func run(_ words: [String], environment: [String: String] = [:]) throws -> (String, Bool) {
    let process = Process()
    let log = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: log) }
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = FileHandle(forWritingAtPath: log.path)
    try process.run()
    process.waitUntilExit()
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    return (text.trimmingCharacters(in: .whitespacesAndNewlines), process.terminationStatus == 0)
  }

  /// Calls `body` with a cluster and an empty folder; says so and does nothing where there is no Slurm.
  static func withCluster(_ body: (SlurmCluster, String) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let cluster = SlurmCluster(folder: folder + "/slurm")
      if let reason = try cluster.start() {
        print("Skipped: no Slurm can be started here: \(reason)")
        return
      }
      defer { cluster.stop() }
      try body(cluster, folder)
    }
  }

  /// - Returns: why Slurm cannot run here, or nil.
  private func start() throws -> String? {
    let (text, isRunning) = try Self.run([Self.script, "start", folder])
    return isRunning ? nil : text
  }

  private func stop() { _ = try? Self.run([Self.script, "stop", folder]) }

  var shell: String { "SLURM_CONF='\(folder)/slurm.conf' exec \"$@\"" }

  func cancelAll() throws {
    try Self.run(
      ["scancel", "--name=assay-verify"], environment: ["SLURM_CONF": folder + "/slurm.conf"])
  }
}

@Suite(.serialized)
struct SlurmTests {
  @Test("A job array measures an experiment's seeds, and its record is that of a run here")
  func experiment() throws {
    try SlurmCluster.withCluster { cluster, folder in
      func claims(_ engine: String) throws -> [String] {
        let run = try AssayProcess.run(
          [
            "papers", "run", "gram-iteration", "--scale", "small", "--seeds", "2", "--threads", "1",
            "--engine", engine, "--out", folder + "/" + engine,
          ], in: folder, shell: cluster.shell)
        #expect(run.exitCode == 0, "\(run.errors)")
        if engine == "slurm" { #expect(run.errors.contains("of Slurm measures 2 seeds")) }
        return run.output.split(separator: "\n").map(String.init).filter { $0.contains("asked:") }
      }
      let array = try claims("slurm")
      #expect(!array.isEmpty)
      #expect(try claims("local") == array)
    }
  }

  @Test("A job array that is killed goes on in the next run, and loses nothing")
  func killedArray() throws {
    try SlurmCluster.withCluster { cluster, folder in
      let files = try VerificationFiles(in: folder, repeats: 2)
      let words = [
        "verify", "--instances", "list.csv", "--engine", "slurm", "--out", "answers.csv",
      ]
      let first = try AssayProcess.run(
        words, in: folder, shell: cluster.shell, interruptAfter: "1/4")
      #expect(first.exitCode == 130, "\(first.errors)")
      try cluster.cancelAll()
      let before = try files.answers("answers.csv")
      #expect(!before.isEmpty && before.count < 4)

      let second = try AssayProcess.run(
        words + ["--jobs", "2"], in: folder, shell: cluster.shell)
      #expect(second.exitCode == 0, "\(second.errors)")
      #expect(second.output.contains("4 of 4 instances answered."))
      let after = try files.answers("answers.csv")
      #expect(Array(after.prefix(before.count)) == before)
      #expect(after.count == 4 && Set(after).count == 4)
      #expect(after.filter { $0.hasSuffix(",holds") }.count == 2)
      #expect(after.filter { $0.hasSuffix(",violated") }.count == 2)
    }
  }
}
