import Foundation
import TestSupport
import Testing

@testable import Desk

/// Papers of one title: which are one, and which only share their name.
struct NamesakeTests {
  private static let cases = TestFiles.shared("cases/same-title-merged")

  @Test(
    "The saved namesakes stay apart, in any order",
    .enabled("../shared is absent") { cases != nil },
    arguments: StoreKind.available)
  func savedCases(_ kind: StoreKind) throws {
    let folder = try #require(Self.cases)
    for (file, count) in [("same2.bib", 3), ("same.xml", 2), ("same.bib", 3)] {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))
      let entries = try Importer.read(bytes, source: file).entries
      #expect(entries.count == count)
      let store = try kind.store()
      for order in Self.orders(of: entries) {
        try store.database.run("DELETE FROM papers")
        for entry in order {
          guard case .added = try store.merge(entry, from: file) else {
            return #expect(Bool(false), "\(file): '\(entry.title)' was merged")
          }
        }
        // Once more, nothing is new.
        for entry in order.reversed() {
          guard case .merged = try store.merge(entry, from: file) else {
            return #expect(Bool(false), "\(file): '\(entry.title)' came twice")
          }
        }
        let kept = Set(try store.latest().map { [$0.authors, $0.arxivID ?? "", $0.abstract] })
        #expect(
          kept == Set(entries.map { [$0.authorText, $0.arxivID ?? "", $0.abstract] }), "\(file)")
      }
    }
  }

  private static func orders<Element>(of elements: [Element]) -> [[Element]] {
    guard elements.count > 1 else { return [elements] }
    return elements.indices.flatMap { index in
      var rest = elements
      let first = rest.remove(at: index)
      return orders(of: rest).map { [first] + $0 }
    }
  }

  private static func entry(
    _ title: String, by authors: [String] = [], _ abstract: String = "", arxiv: String? = nil,
    doi: String? = nil, count: Int? = nil, year: String? = nil
  ) -> PaperEntry {
    var entry = PaperEntry(title: title, abstract: abstract)
    (entry.authors, entry.arxivID, entry.doi) = (authors, arxiv, doi)
    (entry.authorCount, entry.posted) = (count, year)
    return entry
  }

  static let long = "Sharpness-Aware Minimization for Efficiently Improving Generalization"

  /// Each pair with the number of papers that it is, in both orders.
  static let pairs: [(String, PaperEntry, PaperEntry, Int)] = [
    (
      "two identifiers of one author", entry("Notes", by: ["A. Roe"], arxiv: "2401.00001"),
      entry("Notes", by: ["A. Roe"], arxiv: "2401.00002"), 2
    ),
    (
      "two objects of one author", entry("Notes", by: ["A. Roe"], doi: "10.1000/a"),
      entry("Notes", by: ["A. Roe"], doi: "10.1000/b"), 2
    ),
    (
      "a preprint and its article", entry("Notes", by: ["Ann Roe"], arxiv: "2401.00001"),
      entry("Notes", by: ["A. Roe"], doi: "10.1000/b"), 1
    ),
    (
      "one object, two titles", entry("Notes", by: ["A. Roe"], doi: "10.1000/a"),
      entry("Notes on Bounds", by: ["A. Roe"], doi: "10.1000/a"), 1
    ),
    (
      "a page with an identifier, a bibliography with names",
      entry("Notes", by: ["Ángel Núñez", "Bo Li"], "Of bounds.", arxiv: "2401.00001"),
      entry("Notes", by: ["A. Nunez"]), 1
    ),
    (
      "names of other people", entry("Notes", by: ["Ann Roe"], "Of bounds."),
      entry("Notes", by: ["Bob Roe"]), 2
    ),
    (
      "an abstract that was cut", entry("Notes", "We study bounds of networks and …"),
      entry("Notes", "We study bounds of networks and prove them tight."), 1
    ),
    ("other abstracts", entry("Notes", "Of bounds."), entry("Notes", "Of losses, by hand."), 2),
    (
      "names here, an abstract there", entry("Notes", by: ["Ann Roe"]), entry("Notes", "Bounds."), 2
    ),
    ("a long title", entry(long, by: ["P. Foret"]), entry(long, "Flat minima."), 1),
    (
      "a long title, counts that differ", entry(long, by: ["P. Foret"]),
      entry(long, "Flat minima.", count: 4), 2
    ),
    ("a title alone", entry("Notes", by: ["Ann Roe"], "Of bounds."), entry("Notes"), 1),
    (
      "titles alone, long apart", entry("Notes", year: "1999"), entry("Notes", year: "2021"), 2
    ),
    (
      "near titles of two identifiers", entry(long, by: ["P. Foret"], arxiv: "2401.00001"),
      entry(long.replacing("miza", with: "misa"), by: ["P. Foret"], arxiv: "2401.00002"), 2
    ),
    (
      "near titles of two groups", entry(long, by: ["P. Foret"]),
      entry(long.replacing("miza", with: "misa"), by: ["A. Kleiner"]), 2
    ),
  ]

  @Test("A pair is one paper or two, whichever comes first", arguments: StoreKind.available)
  func pairs(_ kind: StoreKind) throws {
    let store = try kind.store()
    for (name, first, second, count) in Self.pairs {
      for (order, pair) in [[first, second], [second, first]].enumerated() {
        for entry in pair { _ = try store.merge(entry, from: "a") }
        #expect(try store.counts().papers == count, "\(name), order \(order)")
        try store.database.run("DELETE FROM papers")
      }
    }
  }

  @Test("Versions of one paper are one, the versions of another are another")
  func versions() throws {
    let bibliography = """
      @misc{a, title={Notes}, author={Roe, Ann}, eprint={2401.00001v1}, archivePrefix={arXiv}}
      @misc{b, title={Notes}, author={Roe, Ann}, url={https://arxiv.org/pdf/2401.00001v3.pdf}}
      @article{c, title={Notes}, author={Roe, Ann}, journal={arXiv preprint arXiv:2401.00001}}
      @article{d, title={Notes}, author={Roe, Ann}, journal={CoRR}, volume={abs/2401.00001}}
      @misc{e, title={Notes}, author={Roe, Ann}, doi={10.48550/ARXIV.2401.00001}}
      @misc{f, title={Notes}, author={Roe, Ann}, eprint={math.GT/0309136}}
      @misc{g, title={Notes}, author={Roe, Ann}, url={http://arxiv.org/abs/math/0309136v2}}
      @misc{h, title={Notes}, author={Roe, Ann}, doi={https://doi.org/10.1000/ABC}, note={arXiv:2401.00001}}
      @misc{i, title={Notes}, author={Roe, Ann}, doi={10.1000/abc}}
      @misc{j, title={Replies}, author={Poe, Ed}, note={A comment on arXiv:2401.00001}}
      """
    let store = try StoreKind.sqlite.store()
    let page = try Importer(into: store).take(Array(bibliography.utf8), source: "a")
    #expect(page.items.count == 10 && page.merged == 7)
    let papers = try store.latest()
    #expect(Set(papers.map(\.arxivID)) == ["2401.00001", "math/0309136", nil])
    #expect(Set(papers.map(\.doi)) == ["10.1000/abc", nil])
  }

  @Test("The fuller names are kept, and names with commas and 'others' come back from an export")
  func names() throws {
    let store = try StoreKind.sqlite.store()
    let others = """
      @misc{a, title={Notes}, author={Roe, A. and others}, doi={10.1000/a}}
      @misc{b, title={Notes}, author={Roe, Ann and {Barnes and Noble, Inc.}}, doi={10.1000/a}}
      @misc{c, title={Bounds}, author={Doe, Jane and others}}
      """
    _ = try Importer(into: store).take(Array(others.utf8), source: "a")
    let papers = try store.latest().sorted { $0.id < $1.id }
    #expect(papers.map(\.authors) == ["Ann Roe, Barnes and Noble, Inc.", "Jane Doe et al."])
    #expect(papers.map(\.authorCount) == [2, 1])
    let export = Bibliography.bibTeX(try papers.map { try Bibliography.Item($0, in: store) })
    let entries = try Importer.read(Array(export.utf8), source: "x").entries
    #expect(entries.map(\.authors) == papers.map(\.names))
    #expect(entries.map(\.hasMoreAuthors) == [false, true] && entries[0].doi == "10.1000/a")
  }

  @Test(
    "A store of the version before keeps all it has, and takes namesakes",
    arguments: StoreKind.available)
  func migration(_ kind: StoreKind) throws {
    try TestFiles.withTemporaryFolder { folder in
      let database: any Database =
        switch kind {
        case .sqlite: try SQLiteDatabase(path: folder + "/papers.sqlite")
        case .postgreSQL:
          try PostgreSQLDatabase(address: try #require(PostgreSQLServer.shared).newDatabase())
        }
      try Schema.prepare(database, place: "a", upTo: 3)
      try database.run(
        """
        INSERT INTO papers (title, raw_title, title_key, key_start, key_end, abstract, raw_abstract,
          authors, added, is_imported) VALUES ('Notes', 'Notes', 'notes', 'notes', 'notes',
          'Of bounds.', 'Of bounds.', 'Ann Roe, Bo Li', 1, 1)
        """)
      try database.run("INSERT INTO notes (paper, text, written) VALUES (1, 'good', 1)")
      let store = try PaperStore(database)
      #expect(try store.notes(on: 1).map(\.text) == ["good"])
      #expect(try store.papers([1])[0].names == ["Ann Roe", "Bo Li"])
      guard case .added = try store.merge(Self.entry("Notes", by: ["X. Y"]), from: "b") else {
        return #expect(Bool(false), "merged")
      }
      #expect(try PaperSearch(store, encoder: nil).results(for: "notes").items.count >= 1)
      try database.checkIntegrity()
      if kind == .sqlite { #expect(try database.run("PRAGMA foreign_keys")[0][0] == 1) }
      try database.run("DELETE FROM papers WHERE id = 1")
      #expect(try store.notes(on: 1).isEmpty)
    }
  }
}
