extension Schema {
  /// Lets several papers have one title, and keeps digital object identifiers and names one by one.
  static func namesakes(_ dialect: SQLDialect) -> [String] {
    let change =
      switch dialect {
      case .sqlite: tableWithoutUniqueTitles
      case .postgreSQL:
        [
          "ALTER TABLE papers DROP CONSTRAINT IF EXISTS papers_title_key_key",
          "ALTER TABLE papers ADD COLUMN IF NOT EXISTS doi TEXT",
          "ALTER TABLE papers ADD COLUMN IF NOT EXISTS author_names TEXT NOT NULL DEFAULT ''",
        ]
      }
    return change + [
      "CREATE INDEX IF NOT EXISTS papers_key ON papers (title_key, id)",
      "CREATE INDEX IF NOT EXISTS papers_doi ON papers (doi)",
    ]
  }

  /// SQLite cannot take a condition from a column, so that the table is made anew.
  private static var tableWithoutUniqueTitles: [String] {
    let columns = """
      id, title, raw_title, title_key, key_start, key_end, abstract, raw_abstract, authors,
      author_count, organisation, posted, votes, comments, arxiv, added, is_imported, slug, family,
      target, status, summary, claim
      """
    return [
      """
      CREATE TABLE papers_anew (
        id INTEGER PRIMARY KEY, title TEXT NOT NULL, raw_title TEXT NOT NULL,
        title_key TEXT NOT NULL, key_start TEXT NOT NULL, key_end TEXT NOT NULL,
        abstract TEXT NOT NULL, raw_abstract TEXT NOT NULL, authors TEXT NOT NULL,
        author_count INTEGER, organisation TEXT, posted TEXT, votes INTEGER, comments INTEGER,
        arxiv TEXT UNIQUE, added INTEGER NOT NULL, is_imported INTEGER NOT NULL,
        slug TEXT UNIQUE, family TEXT, target TEXT, status TEXT, summary TEXT, claim TEXT,
        doi TEXT, author_names TEXT NOT NULL DEFAULT '')
      """,
      "INSERT INTO papers_anew (\(columns)) SELECT \(columns) FROM papers",
      "DROP TABLE papers", "ALTER TABLE papers_anew RENAME TO papers",
      "CREATE INDEX papers_start ON papers (key_start)",
      "CREATE INDEX papers_end ON papers (key_end)",
      "CREATE INDEX papers_added ON papers (added)",
      "CREATE INDEX papers_family ON papers (family)",
      "CREATE INDEX papers_kind ON papers (is_imported, status, slug)",
      "CREATE INDEX papers_latest ON papers (is_imported, added DESC, id, votes)",
    ] + textTriggers
  }
}
