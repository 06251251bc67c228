import Evidence
import Experiments
import Foundation
import TestSupport
import Testing

@testable import Catalogue

struct CatalogueTests {
  @Test("Every card is whole, and belongs to a room of the plan")
  func cards() throws {
    let catalogue = try Catalogue()
    #expect(catalogue.cards.count == 385)
    let rooms: Set = [
      "Architectures", "Attacks", "Backdoors", "Certification", "Compression", "Confidence",
      "Curation", "Decisions", "Explanation", "Generation", "Hardening", "Kernels",
      "LanguageModels", "LinearModels", "OptimalTransport", "Perception", "Privacy", "Training",
      "Tuning",
    ]
    for card in catalogue.cards {
      #expect(rooms.contains(card.target), "\(card.paper)")
      #expect(!card.title.isEmpty && !card.what.isEmpty && !card.claim.isEmpty, "\(card.paper)")
    }
    #expect(Set(catalogue.cards.map(\.title)).count == 385)
  }

  @Test("Every experiment is about a paper of the catalogue")
  func experiments() throws {
    let catalogue = try Catalogue()
    for experiment in Experiments.all {
      #expect(catalogue[experiment.paper] != nil, "\(experiment.paper)")
    }
  }

  @Test("Each clause of a card that was looked at names a claim, a test or a reason that there is")
  func clauses() throws {
    let tests = try TestFiles.swiftSources(under: "Tests").joined()
    for experiment in Experiments.all {
      let card = try #require(try Catalogue()[experiment.paper])
      let clauses = try #require(card.clauses, "\(card.paper) has no clauses")
      var claims: Set<String> = []
      for clause in clauses {
        switch clause.basis {
        case .claim(let name): claims.insert(name)
        case .test(let name): #expect(tests.contains("\"\(name)\""), "\(card.paper): \(name)")
        case .unmeasured(let reason): #expect(reason.hasSuffix("."), "\(card.paper): \(reason)")
        }
      }
      #expect(claims == Set(experiment.claims.map(\.name)), "\(card.paper)")
    }
  }

  @Test("The calls on the cards of papers that run are among those that are compiled")
  func calls() throws {
    let path = TestFiles.package.path + "/Examples/Snippets/CatalogueCalls.swift"
    let compiled = try String(contentsOfFile: path, encoding: .utf8)
    let catalogue = try Catalogue()
    for experiment in Experiments.all {
      let card = try #require(catalogue[experiment.paper])
      #expect(!card.api.isEmpty && compiled.contains(card.api), "\(card.paper)")
    }
  }

  @Test("A line that is no card, and a name used twice, are named")
  func damagedCards() throws {
    let card = """
      {"paper":"a","title":"A","family":"f","target":"T","kind":"method","tier":"core","what":"w",\
      "formula":"","claim":"c","api":"","peer":""}
      """
    #expect(try Catalogue(lines: Data(card.utf8)).cards.count == 1)
    #expect(throws: CatalogueError.duplicate("a")) {
      try Catalogue(lines: Data("\(card)\n\(card)".utf8))
    }
    #expect(throws: CatalogueError.malformed(line: 2)) {
      try Catalogue(lines: Data("\(card)\n{}".utf8))
    }
  }
}
