import Spelling

/// How many papers there are of each kind.
public struct PaperCounts: Sendable, Hashable {
  /// All, cards included.
  public let papers: Int
  /// Those that a page has shown.
  public let imported: Int
  public let cards: Int
  /// Those whose method runs here, tested or not.
  public let running: Int
  public let tested: Int
}

extension PaperStore {
  public func counts() throws -> PaperCounts {
    let row = try database.run(
      """
      SELECT count(*), coalesce(sum(is_imported), 0), count(slug),
        count(CASE WHEN status IN ('runs', 'tested') THEN 1 END),
        count(CASE WHEN status = 'tested' THEN 1 END) FROM papers
      """)[0]
    let numbers = row.map { $0.integer ?? 0 }
    return PaperCounts(
      papers: numbers[0], imported: numbers[1], cards: numbers[2], running: numbers[3],
      tested: numbers[4])
  }

  /// The paper that `name` means: a card's name, `p` and a number, an arXiv identifier or a title.
  ///
  /// - Throws: `StoreError.unknownPaper`.
  public func paper(named name: String) throws -> Paper {
    let number = name.first == "p" ? Int(name.dropFirst()) : nil
    let rows = try database.run(
      """
      SELECT \(Paper.columns) FROM papers WHERE slug = ? OR id = ? OR arxiv = ? OR title_key = ?
      ORDER BY CASE WHEN slug = ? THEN 0 ELSE 1 END, papers.id LIMIT 1
      """,
      [
        .text(name), .init(number), .text(name), .text(TitleKey(name).text), .text(name),
      ])
    if let row = rows.first { return Paper(row: row) }
    let slugs = try database.run("SELECT slug FROM papers WHERE slug IS NOT NULL ORDER BY slug")
      .compactMap { $0[0].text }
    let wanted = Array(name.lowercased().utf8)
    let similar = slugs.filter {
      wanted.editDistance(to: Array($0.utf8), atMost: max(1, wanted.count / 4)) != nil
        || $0.hasPrefix(name)
    }
    throw StoreError.unknownPaper(name: name, similar: Array(similar.prefix(3)))
  }

  /// The papers with these numbers, in the same order; those that are not there are left out.
  public func papers(_ ids: [Int]) throws -> [Paper] {
    guard !ids.isEmpty else { return [] }
    let list = ids.map(String.init).joined(separator: ",")
    let found = try database.run("SELECT \(Paper.columns) FROM papers WHERE id IN (\(list))")
      .map(Paper.init(row:))
    let places = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
    return ids.compactMap { places[$0] }
  }

  /// The papers that pages have shown, those that came last first.
  public func latest(_ limit: Int = 20, offset: Int = 0) throws -> [Paper] {
    try database.run(
      """
      SELECT \(Paper.columns) FROM papers WHERE is_imported = 1
      ORDER BY added DESC, id LIMIT ? OFFSET ?
      """, [.integer(limit), .integer(offset)]
    ).map(Paper.init(row:))
  }

  /// The cards of the catalogue, by name.
  public func cards() throws -> [Paper] {
    try database.run("SELECT \(Paper.columns) FROM papers WHERE slug IS NOT NULL ORDER BY slug")
      .map(Paper.init(row:))
  }

  public func links(of paper: Int) throws -> [PaperLink] {
    try database.run(
      "SELECT kind, url FROM links WHERE paper = ? ORDER BY kind, url", [.integer(paper)]
    )
    .map { PaperLink(PaperLink.Kind(rawValue: $0[0].text!) ?? .page, $0[1].text!) }
  }

  /// Where a paper was seen: the files' names or addresses, the latest first.
  public func sources(of paper: Int) throws -> [String] {
    try database.run(
      "SELECT source FROM sightings WHERE paper = ? ORDER BY last_seen DESC, source",
      [.integer(paper)]
    ).compactMap { $0[0].text }
  }
}
