import Evidence
import Foundation
import TestSupport
import Testing

@testable import Desk

/// What a reader finds in the catalogue, by words and meaning together.
@Suite(
  .enabled("the sentence model is not set up") {
    FileManager.default.fileExists(atPath: TestFiles.package.path + "/.assay/minilm/vocab.txt")
  })
struct SearchQualityTests {
  private struct Question: Decodable {
    let paper: String
    let question: String
  }

  @Test("Exact titles come first; questions in other words find their paper among the first five")
  func catalogue() throws {
    let root = TestFiles.package.path
    let desk = try PaperDesk(
      store: PaperStore(SQLiteDatabase(path: nil)),
      evidence: EvidenceStore(path: root + "/Evidence"),
      modelFolder: root + "/.assay/minilm")
    let search = try desk.search()
    try search.prepare()
    for card in desk.catalogue.cards where card.paper.slug.utf8.count % 3 == 0 {
      let first = try search.results(for: card.title, limit: 1).items.first?.paper.name
      #expect(first == card.paper.slug)
    }
    let file = URL(fileURLWithPath: TestFiles.golden("questions.json"))
    let questions = try JSONDecoder().decode([Question].self, from: Data(contentsOf: file))
    let missed = try questions.filter { question in
      try !search.results(for: question.question, limit: 5).items
        .contains { $0.paper.name == question.paper }
    }
    // Ten were missed when this was written; a rank at the edge may hang on a vector's last bits.
    #expect(questions.count == 60 && missed.count <= 11, "\(missed.map(\.paper))")
  }
}
