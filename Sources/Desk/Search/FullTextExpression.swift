/// A query in the language of a store's full-text index. Words are letters and digits alone, so that
/// nothing in them is a sign of that language.
struct FullTextExpression {
  enum Joining {
    /// Every term is in the paper.
    case all
    /// At least one term is.
    case any
  }

  let text: String

  /// Makes the expression, or returns nil if nothing is left to look for.
  init?(_ query: SearchQuery, _ joining: Joining, _ dialect: SQLDialect) {
    var terms = query.terms
    // Words that are everywhere do not count, unless there are no others or they were asked for.
    let telling = terms.filter { $0.words.contains { !SearchWords.common.contains($0) } }
    if !telling.isEmpty, !query.isExact { terms = telling }
    let pieces = terms.map { dialect == .sqlite ? Self.sqlite($0) : Self.postgreSQL($0) }
    guard !pieces.isEmpty else { return nil }
    text =
      switch (dialect, joining) {
      case (.sqlite, .all): pieces.joined(separator: " AND ")
      case (.sqlite, .any): pieces.joined(separator: " OR ")
      case (.postgreSQL, .all): pieces.joined(separator: " & ")
      case (.postgreSQL, .any): pieces.joined(separator: " | ")
      }
  }

  private static func sqlite(_ term: SearchQuery.Term) -> String {
    let phrase = "\"" + term.words.joined(separator: " ") + "\"" + (term.isPrefix ? "*" : "")
    return term.field.map { "{\($0.rawValue)} : \(phrase)" } ?? phrase
  }

  private static func postgreSQL(_ term: SearchQuery.Term) -> String {
    let weight =
      switch term.field {
      case nil: ""
      case .title: "A"
      case .authors, .organisation: "B"
      case .abstract: "D"
      }
    let suffix = (term.isPrefix ? "*" : "") + weight
    let words = term.words.map { suffix.isEmpty ? $0 : "\($0):\(suffix)" }
    return words.count == 1 ? words[0] : "(" + words.joined(separator: " <-> ") + ")"
  }
}

extension SearchWords {
  /// English words that are in nearly every abstract.
  static let common: Set<String> = [
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "has",
    "have", "how", "if", "in", "into", "is", "it", "its", "more", "not", "of", "on", "one", "only",
    "or", "our", "over", "paper", "show", "than", "that", "the", "their", "them", "there", "these",
    "they", "this", "to", "under", "use", "used", "using", "via", "was", "we", "what", "when",
    "where",
    "which", "while", "who", "why", "will", "with", "without", "you", "your", "data", "model",
    "models",
    "method", "methods", "learning", "based", "approach", "propose", "new",
  ]
}
