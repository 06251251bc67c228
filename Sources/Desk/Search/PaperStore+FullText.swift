import Spelling

extension PaperStore {
  /// The papers whose text matches, best first, with how well: more is better, and 0 is nothing.
  ///
  /// In SQLite a match in a name counts half of one in the title, in the abstract or in what the
  /// card says; in PostgreSQL the title counts most, then names, the card and the abstract.
  func matches(
    _ expression: FullTextExpression, _ filter: SearchFilter, limit: Int
  ) throws -> [(paper: Int, score: Double)] {
    let (condition, values) = filter.condition
    let rows: [SQLRow]
    switch database.dialect {
    case .sqlite:
      rows = try database.run(
        """
        SELECT paper_text.rowid, -rank FROM paper_text
        \(condition.isEmpty ? "" : "JOIN papers ON papers.id = paper_text.rowid")
        WHERE paper_text MATCH ?\(condition) AND rank MATCH 'bm25(2.0, 2.0, 1.0, 1.0, 2.0)'
        ORDER BY rank LIMIT ?
        """, [.text(expression.text)] + values + [.integer(limit)])
    case .postgreSQL:
      rows = try database.run(
        """
        SELECT papers.id, ts_rank_cd(papers.document, query, 1) AS score
        FROM papers, to_tsquery('english', ?) AS query WHERE papers.document @@ query\(condition)
        ORDER BY score DESC, papers.id LIMIT ?
        """, [.text(expression.text)] + values + [.integer(limit)])
    }
    return rows.map { ($0[0].integer!, $0[1].real!) }
  }

  /// Those of the papers whose text matches, in no order.
  ///
  /// - Parameter papers: their numbers, ascending.
  func matches(_ expression: FullTextExpression, among papers: [Int]) throws -> [Int] {
    guard let first = papers.first, let last = papers.last else { return [] }
    let statement =
      switch database.dialect {
      case .sqlite:
        "SELECT rowid FROM paper_text WHERE paper_text MATCH ? AND rowid BETWEEN ? AND ?"
      case .postgreSQL:
        "SELECT id FROM papers WHERE document @@ to_tsquery('english', ?) AND id BETWEEN ? AND ?"
      }
    let wanted = Set(papers)
    return try database.run(
      statement, [.text(expression.text), .integer(first), .integer(last)]
    ).compactMap { $0[0].integer }.filter(wanted.contains)
  }

  /// The words of titles that a mistyped word may have been, by how often they are used.
  func spellings(of word: String) throws -> [String] {
    guard word.count >= 4 else { return [] }
    let allowed = word.count >= 8 ? 2 : 1
    let wanted = Array(word.utf8)
    let rows = try database.run(
      "SELECT word, papers FROM title_words WHERE length(word) BETWEEN ? AND ? ORDER BY papers DESC",
      [.integer(word.count - allowed), .integer(word.count + allowed)])
    let near = rows.compactMap { $0[0].text }.filter {
      wanted.editDistance(to: Array($0.utf8), atMost: allowed) != nil
    }
    // One edit is likelier than two, which leave the first letter as it is or are another word.
    return near.filter { wanted.editDistance(to: Array($0.utf8), atMost: 1) != nil }
      + near.filter { $0.utf8.first == wanted.first }
  }

  /// Whether a word, in any of its forms, is in any paper.
  func knows(_ word: String) throws -> Bool {
    if try titleCount(of: word) > 0 { return true }
    let query = SearchQuery(word)
    guard let expression = FullTextExpression(query, .all, database.dialect) else { return true }
    // One paper is enough, so none is ranked.
    let statement =
      switch database.dialect {
      case .sqlite: "SELECT rowid FROM paper_text WHERE paper_text MATCH ? LIMIT 1"
      case .postgreSQL:
        "SELECT id FROM papers WHERE document @@ to_tsquery('english', ?) LIMIT 1"
      }
    return try !database.run(statement, [.text(expression.text)]).isEmpty
  }

  /// The terms that tell papers apart: the rarest first, as many as a ranking of what has any of
  /// them can go through in some milliseconds.
  func tellingTerms(of query: SearchQuery) throws -> SearchQuery {
    let papers = try database.run("SELECT count(*) FROM papers")[0][0].integer ?? 0
    let counted = try query.terms.map { term in
      (term: term, count: try term.words.map(titleCount).min() ?? 0)
    }.sorted { $0.count < $1.count }
    var telling = query
    telling.terms = []
    var total = 0
    for (term, count) in counted {
      total += count
      if !telling.terms.isEmpty, total > max(500, papers / 100) { break }
      telling.terms.append(term)
    }
    return telling
  }

  /// How many titles have a word.
  private func titleCount(of word: String) throws -> Int {
    try database.run("SELECT papers FROM title_words WHERE word = ?", [.text(word)])
      .first?[0].integer ?? 0
  }
}

extension Database {
  /// Brings the index of words to what a paper says; SQLite's follows by itself.
  func indexText(of paper: Int) throws {
    guard dialect == .postgreSQL else { return }
    let columns = ["title", "authors", "organisation", "summary", "abstract"]
    let row = try run(
      "SELECT \(columns.joined(separator: ", ")) FROM papers WHERE id = ?", [.integer(paper)])
    let texts = row[0].map { SearchWords.words(of: $0.text ?? "").joined(separator: " ") }
    let vector = zip(columns, "ABBCD").map { _, weight in
      "setweight(to_tsvector('english', ?), '\(weight)')"
    }
    try run(
      "UPDATE papers SET document = \(vector.joined(separator: " || ")) WHERE id = ?",
      texts.map(SQLValue.text) + [.integer(paper)])
  }
}
