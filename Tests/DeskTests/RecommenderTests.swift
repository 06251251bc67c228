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
}
