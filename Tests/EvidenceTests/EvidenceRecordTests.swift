import Evidence
import Foundation
import TestSupport
import Testing

struct EvidenceRecordTests {
  private func text(_ record: EvidenceRecord) throws -> String {
    String(decoding: try record.json(), as: UTF8.self)
  }

  @Test("A record reads back as it was, and its text is always the same", arguments: [1, 0, .nan])
  func roundTrip(_ gain: Double) throws {
    let record = EvidenceRecord.sample(gain: gain)
    let text = try text(record)
    let again = try EvidenceRecord(json: Data(text.utf8), path: "r.json")
    #expect(try self.text(again) == text)
    #expect(text.hasSuffix("}\n"))
    if !gain.isNaN { #expect(again == record) }
  }

  @Test("Numbers that are not finite are read back as what they are")
  func notFinite() throws {
    let record = EvidenceRecord.sample(gain: .nan)
    let again = try EvidenceRecord(json: try record.json(), path: "r.json")
    #expect(again.measurements[0].value.isNaN)
    #expect(again.findings[0].statistics.estimate.high == .infinity)
    #expect(again.findings[0].verdict == .inconclusive)
  }

  @Test("A verdict that does not follow is found out")
  func typedIn() throws {
    let text = try text(.sample(gain: 0))
    let forged = text.replacing("\"notSupported\"", with: "\"supported\"")
    #expect(forged != text)
    let error = #expect(throws: EvidenceError.self) {
      try EvidenceRecord(json: Data(forged.utf8), path: "r.json")
    }
    #expect(error?.description.contains("does not follow") == true)
  }

  @Test(
    "What is no record is refused in one line",
    arguments: [
      ("", "", "not JSON"), ("\"paper\" : \"sample\"", "\"paper\" : \"../x\"", "means nothing"),
      ("\"format\" : 1", "\"format\" : 2", "format"),
      ("\"threads\" : 1", "\"threads\" : \"\\n\"", "wrong kind"),
      ("\"machine\"", "\"engine\"", "'machine' is missing"),
      ("\"seed\" : 3", "\"seed\" : 4", "measurement"),
    ])
  func hostile(_ old: String, _ new: String, _ words: String) throws {
    let whole = try text(.sample())
    let broken = old.isEmpty ? String(whole.prefix(200)) : whole.replacing(old, with: new)
    #expect(broken != whole)
    let error = #expect(throws: EvidenceError.self) {
      try EvidenceRecord(json: Data(broken.utf8), path: "r.json")
    }
    let line = try #require(error).description
    #expect(line.contains("r.json") && line.contains(words) && !line.contains("\n"), "\(line)")
  }

  @Test("Deep and large files end in an error")
  func deepAndLarge() throws {
    let deep = String(repeating: "[", count: 200_000)
    #expect(throws: EvidenceError.self) {
      try EvidenceRecord(json: Data(deep.utf8), path: "r.json")
    }
    try TestFiles.withTemporaryFolder { folder in
      let file = folder + "/large.json"
      _ = FileManager.default.createFile(atPath: file, contents: nil)
      #expect(truncate(file, 1 << 40) == 0)
      #expect(throws: EvidenceError.self) { try EvidenceRecord(path: file) }
      let missing = folder + "/none.json"
      #expect(throws: EvidenceError.missingRecord(path: missing)) {
        try EvidenceRecord(path: missing)
      }
    }
  }

  @Test("A store keeps one record a paper")
  func store() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = EvidenceStore(path: folder + "/Evidence")
      #expect(store.papers.isEmpty)
      #expect(try store.record(of: "sample") == nil)
      try store.write(.sample(gain: 3))
      try store.write(.sample())
      #expect(store.papers == ["sample"])
      #expect(try store.record(of: "sample") == .sample())
      try FileManager.default.moveItem(
        atPath: store.path(of: "sample"), toPath: store.path(of: "other"))
      #expect(throws: EvidenceError.self) { try store.record(of: "other") }
    }
  }

  @Test("A terminal shows claims, verdicts and how sure they are")
  func terminal() {
    let text = EvidenceRecord.sample().text
    for words in [
      "sample: 4 seeds, full scale", "supported  It is better.", "found 1.015", "95% CI",
      "over all seeds 0 to 0", "detectable",
    ] {
      #expect(text.contains(words), "\(words) in \(text)")
    }
  }
}

struct EvidenceComparisonTests {
  @Test("Nothing changed between a record and itself")
  func same() {
    let comparison = EvidenceComparison(of: .sample(), with: .sample())
    #expect(comparison.isUnchanged && comparison.conditions.isEmpty)
    #expect(comparison.text == "No claim, verdict or number changed.")
  }

  @Test("What changed is told, and whether it matters")
  func changes() {
    let (before, after) = (
      EvidenceRecord.sample(), EvidenceRecord.sample(scale: .small, gain: 0, version: "0.2.0")
    )
    let comparison = EvidenceComparison(of: after, with: before)
    #expect(comparison.changes.map(\.claim) == ["better"])
    #expect(comparison.changes.map(\.isEssential) == [true])
    #expect(comparison.conditions == ["scale: full, now small", "assay: 0.1.0, now 0.2.0"])
    #expect(comparison.text.contains("better: supported at 1.015, now not supported at 0.015"))
    let slight = EvidenceComparison(of: .sample(gain: 1.1), with: before)
    #expect(slight.changes.map(\.isEssential) == [false])
  }
}
