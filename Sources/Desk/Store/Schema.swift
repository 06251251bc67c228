/// The tables of the store, and how an older store becomes a newer one.
enum Schema {
  /// Makes or updates the tables.
  ///
  /// - Parameter version: the version to stop at, for tests; the latest if it is nil.
  /// - Throws: `StoreError.tooNew` if a newer Assay made them.
  static func prepare(_ database: some Database, place: String, upTo version: Int? = nil) throws {
    let known = Array(versions(database.dialect).prefix(version ?? .max))
    if let found = try? Self.version(of: database), found == known.count { return }
    // A table that is made anew must not take what refers to its rows with it.
    if database.dialect == .sqlite { try database.run("PRAGMA foreign_keys = OFF") }
    defer { if database.dialect == .sqlite { _ = try? database.run("PRAGMA foreign_keys = ON") } }
    try database.transaction {
      try database.run(
        "CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
      let found = try Self.version(of: database)
      guard found <= known.count else {
        throw StoreError.tooNew(place: place, version: found, known: known.count)
      }
      for statement in known[found...].joined() { try database.run(statement) }
      if database.dialect == .postgreSQL, 1..<2 ~= found { try indexTexts(of: database) }
      try database.run(
        """
        INSERT INTO settings (name, value) VALUES ('version', ?)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """, [.text("\(known.count)")])
    }
  }

  /// Fills the index of words of a store whose first version had another.
  private static func indexTexts(of database: some Database) throws {
    for row in try database.run("SELECT id FROM papers") {
      try database.indexText(of: row[0].integer!)
    }
  }

  private static func version(of database: some Database) throws -> Int {
    let rows = try database.run("SELECT value FROM settings WHERE name = 'version'")
    return rows.first?.first?.text.flatMap { Int($0) } ?? 0
  }

  /// What each version adds to the one before; a version that was released never changes.
  private static func versions(_ dialect: SQLDialect) -> [[String]] {
    [
      tables(dialect) + fullText(dialect), additions(dialect) + foldedText(dialect), cardClaims,
      namesakes(dialect),
    ]
  }

  /// What a card claims, which a search by meaning reads.
  private static let cardClaims = ["ALTER TABLE papers ADD COLUMN claim TEXT"]

  private static func tables(_ dialect: SQLDialect) -> [String] {
    let integer = dialect.integer
    let paper = "paper \(integer) NOT NULL REFERENCES papers (id) ON DELETE CASCADE"
    return [
      // A paper that a page showed, a card of the catalogue, or both.
      """
      CREATE TABLE papers (
        id \(dialect.key), title TEXT NOT NULL, raw_title TEXT NOT NULL, title_key TEXT NOT NULL UNIQUE,
        key_start TEXT NOT NULL, key_end TEXT NOT NULL, abstract TEXT NOT NULL,
        raw_abstract TEXT NOT NULL, authors TEXT NOT NULL, author_count \(integer), organisation TEXT,
        posted TEXT, votes \(integer), comments \(integer), arxiv TEXT UNIQUE,
        added \(integer) NOT NULL, is_imported \(integer) NOT NULL,
        slug TEXT UNIQUE, family TEXT, target TEXT, status TEXT, summary TEXT)
      """,
      "CREATE INDEX papers_start ON papers (key_start)",
      "CREATE INDEX papers_end ON papers (key_end)",
      "CREATE INDEX papers_added ON papers (added)",
      "CREATE INDEX papers_family ON papers (family)",
      "CREATE INDEX papers_kind ON papers (is_imported, status, slug)",
      """
      CREATE TABLE links (
        \(paper), kind TEXT NOT NULL, url TEXT NOT NULL, PRIMARY KEY (paper, url))
      """,
      // Where a paper was seen, and how often on how many days.
      """
      CREATE TABLE sightings (
        \(paper), source TEXT NOT NULL, first_seen \(integer) NOT NULL,
        last_seen \(integer) NOT NULL, votes \(integer), PRIMARY KEY (paper, source))
      """,
      "CREATE INDEX sightings_last ON sightings (last_seen)",
      "CREATE TABLE title_words (word TEXT PRIMARY KEY, papers \(integer) NOT NULL)",
      """
      CREATE TABLE embeddings (
        paper \(integer) PRIMARY KEY REFERENCES papers (id) ON DELETE CASCADE,
        model TEXT NOT NULL, vector \(dialect.bytes) NOT NULL)
      """,
      // What the reader thinks of a paper: 'saved' or 'dismissed'.
      """
      CREATE TABLE readings (
        paper \(integer) PRIMARY KEY REFERENCES papers (id) ON DELETE CASCADE,
        state TEXT NOT NULL, changed \(integer) NOT NULL)
      """,
      "CREATE TABLE notes (id \(dialect.key), \(paper), text TEXT NOT NULL, written \(integer) NOT NULL)",
      "CREATE TABLE tags (\(paper), tag TEXT NOT NULL, PRIMARY KEY (paper, tag))",
      // What is followed: a query, or papers like one.
      """
      CREATE TABLE topics (
        id \(dialect.key), name TEXT NOT NULL UNIQUE,
        example \(integer) REFERENCES papers (id) ON DELETE CASCADE, since \(integer) NOT NULL)
      """,
      """
      CREATE TABLE subscribers (
        id \(dialect.key), address TEXT NOT NULL UNIQUE, token TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL, changed \(integer) NOT NULL)
      """,
      // Mail that is to be sent once: a key names what it is about, and is never used twice.
      """
      CREATE TABLE outbox (
        id \(dialect.key), key TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL, message TEXT NOT NULL,
        state TEXT NOT NULL, attempts \(integer) NOT NULL, next_attempt \(integer) NOT NULL,
        error TEXT, written \(integer) NOT NULL)
      """,
      "CREATE INDEX outbox_waiting ON outbox (state, next_attempt)",
    ]
  }

  private static func fullText(_ dialect: SQLDialect) -> [String] {
    switch dialect {
    case .sqlite:
      return [
        """
        CREATE VIRTUAL TABLE paper_text USING fts5(
          \(textColumns), content = 'papers', content_rowid = 'id',
          tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3')
        """
      ] + textTriggers
    case .postgreSQL:
      func weighted(_ column: String, _ weight: String) -> String {
        "setweight(to_tsvector('english', coalesce(\(column), '')), '\(weight)')"
      }
      let vector = [
        ("title", "A"), ("authors", "B"), ("organisation", "B"), ("summary", "C"),
        ("abstract", "D"),
      ]
      .map(weighted).joined(separator: " || ")
      return [
        "ALTER TABLE papers ADD COLUMN document tsvector GENERATED ALWAYS AS (\(vector)) STORED",
        "CREATE INDEX papers_document ON papers USING gin (document)",
      ]
    }
  }

  private static let textColumns = "title, abstract, authors, organisation, summary"

  /// What keeps the index of words in step with the papers.
  static var textTriggers: [String] {
    func values(_ row: String) -> String {
      "\(row).id, \(row).title, \(row).abstract, \(row).authors, \(row).organisation, \(row).summary"
    }
    let removal = """
      INSERT INTO paper_text (paper_text, rowid, \(textColumns)) VALUES ('delete', \(values("old")));
      """
    let addition = "INSERT INTO paper_text (rowid, \(textColumns)) VALUES (\(values("new")));"
    return [
      "CREATE TRIGGER papers_inserted AFTER INSERT ON papers BEGIN \(addition) END",
      "CREATE TRIGGER papers_deleted AFTER DELETE ON papers BEGIN \(removal) END",
      """
      CREATE TRIGGER papers_updated AFTER UPDATE OF \(textColumns) ON papers
      BEGIN \(removal) \(addition) END
      """,
    ]
  }

  private static func additions(_ dialect: SQLDialect) -> [String] {
    [
      // Which papers an address has been told of, so that no digest tells it again.
      """
      CREATE TABLE mailed_papers (
        address TEXT NOT NULL, paper \(dialect.integer) NOT NULL
          REFERENCES papers (id) ON DELETE CASCADE, PRIMARY KEY (address, paper))
      """,
      // New papers are chosen by this index alone.
      "CREATE INDEX papers_latest ON papers (is_imported, added DESC, id, votes)",
      // What trends is chosen by the latest sightings, and their order must be one.
      "DROP INDEX sightings_last",
      "CREATE INDEX sightings_latest ON sightings (last_seen, paper)",
    ]
  }

  /// PostgreSQL's own words keep accents and take "CIFAR-10" for a word and a negative number, so
  /// that its index is made of words as all searches have them.
  private static func foldedText(_ dialect: SQLDialect) -> [String] {
    guard dialect == .postgreSQL else { return [] }
    return [
      "ALTER TABLE papers DROP COLUMN document", "ALTER TABLE papers ADD COLUMN document tsvector",
      "CREATE INDEX papers_document ON papers USING gin (document)",
    ]
  }
}
