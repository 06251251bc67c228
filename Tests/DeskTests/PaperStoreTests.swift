import Foundation
import TestSupport
import Testing

@testable import Desk

struct PaperStoreTests {
  private static let title = "Sharpness-Aware Minimization for Efficiently Improving Generalization"

  private func entry(_ title: String = title, _ abstract: String = "Flat minima.") -> PaperEntry {
    PaperEntry(title: title, abstract: abstract)
  }

  @Test("A paper of two pages is one, and keeps the best of both", arguments: StoreKind.available)
  func merging(_ kind: StoreKind) throws {
    let store = try kind.store()
    var first = entry()
    (first.authorCount, first.posted, first.votes) = (4, "2021", 3)
    let added = try store.merge(first, from: "a")
    var second = entry(
      "Sharpness-Aware Minimisation for Efficiently Improving Generalization",
      "Flat minima generalize. Code: https://github.com/google-research/sam")
    (second.authors, second.posted, second.arxivID) = (
      ["P. Foret", "A. Kleiner"], "2020-10-03", "2010.01412"
    )
    let merged = try store.merge(second, from: "b")
    #expect(added.paper == merged.paper)
    guard case .merged = merged else { return #expect(Bool(false), "not merged") }
    let paper = try store.paper(named: "2010.01412")
    #expect(paper.authors == "P. Foret, A. Kleiner" && paper.authorCount == 2)
    #expect(paper.posted == "2020-10-03" && paper.votes == 3 && paper.title == Self.title)
    #expect(paper.abstract.hasPrefix("Flat minima generalize."))
    #expect(
      try store.links(of: paper.id).map(\.url).contains("https://github.com/google-research/sam"))
    #expect(Set(try store.sources(of: paper.id)) == ["a", "b"])
    let before = try store.database.run("SELECT * FROM papers")
    _ = try store.merge(second, from: "b")
    #expect(try store.database.run("SELECT * FROM papers") == before)
  }

