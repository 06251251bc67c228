extension PaperStore {
  /// The papers whose text matches, best first.
  ///
  /// A match in the title counts most, then one in the names, in what the card says and in the
  /// abstract.
  func matches(
    _ expression: FullTextExpression, _ filter: SearchFilter, limit: Int
  ) throws -> [Int] {
    let (condition, values) = filter.condition
    let rows: [SQLRow]
    switch database.dialect {
    case .sqlite:
      rows = try database.run(
        """
        SELECT paper_text.rowid FROM paper_text
        \(condition.isEmpty ? "" : "JOIN papers ON papers.id = paper_text.rowid")
        WHERE paper_text MATCH ?\(condition) AND rank MATCH 'bm25(8.0, 1.0, 4.0, 4.0, 2.0)'
        ORDER BY rank LIMIT ?
        """, [.text(expression.text)] + values + [.integer(limit)])
    case .postgreSQL:
      rows = try database.run(
        """
        SELECT papers.id FROM papers, to_tsquery('english', ?) AS query
        WHERE papers.document @@ query\(condition)
        ORDER BY ts_rank_cd(papers.document, query, 1) DESC, papers.id LIMIT ?
        """, [.text(expression.text)] + values + [.integer(limit)])
    }
    return rows.compactMap { $0[0].integer }
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
      EditDistance.isAtMost(allowed, from: wanted, to: Array($0.utf8))
    }
    // One edit is likelier than two.
    return near.filter { EditDistance.isAtMost(1, from: wanted, to: Array($0.utf8)) } + near
  }

  /// Whether a word, in any of its forms, is in any paper.
  func knows(_ word: String) throws -> Bool {
    let query = SearchQuery(word)
    guard let expression = FullTextExpression(query, .all, database.dialect) else { return true }
    return try !matches(expression, SearchFilter(), limit: 1).isEmpty
  }
}
