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

  private static func search() throws -> (PaperDesk, PaperSearch) {
    let root = TestFiles.package.path
    let desk = try PaperDesk(
      store: PaperStore(SQLiteDatabase(path: nil)),
      evidence: EvidenceStore(path: root + "/Evidence"), modelFolder: root + "/.assay/minilm")
    let search = try desk.search()
    try search.prepare()
    return (desk, search)
  }

  /// The papers of a file's questions that are not among the first five answers.
  private static func missed(
    _ file: String, of count: Int, _ search: PaperSearch
  ) throws -> [String] {
    let data = try Data(contentsOf: URL(fileURLWithPath: TestFiles.golden(file)))
    let questions = try JSONDecoder().decode([Question].self, from: data)
    #expect(questions.count == count)
    return try questions.filter { question in
      try !search.results(for: question.question, limit: 5).items
        .contains { $0.paper.name == question.paper }
    }.map(\.paper)
  }

  @Test("Exact titles come first; questions in other words find their paper among the first five")
  func catalogue() throws {
    let (desk, search) = try Self.search()
    for card in desk.catalogue.cards {
      let first = try search.results(for: card.title, limit: 1).items.first?.paper.name
      #expect(first == card.paper.slug)
    }
    // The fusion was chosen on the development questions, of which 81 of 93 found their paper; of
    // the others, which are for testing alone, 55 of 60 did. A rank at the edge may hang on a
    // vector's last bits.
    let development = try Self.missed("development-questions.json", of: 93, search)
    #expect(development.count <= 13, "\(development)")
    let tested = try Self.missed("questions.json", of: 60, search)
    #expect(tested.count <= 6, "\(tested)")
  }
}
