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
    #expect(again.findings[0].effect?.estimate.high == .infinity)
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
      ("\"format\" : 2", "\"format\" : 3", "format"),
      ("\"threads\" : 1", "\"threads\" : \"\\n\"", "wrong kind"),
      ("\"machine\"", "\"engine\"", "'machine' is missing"),
      ("\"seed\" : 3", "\"seed\" : 4", "measurement"),
      ("\"trials\" : 50,\n", "", "how many trials"),
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

  @Test("A replication lies beside the record and is none")
  func replication() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = EvidenceStore(path: folder)
      try store.replications.write(.sample())
      #expect(store.papers.isEmpty)
      #expect(try store.record(of: "sample") == nil)
      #expect(try store.replication(of: "sample") == .sample())
    }
  }

  @Test("Former verdicts stay, with what changed since and the reason that is given")
  func formerVerdicts() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = EvidenceStore(path: folder)
      try store.write(.sample())
      let same = try store.write(.sample(gain: 1.1))
      #expect(same.formerVerdicts.isEmpty)
      let other = try store.write(
        .sample(gain: 0, provenance: Provenance(sources: "other")), reason: "a straw man")
      let former = try #require(other.formerVerdicts.first)
      #expect(other.formerVerdicts.count == 1 && former.claim == "better")
      #expect(former.verdict == .supported && abs(former.found - 1.115) < 1e-12)
      #expect(
        former.reasons == ["a straw man", "the experiment or a method of it was changed"])
      let tuned = TunedArm(arm: "method", setting: "rate", grid: [1, 2], scores: [0, 1])
      let back = try store.write(.sample(tuning: [tuned]))
      #expect(back.formerVerdicts.map(\.verdict) == [.notSupported, .supported])
      #expect(back.formerVerdicts[0].reasons.contains("arms are tuned on another grid"))
      #expect(try store.record(of: "sample") == back)
      #expect(back.text.contains("better was not supported at 0.015"))
    }
  }

  @Test("What a record of the first format found is kept")
  func firstFormat() throws {
    try TestFiles.withTemporaryFolder { folder in
      let old = """
        {"date": "2026-01-01T00:00:00Z", "format": 1, "seeds": [0], "findings": [{"claim":
        {"name": "sound", "sentence": "It was sound.", "criterion": {"kind": "always"}},
        "verdict": "notSupported", "statistics": {"estimate": {"value": 2, "low": 2, "high": 2}}}]}
        """
      let store = EvidenceStore(path: folder)
      try Data(old.utf8).write(to: URL(fileURLWithPath: store.path(of: "sample")))
      let former = try #require(try store.write(.sample()).formerVerdicts.first)
      #expect(former.sentence == "It was sound." && former.found == 2)
      #expect(former.reasons == ["the claim was worded anew", "4 seeds instead of 1"])
    }
  }

  @Test("A terminal shows claims, verdicts and how sure they are")
  func terminal() {
    let text = EvidenceRecord.sample().text
    for words in [
      "sample: 4 seeds, full scale", "supported  It is better.", "found 1.015", "95% CI",
      "Identities\n", "Effects\n", "0 of 200 trials, a rate of at most 0.015", "by Holm",
      "detectable",
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
