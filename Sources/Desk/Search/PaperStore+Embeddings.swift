import Tensors

/// Vectors of papers, which a search by meaning goes through.
struct EmbeddingTable: Sendable {
  /// The papers, in the order of the rows, ascending.
  let papers: [Int]
  /// One vector of length 1 a row: `[papers, dimension]`.
  let vectors: Tensor
  /// What the store's setting was when the table was read.
  let version: Int

  /// The row of a paper, if it has one.
  func row(of paper: Int) -> Int? {
    var (low, high) = (0, papers.count)
    while low < high {
      let middle = (low + high) / 2
      if papers[middle] < paper { low = middle + 1 } else { high = middle }
    }
    return low < papers.count && papers[low] == paper ? low : nil
  }
}

extension PaperStore {
  /// What changes whenever a vector does.
  func embeddingVersion() throws -> Int { Int(try setting("embeddings") ?? "") ?? 0 }

  private func countEmbeddingChange() throws {
    try set("embeddings", to: "\(try embeddingVersion() + 1)")
  }

  /// Forgets what a paper means, because its text has changed.
  func forgetEmbedding(of paper: Int) throws {
    try database.run("DELETE FROM embeddings WHERE paper = ?", [.integer(paper)])
    try countEmbeddingChange()
  }

  func embeddings(of model: String, dimension: Int) throws -> EmbeddingTable {
    let version = try embeddingVersion()
    let rows = try database.run(
      "SELECT paper, vector FROM embeddings WHERE model = ? ORDER BY paper", [.text(model)])
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows.count * dimension * 4)
    var papers: [Int] = []
    for row in rows {
      guard let vector = row[1].bytes, vector.count == dimension * 4 else { continue }
      papers.append(row[0].integer!)
      bytes += vector
    }
    let vectors = bytes.withUnsafeBytes {
      Tensor(copying: $0, dtype: .float32, shape: [papers.count, dimension])
    }
    return EmbeddingTable(papers: papers, vectors: vectors, version: version)
  }

  /// Names how `papersWithoutEmbedding` makes a paper's text; another way needs another name.
  static let passages = "cards with claims"

  /// The papers that have no vector of `model`, with the text that it is made from.
  ///
  /// What the card says is nearer to what is asked for than the abstract is. Of its claim the
  /// beginning is enough: what follows are numbers.
  ///
  /// - Parameter onlyImported: leaves cards that no page has shown for later.
  func papersWithoutEmbedding(
    of model: String, onlyImported: Bool
  ) throws -> [(paper: Int, text: String)] {
    try database.run(
      """
      SELECT papers.id, title, abstract, summary, family, target, claim FROM papers
      LEFT JOIN embeddings ON embeddings.paper = papers.id AND embeddings.model = ?
      WHERE embeddings.paper IS NULL AND is_imported >= ? ORDER BY papers.id
      """, [.text(model), .integer(onlyImported ? 1 : 0)]
    ).map { row in
      let texts = row.map { $0.text ?? "" }
      guard !texts[3].isEmpty else { return (row[0].integer!, "\(texts[1]). \(texts[2])") }
      let claim = texts[6].split(separator: " ").prefix(20).joined(separator: " ")
      return (
        row[0].integer!, "\(texts[3]) \(texts[1]). \(texts[4]), \(texts[5]) \(claim)"
      )
    }
  }

  package func keep(_ vectors: Tensor, of papers: [Int], model: String) throws {
    let bytes = vectors.contiguous().bytes()
    let size = papers.isEmpty ? 0 : bytes.count / papers.count
    try database.transaction {
      for (row, paper) in papers.enumerated() {
        try database.run(
          """
          INSERT INTO embeddings (paper, model, vector) VALUES (?, ?, ?)
          ON CONFLICT (paper) DO UPDATE SET model = excluded.model, vector = excluded.vector
          """,
          [
            .integer(paper), .text(model), .bytes(Array(bytes[(row * size)..<((row + 1) * size)])),
          ])
      }
      try countEmbeddingChange()
    }
  }
}