  @Test("A card is no imported paper until a page shows it", arguments: StoreKind.available)
  func cards(_ kind: StoreKind) throws {
    let store = try kind.store()
    var card = StoredCard(
      slug: "sam", title: Self.title, family: "optimization", target: "Training", status: "listed",
      summary: "Ascends, then descends.", claim: "Accuracy rises.")
    try store.keep([card])
    #expect(
      try store.counts() == PaperCounts(papers: 1, imported: 0, cards: 1, running: 0, tested: 0))
    guard case .added = try store.merge(entry(), from: "a") else {
      return #expect(Bool(false), "a card is not an imported paper")
    }
    card.status = "tested"
    try store.keep([card])
    #expect(
      try store.counts() == PaperCounts(papers: 1, imported: 1, cards: 1, running: 1, tested: 1))
    #expect(try store.paper(named: "sam").name == "sam")
    #expect(throws: StoreError.unknownPaper(name: "samm", similar: ["sam"])) {
      try store.paper(named: "samm")
    }
  }

  @Test("Words, phrases, beginnings, fields and filters", arguments: StoreKind.available)
  func search(_ kind: StoreKind) throws {
    let store = try kind.store()
    var first = entry("Certified Robustness of Networks", "We prove bounds by flat relaxations.")
    (first.authors, first.posted) = (["Ada Lovelace"], "2024-03-01")
    _ = try store.merge(first, from: "a")
    _ = try store.merge(
      entry("Learning from Flat Minima", "Sharp minima generalize badly."), from: "a")
    let search = PaperSearch(store, encoder: nil)
    func titles(_ text: String, _ filter: SearchFilter = SearchFilter()) throws -> [String] {
      try search.results(for: text, filter: filter).items.map { String($0.paper.title.prefix(9)) }
    }
    #expect(try titles("flat") == ["Learning ", "Certified"])
    #expect(try titles("proving bounds") == ["Certified"])
    #expect(try titles("\"flat minima\"") == ["Learning "])
    #expect(try titles("\"minima flat\"") == [])
    #expect(try titles("relax*") == ["Certified"])
    #expect(try titles("title:flat") == ["Learning "])
    #expect(try titles("author:lovelace") == ["Certified"])
    #expect(try titles("robusness certfied") == ["Certified"])
    #expect(try search.results(for: "robusness").mended == ["robusness": "robustness"])
    #expect(try titles("LEARNING FROM FLAT MINIMA!").first == "Learning ")
    var filter = SearchFilter()
    filter.since = "2024"
    #expect(try titles("flat", filter) == ["Certified"])
    for text in [
      "", "\"", "*", "a AND (", "title:", "'; DROP TABLE papers; --", "né😀", "NEAR(a b)",
    ] {
      _ = try search.results(for: text)
    }
    #expect(try store.counts().papers == 2)
  }

  @Test("Accents and hyphens are no matter", arguments: StoreKind.available)
  func accents(_ kind: StoreKind) throws {
    let store = try kind.store()
    var paper = entry("Robust Accuracy on CIFAR-10 and ImageNet-1k", "A naïve ℓ2-norm, β-smooth.")
    (paper.authors, paper.organisation) = (
      ["Jörg Müller", "Ana García-López"], "École Polytechnique"
    )
    let id = try store.merge(paper, from: "a").paper
    _ = try store.merge(entry("CIFAR without Ten", "10 things."), from: "a")
    let search = PaperSearch(store, encoder: nil)
    func found(_ text: String) throws -> [Int] {
      let results = try search.results(for: text)
      return results.mended.isEmpty ? results.items.map(\.paper.id) : []
    }
    for text in [
      "CIFAR-10", "cifar 10", "\"cifar-10\"", "imagenet-1k", "Müller", "Muller", "author:müller",
      "author:\"jorg muller\"", "garcia lopez", "García-López", "\"garcía-lópez\"", "naive",
      "naïve",
      "organisation:ecole", "β-smooth", "title:cifar-10", "MÜLL*", "Mu\u{308}ller",
    ] {
      #expect(try found(text).contains(id), "\(text)")
    }
    #expect(try found("\"cifar-10\"") == [id] && found("title:cifar-10") == [id])
    #expect(try found("\"10 cifar\"").isEmpty)
    // A better abstract is searched, too.
    paper.rawAbstract = "A naïve ℓ2-norm, β-smooth, and Lipschitz–Hölder."
    _ = try store.merge(paper, from: "b")
    #expect(try found("holder") == [id])
  }

  @Test("Marks, notes, tags and topics", arguments: StoreKind.available)
  func readingList(_ kind: StoreKind) throws {
    let store = try kind.store()
    let id = try store.merge(entry(), from: "a").paper
    try store.mark(id, as: .saved)
    try store.mark(id, as: .dismissed)
    #expect(try store.state(of: id) == .dismissed)
    try store.mark(id, as: nil)
    #expect(try store.state(of: id) == nil)
    try store.addNote("it's \"good\" — ünïcode\n$1 ?", to: id)
    try store.addTag("todo", to: id)
    try store.addTag("todo", to: id)
    #expect(try store.tags(of: id) == ["todo"])
    #expect(try store.notes(on: id).map(\.text) == ["it's \"good\" — ünïcode\n$1 ?"])
    #expect(try store.readingList().map(\.id) == [id])
    try store.follow("flat minima")
    try store.follow("flat  minima")
    try store.follow(like: store.papers([id])[0])
    #expect(try store.topics().count == 2)
    try store.unfollow("Flat Minima")
    #expect(throws: StoreError.unknownTopic(name: "x", known: [Self.title])) {
      try store.unfollow("x")
    }
    let items = [try Bibliography.Item(store.papers([id])[0], in: store)]
    let bibTeX = Bibliography.bibTeX(items)
    #expect(try Importer.read(Array(bibTeX.utf8), source: "x").entries[0].title == Self.title)
  }

  @Test("A transaction takes effect whole or not at all", arguments: StoreKind.available)
  func transactions(_ kind: StoreKind) throws {
    struct Stop: Error {}
    let store = try kind.store()
    #expect(throws: Stop.self) {
      try store.database.transaction {
        _ = try store.merge(entry(), from: "a")
        throw Stop()
      }
    }
    #expect(try store.counts().papers == 0)
    let version = try store.database.version()
    _ = try store.merge(entry(), from: "a")
    #expect(try store.database.version() != version)
    try store.database.checkIntegrity()
  }

  @Test("A store in a file: kept, copied, refused when newer or damaged")
  func files() throws {
    try TestFiles.withTemporaryFolder { folder in
      let path = folder + "/papers.sqlite"
      let store = try PaperStore(address: path)
      _ = try store.merge(entry(), from: "a")
      try store.database.backUp(to: folder + "/copy.sqlite")
      #expect(try PaperStore(address: folder + "/copy.sqlite").counts().papers == 1)
      try store.set("version", to: "99")
      #expect(throws: StoreError.tooNew(place: path, version: 99, known: 4)) {
        try PaperStore(address: path)
      }
      try Data("this is no store, but long enough to look like one".utf8)
        .write(to: URL(fileURLWithPath: folder + "/bad.sqlite"))
      #expect(throws: StoreError.self) { try PaperStore(address: folder + "/bad.sqlite") }
      #expect(throws: StoreError.self) { try PaperStore(address: "/nowhere/papers.sqlite") }
    }
  }

  @Test("A store that another process holds is busy, in one line")
  func busy() throws {
    try TestFiles.withTemporaryFolder { folder in
      let path = folder + "/papers.sqlite"
      let store = try PaperStore(address: path)
      let other = try PaperStore(SQLiteDatabase(path: path, patience: 0.05), place: path)
      try store.database.transaction {
        _ = #expect(throws: StoreError.busy(place: path)) { try other.merge(entry(), from: "b") }
      }
      _ = try other.merge(entry(), from: "b")
    }
  }
}
