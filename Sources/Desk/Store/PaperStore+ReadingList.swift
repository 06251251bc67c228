/// What a reader thinks of a paper.
public enum ReadingState: String, Sendable, Hashable, CaseIterable {
  case saved, dismissed
}

/// What a reader wrote about a paper.
public struct PaperNote: Sendable, Hashable {
  public let text: String
  /// In seconds since 1970.
  public let written: Int
}

extension PaperStore {
  /// Marks a paper, or takes its mark away.
  public func mark(_ paper: Int, as state: ReadingState?) throws {
    guard let state else {
      try database.run("DELETE FROM readings WHERE paper = ?", [.integer(paper)])
      return
    }
    try database.run(
      """
      INSERT INTO readings (paper, state, changed) VALUES (?, ?, ?)
      ON CONFLICT (paper) DO UPDATE SET state = excluded.state, changed = excluded.changed
      """, [.integer(paper), .text(state.rawValue), .integer(now)])
  }

  public func state(of paper: Int) throws -> ReadingState? {
    try database.run("SELECT state FROM readings WHERE paper = ?", [.integer(paper)])
      .first?[0].text.flatMap(ReadingState.init(rawValue:))
  }

  /// The papers with a mark, those that were marked last first.
  public func papers(marked state: ReadingState) throws -> [Paper] {
    try database.run(
      """
      SELECT \(Paper.columns) FROM papers JOIN readings ON readings.paper = papers.id
      WHERE state = ? ORDER BY changed DESC, papers.id
      """, [.text(state.rawValue)]
    ).map(Paper.init(row:))
  }

  public func addNote(_ text: String, to paper: Int) throws {
    try database.run(
      "INSERT INTO notes (paper, text, written) VALUES (?, ?, ?)",
      [.integer(paper), .text(text), .integer(now)])
  }

  public func notes(on paper: Int) throws -> [PaperNote] {
    try database.run(
      "SELECT text, written FROM notes WHERE paper = ? ORDER BY id", [.integer(paper)]
    ).map { PaperNote(text: $0[0].text!, written: $0[1].integer!) }
  }

  /// Whether a text can be a tag: letters, digits and hyphens, 64 at most.
  public static func isTag(_ text: String) -> Bool {
    text.wholeMatch(of: /[\p{L}\p{N}][\p{L}\p{N}_\-]{0,63}/) != nil
  }

  public func addTag(_ tag: String, to paper: Int) throws {
    try database.run(
      "INSERT INTO tags (paper, tag) VALUES (?, ?) ON CONFLICT DO NOTHING",
      [.integer(paper), .text(tag)])
  }

  public func removeTag(_ tag: String, from paper: Int) throws {
    try database.run("DELETE FROM tags WHERE paper = ? AND tag = ?", [.integer(paper), .text(tag)])
  }

  public func tags(of paper: Int) throws -> [String] {
    try database.run("SELECT tag FROM tags WHERE paper = ? ORDER BY tag", [.integer(paper)])
      .compactMap { $0[0].text }
  }

  /// The papers that a reader saved, tagged or wrote about.
  public func readingList() throws -> [Paper] {
    try database.run(
      """
      SELECT \(Paper.columns) FROM papers WHERE id IN (SELECT paper FROM readings WHERE state = 'saved')
        OR id IN (SELECT paper FROM tags) OR id IN (SELECT paper FROM notes) ORDER BY id
      """
    ).map(Paper.init(row:))
  }
}
