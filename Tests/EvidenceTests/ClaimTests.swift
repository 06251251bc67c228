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

  @Test("An invariant is counted, whatever interval is asked for")
  func invariant() {
    #expect(Claim("a", "A.", .always, interval: .student).interval == .range)
    #expect(Claim("a", "A.", .atLeast(1)).interval == .student)
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
