import Foundation

/// What became of an entry.
public enum MergeResult: Sendable, Hashable {
  /// No page had shown the paper before.
  case added(Int)
  /// The paper was known, from this page or another.
  case merged(Int)

  public var paper: Int {
    switch self {
    case .added(let paper), .merged(let paper): paper
    }
  }
}

extension PaperStore {
  /// Takes what a page says of a paper: as a new paper, or into the one that is meant.
  ///
  /// The same paper is one with the same identifier, or with the same title, small edits aside, if
  /// `PaperIdentity` finds no other paper in it. What the store has is kept where the page says less:
  /// the longer abstract, the names over their number and more names over fewer, the earlier day.
  public func merge(_ entry: PaperEntry, from source: String) throws -> MergeResult {
    try database.transaction {
      let key = TitleKey(entry.title)
      let known = try paper(meantBy: entry, key)
      let arrival = try arrival()
      let result: MergeResult
      if let known {
        try update(known, with: entry, at: arrival)
        result = known.isImported ? .merged(known.id) : .added(known.id)
      } else {
        result = .added(try insert(entry, key, at: arrival))
      }
      for link in entry.allLinks {
        try database.run(
          "INSERT INTO links (paper, kind, url) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
          [.integer(result.paper), .text(link.kind.rawValue), .text(link.url)])
      }
      try database.run(
        """
        INSERT INTO sightings (paper, source, first_seen, last_seen, votes) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (paper, source) DO UPDATE SET
          last_seen = CASE WHEN excluded.last_seen > sightings.last_seen
            THEN excluded.last_seen ELSE sightings.last_seen END,
          votes = coalesce(excluded.votes, sightings.votes)
        """,
        [
          .integer(result.paper), .text(source), .integer(arrival), .integer(arrival),
          .init(entry.votes),
        ])
      return result
    }
  }

  /// When a paper that comes now has come: never before one that was there already, so that no digest
  /// passes over it because a clock was set back.
  private func arrival() throws -> Int {
    max(now, try database.run("SELECT max(added) FROM papers")[0][0].integer ?? 0)
  }

  /// The paper in the store that an entry is about.
  private func paper(meantBy entry: PaperEntry, _ key: TitleKey) throws -> Paper? {
    if let arxiv = entry.arxivID, let paper = try papers("arxiv = ?", [.text(arxiv)]).first {
      return paper
    }
    if let doi = entry.doi,
      let paper = try papers("doi = ?", [.text(doi)]).first(where: {
        $0.arxivID == nil || entry.arxivID == nil
      })
    {
      return paper
    }
    let identity = PaperIdentity(entry, title: key)
    let namesakes = try papers("title_key = ?", [.text(key.text)])
    if let known = Self.choose(identity, among: namesakes.map { ($0, key) }) { return known }
    return Self.choose(identity, among: try papers(titledLike: key))
  }

  /// The first paper that is certainly the one, or else the first that can be.
  private static func choose(
    _ identity: PaperIdentity, among candidates: [(paper: Paper, key: TitleKey)]
  ) -> Paper? {
    var possible: Paper?
    for (paper, key) in candidates {
      switch identity.verdict(on: PaperIdentity(paper, title: key)) {
      case .same: return paper
      case .possible: possible = possible ?? paper
      case .other: break
      }
    }
    return possible
  }

  /// The papers whose titles are `key` with a small edit.
  private func papers(titledLike key: TitleKey) throws -> [(paper: Paper, key: TitleKey)] {
    // An edit at the start leaves the end as it was, and the other way round. No honest title has
    // five hundred others that begin or end as it does.
    try database.run(
      """
      SELECT id, title_key FROM papers WHERE (key_start = ? OR key_end = ?) AND title_key <> ?
      ORDER BY id LIMIT 500
      """,
      [.text(key.start), .text(key.end), .text(key.text)]
    ).compactMap { row in row[1].text.map { (id: row[0], key: TitleKey(key: $0)) } }
      .filter { key.isNearlyEqual(to: $0.key) }.prefix(Self.namesakes).flatMap { id, key in
        try papers("id = ?", [id]).map { ($0, key) }
      }
  }

  /// The most papers of one title that are compared with an entry; no honest title has more.
  private static let namesakes = 50

