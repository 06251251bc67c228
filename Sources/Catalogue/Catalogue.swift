import Evidence
import Foundation
import Methods

/// The papers that Assay brings methods of, each as a card.
public struct Catalogue: Sendable {
  /// The cards, by name.
  public let cards: [PaperCard]

  /// The cards that come with the package.
  ///
  /// - Throws: `CatalogueError`.
  public init() throws {
    guard let url = Bundle.module.url(forResource: "cards", withExtension: "jsonl"),
      let data = try? Data(contentsOf: url)
    else { throw CatalogueError.missing }
    try self.init(lines: data)
  }

  /// Reads one card a line.
  ///
  /// - Throws: `CatalogueError` if a line is no card, or two have one name.
  init(lines: Data) throws {
    let decoder = JSONDecoder()
    var cards: [PaperCard] = []
    var seen: Set<PaperID> = []
    for (index, line) in lines.split(separator: UInt8(ascii: "\n")).enumerated() {
      do {
        cards.append(try decoder.decode(PaperCard.self, from: Data(line)))
      } catch {
        throw CatalogueError.malformed(line: index + 1)
      }
      guard seen.insert(cards.last!.paper).inserted else {
        throw CatalogueError.duplicate(cards.last!.paper)
      }
    }
    self.cards = cards.sorted { $0.paper.slug < $1.paper.slug }
  }

  /// The fields of the papers, sorted.
  public var families: [String] { Set(cards.map(\.family)).sorted() }

  public subscript(paper: PaperID) -> PaperCard? {
    cards.first { $0.paper == paper }
  }
}

/// Why the catalogue cannot be read.
public enum CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing
  case malformed(line: Int)
  case duplicate(PaperID)

  public var description: String {
    switch self {
    case .missing: "The cards of papers are not beside the program. Build it with ./assay."
    case .malformed(let line): "cards.jsonl:\(line): not a card."
    case .duplicate(let paper): "cards.jsonl: two cards are called '\(paper)'."
    }
  }
}
