/// What the store keeps of a card of the catalogue.
public struct StoredCard: Sendable, Hashable {
  public var slug: String
  public var title: String
  public var family: String
  public var target: String
  /// `listed`, `runs` or `tested`.
  public var status: String
  /// What the method is.
  public var summary: String
  /// What is claimed of it.
  public var claim: String

  public init(
    slug: String, title: String, family: String, target: String, status: String, summary: String,
    claim: String
  ) {
    (self.slug, self.title, self.family) = (slug, title, family)
    (self.target, self.status, self.summary, self.claim) = (target, status, summary, claim)
  }

  fileprivate var texts: [String] { [slug, title, family, target, status, summary, claim] }
}

extension PaperStore {
  /// Brings the cards in the store to what the catalogue says; does nothing if they are.
  ///
  /// A paper that a page has shown gets its card; a card that no page has shown is a paper of its
  /// own, which is not counted as imported.
  public func keep(_ cards: [StoredCard]) throws {
    var hash = FNV1a()
    for text in cards.lazy.flatMap(\.texts) { hash.add(text) }
    let version = "\(hash.value)"
    if try setting("cards") == version { return }
    try database.transaction {
      for card in cards { try keep(card) }
      try set("cards", to: version)
    }
  }

  private func keep(_ card: StoredCard) throws {
    let key = TitleKey(card.title)
    let values = [
      card.slug, card.family, card.target, card.status, card.summary, card.claim,
    ].map(SQLValue.text)
    let known = try database.run(
      """
      SELECT id, family, target, summary, claim FROM papers WHERE slug = ? OR title_key = ?
      ORDER BY slug IS NULL, id LIMIT 1
      """, [.text(card.slug), .text(key.text)])
    if let row = known.first {
      let id = row[0]
      try database.run(
        """
        UPDATE papers SET slug = ?, family = ?, target = ?, status = ?, summary = ?, claim = ?
        WHERE id = ?
        """, values + [id])
      try database.indexText(of: id.integer!)
      // What is searched by meaning is made of these.
      let read = [card.family, card.target, card.summary, card.claim].map(SQLValue.text)
      if Array(row[1...]) != read { try forgetEmbedding(of: id.integer!) }
    } else {
      let row = try database.run(
        """
        INSERT INTO papers (slug, family, target, status, summary, claim, title, raw_title,
          title_key, key_start, key_end, abstract, raw_abstract, authors, added, is_imported)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', 0, 0) RETURNING id
        """,
        values + [
          .text(ReadableText(card.title).text), .text(card.title), .text(key.text),
          .text(key.start), .text(key.end),
        ])
      try database.indexText(of: row[0][0].integer!)
      try countWords(of: card.title)
    }
  }
}

/// A hash that is the same on every machine and in every run.
struct FNV1a {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    add(0)
  }

  private mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }
}