  private func papers(_ condition: String, _ values: [SQLValue]) throws -> [Paper] {
    try database.run(
      """
      SELECT \(Paper.columns) FROM papers WHERE \(condition)
      ORDER BY id LIMIT \(Self.namesakes)
      """, values
    ).map(Paper.init(row:))
  }

  private func insert(_ entry: PaperEntry, _ key: TitleKey, at arrival: Int) throws -> Int {
    let row = try database.run(
      """
      INSERT INTO papers (title, raw_title, title_key, key_start, key_end, abstract, raw_abstract,
        authors, author_names, author_count, organisation, posted, votes, comments, arxiv, doi, added,
        is_imported)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING id
      """,
      [
        .text(entry.title), .text(entry.rawTitle), .text(key.text), .text(key.start),
        .text(key.end), .text(entry.abstract), .text(entry.rawAbstract),
        .text(entry.authorText), .text(entry.authors.joined(separator: "\n")),
        .init(entry.authors.isEmpty ? entry.authorCount : entry.authors.count),
        .init(entry.organisation), .init(entry.posted), .init(entry.votes), .init(entry.comments),
        .init(entry.arxivID), .init(entry.doi), .integer(arrival),
      ])
    try database.indexText(of: row[0][0].integer!)
    try countWords(of: entry.title)
    return row[0][0].integer!
  }

  private func update(_ paper: Paper, with entry: PaperEntry, at arrival: Int) throws {
    let isFuller = entry.rawAbstract.count > paper.rawAbstract.count
    let hasNames = entry.namesMore(than: paper)
    let posted = [paper.posted, entry.posted].compactMap(\.self).min {
      // The finer date is the better one, and then the earlier.
      $0.count == $1.count ? $0 < $1 : $0.count > $1.count
    }
    let values: [SQLValue] = [
      .text(isFuller ? entry.abstract : paper.abstract),
      .text(isFuller ? entry.rawAbstract : paper.rawAbstract),
      .text(hasNames ? entry.authorText : paper.authors),
      .text((hasNames ? entry.authors : paper.names).joined(separator: "\n")),
      .init(hasNames ? entry.authors.count : paper.authorCount ?? entry.authorCount),
      .init(paper.organisation ?? entry.organisation), .init(posted),
      .init([paper.votes, entry.votes].compactMap(\.self).max()),
      .init([paper.comments, entry.comments].compactMap(\.self).max()),
      .init(paper.arxivID ?? entry.arxivID), .init(paper.doi ?? entry.doi),
      .integer(paper.isImported ? paper.added : arrival),
    ]
    let old: [SQLValue] = [
      .text(paper.abstract), .text(paper.rawAbstract), .text(paper.authors),
      .text(paper.names.joined(separator: "\n")),
      .init(paper.authorCount), .init(paper.organisation), .init(paper.posted),
      .init(paper.votes), .init(paper.comments), .init(paper.arxivID), .init(paper.doi),
      .integer(paper.added),
    ]
    guard values != old || !paper.isImported else { return }
    try database.run(
      """
      UPDATE papers SET abstract = ?, raw_abstract = ?, authors = ?, author_names = ?,
        author_count = ?, organisation = ?, posted = ?, votes = ?, comments = ?, arxiv = ?, doi = ?,
        added = ?, is_imported = 1
      WHERE id = ?
      """, values + [.integer(paper.id)])
    try database.indexText(of: paper.id)
    // What is searched by meaning is made of the abstract.
    if isFuller { try forgetEmbedding(of: paper.id) }
  }

  /// Keeps count of the words of titles, by which mistyped words are mended.
  func countWords(of title: String) throws {
    for word in Set(SearchWords.words(of: title)) {
      try database.run(
        """
        INSERT INTO title_words (word, papers) VALUES (?, 1)
        ON CONFLICT (word) DO UPDATE SET papers = title_words.papers + 1
        """, [.text(word)])
    }
  }
}

extension PaperEntry {
  /// Whether the page tells more of the authors' names than is known: all of them rather than the
  /// first, more of them, or the same in full rather than by initials.
  fileprivate func namesMore(than paper: Paper) -> Bool {
    guard !authors.isEmpty, !paper.names.isEmpty else { return !authors.isEmpty }
    if authors.count != paper.names.count { return authors.count > paper.names.count }
    if hasMoreAuthors != paper.hasMoreAuthors { return !hasMoreAuthors }
    return authorText.utf8.count > paper.authors.utf8.count
  }
}
