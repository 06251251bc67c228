/// What is searched for, as words, phrases, beginnings of words and fields:
/// `"flat minima" author:foret sharp*`.
public struct SearchQuery: Sendable, Hashable {
  /// A part of a paper that a term may be limited to.
  enum Field: String, Sendable, Hashable {
    case title, abstract, authors, organisation

    init?(name: Substring) {
      switch name.lowercased() {
      case "title": self = .title
      case "abstract": self = .abstract
      case "author", "authors", "by": self = .authors
      case "organisation", "organization", "org": self = .organisation
      default: return nil
      }
    }
  }

  struct Term: Sendable, Hashable {
    /// One word, or several that follow each other.
    var words: [String]
    var isPrefix = false
    var field: Field?
  }

  /// The text as it was written.
  public let text: String
  var terms: [Term]

  /// The most terms of a query that are looked at.
  private static let longest = 32

  public init(_ text: String) {
    self.text = text.singleSpaced
    var terms: [Term] = []
    var rest = Substring(self.text)
    while !rest.isEmpty, terms.count < Self.longest {
      rest = rest.drop { $0 == " " }
      var field: Field?
      if let match = rest.prefixMatch(of: /([A-Za-z]+):/), let named = Field(name: match.output.1) {
        field = named
        rest = rest[match.range.upperBound...]
      }
      let piece: Substring
      if rest.first == "\"" {
        rest = rest.dropFirst()
        piece = rest.prefix { $0 != "\"" }
        rest = rest.dropFirst(piece.count + 1)
        terms.append(Term(words: SearchWords.words(of: String(piece)), field: field))
      } else {
        piece = rest.prefix { $0 != " " }
        rest = rest.dropFirst(piece.count)
        let words = SearchWords.words(of: String(piece))
        terms.append(Term(words: words, isPrefix: piece.hasSuffix("*"), field: field))
      }
    }
    self.terms = terms.filter { !$0.words.isEmpty }
  }

  /// Whether the query says more than words: then only what matches is found.
  var isExact: Bool {
    terms.contains { $0.field != nil || $0.isPrefix } || text.contains("\"")
  }

  /// Whether there is no word to look for.
  public var isEmpty: Bool { terms.isEmpty }

  /// All words of the query.
  var words: [String] { terms.flatMap(\.words) }
}
