import Evidence
import Foundation
import TestSupport
import Testing

/// `assay papers`, as a user runs it.
struct PapersCommandTests {
  private func run(_ words: [String], in folder: String) throws -> AssayProcess {
    try AssayProcess.run(["papers"] + words, in: folder)
  }

  @Test("An experiment runs, is recorded, and its record is shown")
  func recorded() throws {
    try TestFiles.withTemporaryFolder { folder in
      let words = ["run", "ibp-tightness", "--scale", "small", "--seeds", "2", "--threads", "1"]
      let first = try run(words + ["--quiet"], in: folder)
      #expect(first.exitCode == 0 && first.errors.isEmpty, "\(first.errors)")
      #expect(first.output.contains("supported"))
      let record = try EvidenceRecord(path: folder + "/Evidence/ibp-tightness.json")
      #expect(record.seeds == [0, 1] && record.scale == .small)
      let runs = try FileManager.default.contentsOfDirectory(atPath: folder + "/home/runs")
      #expect(runs.isEmpty)

      let again = try run(words + ["--quiet"], in: folder)
      #expect(again.output.contains("No claim, verdict or number changed."), "\(again.output)")
      let shown = try run(["evidence", "ibp-tightness"], in: folder)
      #expect(shown.exitCode == 0 && shown.output.hasPrefix("ibp-tightness: 2 seeds, small scale"))
      let list = try run(["evidence"], in: folder)
      #expect(
        list.output.split(separator: "\n").contains { $0.hasPrefix("  runs    ibp-tightness") })
      #expect(list.output.contains("Certification: identities: "), "\(list.output)")
      let other = try run(words.map { $0 == "2" ? "8-9" : $0 } + ["--quiet"], in: folder)
      #expect(other.exitCode == 0 && other.output.contains("Replications/ibp-tightness.json"))
      let both = try run(["evidence", "ibp-tightness"], in: folder)
      #expect(both.output.hasPrefix(shown.output) && both.output.contains("Replication with other"))
      let page = try run(["evidence", "--html", "page.html"], in: folder)
      #expect(page.exitCode == 0)
      let html = try String(contentsOfFile: folder + "/page.html", encoding: .utf8)
      #expect(html.contains("<b title=\"") && html.contains("ibp-tightness"))
      let json = try run(["evidence", "--json"], in: folder)
      let records = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
      #expect((records as? [Any])?.count == 1)
    }
  }

  @Test("A run that was killed goes on where it was, and measures the same")
  func killed() throws {
    try TestFiles.withTemporaryFolder { folder in
      let words = ["run", "ibp-tightness", "--scale", "small", "--threads", "1"]
      // The program is killed for good as soon as two seeds are on the disk.
      let killed = try AssayProcess.run(
        ["papers"] + words + ["--seeds", "5000"], in: folder,
        shell: """
          "$@" & program=$!
          until [ -e home/runs/ibp-tightness-small/seed-1.json ]; do sleep 0.01; done
          kill -9 $program; wait $program
          """)
      #expect(killed.exitCode == 137)
      #expect(!FileManager.default.fileExists(atPath: folder + "/Evidence/ibp-tightness.json"))
      let resumed = try run(words + ["--seeds", "3"], in: folder)
      #expect(resumed.exitCode == 0, "\(resumed.errors)")
      #expect(resumed.errors.contains("Seeds finished: 2 of 3"))
      let whole = try run(words + ["--seeds", "3", "--out", "whole"], in: folder)
      #expect(whole.exitCode == 0)
      let records = try ["Evidence", "whole"].map {
        try EvidenceRecord(path: "\(folder)/\($0)/ibp-tightness.json")
      }
      #expect(records[0].measurements == records[1].measurements)
    }
  }

  @Test("Ctrl-C ends a run soon")
  func interrupted() throws {
    try TestFiles.withTemporaryFolder { folder in
      let result = try AssayProcess.run(
        ["papers", "run", "ibp-tightness", "--scale", "small", "--seeds", "5000"], in: folder,
        interruptAfter: "Seeds finished: 1")
      #expect(result.exitCode == 130)
      #expect(result.errors.hasSuffix("Error: Interrupted.\n"))
    }
  }

  @Test(
    "What cannot be done is said in one line",
    arguments: [
      ("run no-such-paper", 64, "There are: "), ("run ../x", 64, "../x"),
      ("run ibp-tightness --seeds 0", 64, "'--seeds'"),
      ("run ibp-tightness --seeds 9-8", 64, "'--seeds'"),
      ("run", 64, "'--stale'"), ("run ibp-tightness --stale", 64, "'--stale'"),
      ("run ibp-tightness --jobs 0", 64, "'--jobs'"),
      ("evidence ibp-tightness --html x.html", 64, "'--html'"),
      ("run ibp-tightness --out taken", 73, "taken"),
      ("evidence ibp-tightness", 66, "'assay papers run' makes it"),
      ("evidence broken --from .", 65, "broken.json is damaged: it is not JSON"),
      ("evidence --from .", 65, "broken.json is damaged"),
    ])
  func failures(_ line: String, _ code: Int, _ words: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      for name in ["taken", "broken.json"] {
        try Data("{".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      let result = try run(line.split(separator: " ").map(String.init), in: folder)
      #expect(result.exitCode == Int32(code), "\(result.errors)")
      #expect(result.onlyError?.contains(words) == true, "\(result.errors)")
    }
  }
}
