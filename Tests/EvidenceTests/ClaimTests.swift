import Evidence
import Methods
import TestSupport
import Testing

struct ClaimTests {
  @Test(
    "Names of papers are words with single hyphens", arguments: ["sam", "ibp-tightness", "a-2"])
  func slugs(_ slug: String) {
    #expect(PaperID(slug)?.slug == slug)
  }

  @Test(
    "What could leave a folder or is no name is refused",
    arguments: [
      "", "-", "a--b", "a-", "A", "a b", "../a", "a/b", "é", String(repeating: "a", count: 65),
    ])
  func noSlugs(_ slug: String) {
    #expect(PaperID(slug) == nil)
  }

  @Test("A claim says in words what it asks of which arm")
  func words() {
    let effect = Claim.effect("a", "A.", .noLower(by: 0.1), of: "SAM", over: "SGD")
    #expect(effect.asked == "SAM no lower than SGD by 0.1" && effect.kind == .effect)
    #expect(
      Claim.effect("a", "A.", .noLower(by: -0.1), of: "SAM", over: "SGD").asked
        == "SAM above SGD by 0.1 or more")
    #expect(
      Claim.effect("a", "A.", .ratioAtMost(0.5), of: "SAM", over: "SGD").asked
        == "SAM at most 0.5 times SGD")
    #expect(Claim.identity("a", "A.", .always).asked == "no violation")
  }

  @Test("A data set that is missing is named with what to run")
  func missingData() throws {
    try TestFiles.withTemporaryFolder { folder in
      let expected = EvidenceError.missingData(
        name: "mnist-5k", remedy: "./assay data fetch mnist-5k")
      #expect(throws: expected) { try DataFolder(path: folder).load("mnist-5k", part: .train) }
      #expect(!expected.description.contains("\n"))
    }
  }

  @Test("A status follows from code and a record at full scale")
  func status() {
    #expect(PaperStatus(methods: [], record: .sample()) == .listed)
    #expect(PaperStatus(methods: ["A"], record: nil) == .runs)
    #expect(PaperStatus(methods: ["A"], record: .sample(scale: .small)) == .runs)
    #expect(PaperStatus(methods: ["A"], record: .sample()) == .tested)
  }
}
