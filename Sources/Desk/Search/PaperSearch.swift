import LanguageModels

/// Finds papers: by their words, by their meaning where a model is at hand, and by both joined.
public final class PaperSearch: Sendable {
  private let store: PaperStore
  let meaning: MeaningIndex?

  /// How many papers are joined of those that words find, and of those that meaning finds.
  private static let depth = 200

  public init(_ store: PaperStore, encoder: SentenceEncoder?) {
    self.store = store
    meaning = encoder.map { MeaningIndex(store: store, encoder: $0) }
  }

  /// Whether papers are found by meaning, and not by words alone.
  public var knowsMeaning: Bool { meaning != nil }

  /// What vectors are kept under.
  package var vectorName: String? { meaning?.model }

  /// Makes what a search by meaning needs for papers that came since the last time.
  ///
  /// - Parameter onlyImported: leaves cards that no page has shown for later.
  public func prepare(
    onlyImported: Bool = false, progress: (Double) -> Void = { _ in }
  ) throws {
    try meaning?.complete(onlyImported: onlyImported, progress: progress)
  }

  /// Finds papers, best first.
  ///
  /// A paper whose title is the query comes first. A word that no paper has is replaced by the
  /// most similar word of a title, if there is one.
  public func results(
    for text: String, filter: SearchFilter = SearchFilter(), limit: Int = 20, offset: Int = 0
  ) throws -> SearchResults {
    var query = SearchQuery(text)
    guard !query.terms.isEmpty else { return SearchResults() }
    let mended = try mend(&query)
    let ids = try ranking(query, filter, depth: max(Self.depth, limit + offset))
    let page = ids.dropFirst(offset).prefix(limit)
    let papers = try store.papers(Array(page))
    let items = papers.map { paper in
      SearchResults.Item(paper: paper, snippet: Snippet(of: paper.summary, words: query.words))
    }
    return SearchResults(
      items: items, total: ids.count, words: query.words, mended: mended,
      usesMeaning: knowsMeaning && !query.isExact)
  }

  /// The papers nearest in meaning to `paper`; without a model, those that share its title's words.
  public func papers(like paper: Paper, limit: Int = 10) throws -> [Paper] {
    if let meaning {
      let ids = try meaning.nearest(toPaper: paper.id, limit: limit).map(\.paper)
      if !ids.isEmpty { return try store.papers(Array(ids.prefix(limit))) }
    }
    let query = SearchQuery(SearchWords.words(of: paper.title).joined(separator: " "))
    guard let expression = FullTextExpression(query, .any, store.database.dialect) else {
      return []
    }
    let ids = try store.matches(expression, SearchFilter(), limit: limit + 1).map(\.paper)
    return try store.papers(ids.filter { $0 != paper.id }.prefix(limit).map(\.self))
  }

  private func ranking(
    _ query: SearchQuery, _ filter: SearchFilter, depth: Int
  ) throws -> [Int] {
    let words = try matches(of: query, filter, depth: depth)
    var cosines: [Int: Double] = [:]
    if let meaning, !query.isExact {
      // A filter is applied after, so there must be enough to choose from.
      let near = try meaning.nearest(to: query.text, limit: filter.isEmpty ? depth : depth * 20)
      cosines = Dictionary(uniqueKeysWithValues: near)
      let kept = Set(try store.kept(near.map(\.paper), by: filter))
      cosines = cosines.filter { kept.contains($0.key) }
      let others = words.keys.filter { cosines[$0] == nil }
      for (paper, cosine) in try meaning.cosines(of: others, to: meaning.vector(of: query.text)) {
        cosines[paper] = cosine
      }
    }
    let fused = ScoreFusion.fused(words: words, cosines: cosines)
    let titled = try store.kept(store.papers(titled: query.text), by: filter)
    return titled + fused.filter { !titled.contains($0) }
  }

  /// How well papers match the words of a query: those that have all of them, and if there are few,
  /// those that have any.
  private func matches(
    of query: SearchQuery, _ filter: SearchFilter, depth: Int
  ) throws -> [Int: Double] {
    let dialect = store.database.dialect
    guard let all = FullTextExpression(query, .all, dialect) else { return [:] }
    var matches = try store.matches(all, filter, limit: depth)
    if !query.isExact, matches.count < 10, query.terms.count > 1,
      let any = FullTextExpression(try store.tellingTerms(of: query), .any, dialect)
    {
      matches += try store.matches(any, filter, limit: depth)
    }
    return Dictionary(matches.map { ($0.paper, $0.score) }, uniquingKeysWith: max)
  }

  /// Replaces words that are in no paper, and that the model does not know either; returns what was
  /// replaced by what.
  private func mend(_ query: inout SearchQuery) throws -> [String: String] {
    var mended: [String: String] = [:]
    for (place, term) in query.terms.enumerated() where !term.isPrefix {
      for (index, word) in term.words.enumerated() where mended[word] == nil {
        guard word.count >= 4, meaning?.encoder.tokenizer.isPiece(word) != true,
          try !store.knows(word),
          let spelling = try store.spellings(of: word).first
        else { continue }
        mended[word] = spelling
        query.terms[place].words[index] = spelling
      }
    }
    return mended
  }
}

/// What a search found.
public struct SearchResults: Sendable {
  public struct Item: Sendable {
    public let paper: Paper
    public let snippet: Snippet
  }

  public var items: [Item] = []
  /// How many papers were found, those that are not shown included.
  public var total = 0
  /// The words that were looked for.
  public var words: [String] = []
  /// Words that no paper has, and what was looked for instead.
  public var mended: [String: String] = [:]
  public var usesMeaning = false
}

extension PaperStore {
  /// The papers with this title.
  func papers(titled title: String) throws -> [Int] {
    try database.run(
      "SELECT id FROM papers WHERE title_key = ? OR slug = ?",
      [.text(TitleKey(title).text), .text(title.lowercased())]
    ).compactMap { $0[0].integer }
  }

  /// Those of the papers that a filter keeps, in the same order.
  func kept(_ papers: [Int], by filter: SearchFilter) throws -> [Int] {
    guard !filter.isEmpty, !papers.isEmpty else { return papers }
    let (condition, values) = filter.condition
    let list = papers.map(String.init).joined(separator: ",")
    let kept = Set(
      try database.run("SELECT id FROM papers WHERE id IN (\(list))\(condition)", values)
        .compactMap { $0[0].integer })
    return papers.filter(kept.contains)
  }
}
