import Foundation
import LanguageModels
import Tensors
import TestSupport
import Testing

@testable import Desk

struct RecommenderTests {
  @Test("Taste is the closed form of ridge regression")
  func taste() throws {
    // Two orthogonal papers, one liked and one not: w = X'(I + I)⁻¹ y = (x₁ - x₂) / 2.
    let vectors = Tensor([1, 0, 0, 0, 1, 0] as [Float], shape: [2, 3])
    let taste = try Taste(vectors: vectors, isLiked: [true, false])
    let others = Tensor([1, 0, 0, 0, 1, 0, 0, 0, 1] as [Float], shape: [3, 3])
    let opinions = taste.opinions(of: others)
    for (opinion, expected) in zip(opinions, [0.5, -0.5, 0]) {
      #expect(abs(opinion - expected) < 1e-6)
    }
    #expect(try Taste(vectors: .zeros([0, 3]), isLiked: []).opinions(of: others) == [0, 0, 0])
  }

  @Test(
    "What is followed comes with its reason, what was dismissed does not come",
    arguments: StoreKind.available)
  func topics(_ kind: StoreKind) throws {
    let store = try kind.store()
    let first = try store.merge(
      PaperEntry(title: "Certified Robustness at Scale", abstract: "We certify robustness."),
      from: "a")
    _ = try store.merge(PaperEntry(title: "Music for Cats", abstract: "Cats like it."), from: "a")
    let recommender = Recommender(store, search: PaperSearch(store, encoder: nil))
    #expect(try recommender.recommendations(since: 0).map(\.reasons) == [["new"], ["new"]])
    try store.follow("certified robustness")
    let found = try recommender.recommendations(since: 0)
    #expect(found.map(\.paper.id) == [first.paper])
    #expect(found[0].reasons == ["you follow “certified robustness”"])
    #expect(try recommender.recommendations(since: 1_780_000_001).isEmpty)
    try store.mark(first.paper, as: .dismissed)
    #expect(try recommender.recommendations(since: 0).isEmpty)
  }

  @Test(
    "Votes lose weight with age, and sightings stand in for them", arguments: StoreKind.available)
  func trending(_ kind: StoreKind) throws {
    let old = try kind.store(at: 1_779_000_000)
    var entry = PaperEntry(title: "Old and Liked", abstract: "x")
    entry.votes = 10
    _ = try old.merge(entry, from: "a")
    let store = try PaperStore(old.database, clock: { .init(timeIntervalSince1970: 1_780_000_000) })
    entry.rawTitle = "New and Liked"
    _ = try store.merge(entry, from: "a")
    for source in ["a", "b"] {
      _ = try store.merge(PaperEntry(title: "Seen Twice", abstract: "x"), from: source)
    }
    _ = try store.merge(PaperEntry(title: "Seen Once", abstract: "x"), from: "a")
    #expect(
      try store.trending().map(\.title) == [
        "New and Liked", "Seen Twice", "Seen Once", "Old and Liked",
      ])
  }

  @Test(
    "What is chosen from the index is what going through every paper gives",
    arguments: StoreKind.available)
  func wholeComputation(_ kind: StoreKind) throws {
    let day = 86_400
    let store = try kind.store()
    var generator = Generator(seed: 4)
    func draw(_ bound: UInt64) -> Int { Int(generator.next() % bound) }
    // Some hundred papers of a hundred days, seen on one to three pages, half of them with votes.
    for number in 0..<300 {
      let then = Date(timeIntervalSince1970: Double(store.now - draw(100) * day - draw(5) * 3600))
      var entry = PaperEntry(
        title: "Paper \(number) on \(number % 3 == 0 ? "certified robustness" : "music")",
        abstract: "We study it.")
      if number % 2 == 0 { entry.votes = draw(40) }
      let paper = try store.merge(entry, from: "a").paper
      for source in ["a", "b", "c"].prefix(1 + draw(3)) {
        try store.database.run(
          "DELETE FROM sightings WHERE paper = ? AND source = ?", [.integer(paper), .text(source)])
        try store.database.run(
          "INSERT INTO sightings VALUES (?, ?, 0, ?, NULL)",
          [.integer(paper), .text(source), .integer(Int(then.timeIntervalSince1970))])
      }
      try store.database.run(
        "UPDATE papers SET added = ? WHERE id = ?",
        [.integer(Int(then.timeIntervalSince1970)), .integer(paper)])
      if number % 10 == 0 { try store.mark(paper, as: .saved) }
    }
    let papers = try store.latest(1000)
    let sightings = try store.database.run("SELECT paper, last_seen FROM sightings")
    func trend(_ paper: Paper) -> Double? {
      let seen = sightings.filter { $0[0].integer == paper.id }.map { store.now - $0[1].integer! }
        .filter { $0 <= 90 * day }
      guard !seen.isEmpty else { return nil }
      if let votes = paper.votes {
        return Double(votes + 1) / pow(Double(store.now - paper.added) / Double(day) + 2, 1.5)
      }
      return seen.map { pow(0.5, Double($0) / Double(7 * day)) }.reduce(0, +)
    }
    let scored = papers.compactMap { paper in trend(paper).map { (paper.id, $0) } }
    let trending = try store.trending(300).map(\.id)
    #expect(Set(trending) == Set(scored.map(\.0)))
    let scores = Dictionary(uniqueKeysWithValues: scored)
    for (first, second) in zip(trending, trending.dropFirst()) {
      #expect(scores[first]! >= scores[second]! - 1e-12)
    }
    #expect(try store.trending(20).map(\.id) == Array(trending.prefix(20)))

    try store.follow("certified robustness")
    let since = store.now - 50 * day
    let found = try Recommender(store, search: PaperSearch(store, encoder: nil))
      .recommendations(since: since, limit: 15)
    let expected = try papers.filter {
      let state = try store.state(of: $0.id)
      return $0.title.contains("robustness") && $0.added >= since && state == nil
    }.sorted {
      let votes = [$0.votes ?? 0, $1.votes ?? 0]
      return votes[0] == votes[1] ? $0.id < $1.id : votes[0] > votes[1]
    }
    #expect(found.map(\.paper) == Array(expected.prefix(15)))
  }
}
