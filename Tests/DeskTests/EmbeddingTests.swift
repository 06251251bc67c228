import Tensors
import Testing

@testable import Desk

struct EmbeddingTests {
  private static let card = StoredCard(
    slug: "sam", title: "Flat Minima", family: "optimization", target: "Training",
    status: "listed", summary: "Ascends, then descends.", claim: "Accuracy rises.")

  @Test("A vector is made of what the card says, else of the abstract")
  func texts() throws {
    let store = try StoreKind.sqlite.store()
    try store.keep([Self.card])
    for title in ["Flat Minima", "Sharp Minima"] {
      _ = try store.merge(PaperEntry(title: title, abstract: "They generalize."), from: "a")
    }
    let texts = try store.papersWithoutEmbedding(of: "m", onlyImported: false).map(\.text)
    #expect(
      texts == [
        "Ascends, then descends. Flat Minima. optimization, Training Accuracy rises.",
        "Sharp Minima. They generalize.",
      ])
  }

  @Test("Another model, and a card that says something else, want a new vector")
  func renewal() throws {
    let store = try StoreKind.sqlite.store()
    var card = Self.card
    try store.keep([card])
    let paper = try store.paper(named: "sam").id
    func isMissing(_ model: String) throws -> Bool {
      try !store.papersWithoutEmbedding(of: model, onlyImported: false).isEmpty
    }
    try store.keep(Tensor([1, 0] as [Float], shape: [1, 2]), of: [paper], model: "m")
    #expect(try !isMissing("m") && isMissing("n"))
    card.status = "tested"
    try store.keep([card])
    #expect(try !isMissing("m"))
    card.claim = "Accuracy falls."
    try store.keep([card])
    #expect(try isMissing("m"))
  }

  @Test("A store that knew no claims learns them", arguments: StoreKind.available)
  func migration(_ kind: StoreKind) throws {
    let store = try kind.store()
    try store.keep([Self.card])
    let paper = try store.paper(named: "sam").id
    try store.keep(Tensor([1, 0] as [Float], shape: [1, 2]), of: [paper], model: "m")
    try store.database.run("ALTER TABLE papers DROP COLUMN claim")
    try store.set("version", to: "2")
    try store.set("cards", to: "of an older program")
    let newer = try PaperStore(store.database)
    try newer.keep([Self.card])
    let texts = try newer.papersWithoutEmbedding(of: "m", onlyImported: false).map(\.text)
    #expect(texts.count == 1 && texts[0].hasSuffix("Accuracy rises."))
  }
}
