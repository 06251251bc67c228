import LanguageModels
import Synchronization
import Tensors

/// Searches papers by meaning: every vector is compared with the query's, which is exact, and quick
/// for a hundred thousand papers.
final class MeaningIndex: Sendable {
  let encoder: SentenceEncoder
  /// What vectors are kept under: those of another model, or of other texts, do not compare.
  let model: String
  private let store: PaperStore
  private let table = Mutex<EmbeddingTable?>(nil)
  private let recent = Mutex(RecentVectors())

  init(store: PaperStore, encoder: SentenceEncoder) {
    (self.store, self.encoder) = (store, encoder)
    model = "\(encoder.name), \(PaperStore.passages)"
  }

  /// Makes the vectors that are missing, some at a time so that a stop loses little.
  func complete(onlyImported: Bool, progress: (Double) -> Void) throws {
    let missing = try store.papersWithoutEmbedding(of: model, onlyImported: onlyImported)
    let step = 512
    for start in stride(from: 0, to: missing.count, by: step) {
      let part = missing[start..<min(start + step, missing.count)]
      let vectors = try encoder.vectors(of: part.map(\.text)) { share in
        progress((Double(start) + share * Double(part.count)) / Double(missing.count))
      }
      try store.keep(vectors, of: part.map(\.paper), model: model)
    }
  }

  /// The papers nearest to a text, best first, with their cosines.
  func nearest(to text: String, limit: Int) throws -> [(paper: Int, cosine: Double)] {
    try nearest(to: vector(of: text), limit: limit)
  }

  /// The papers nearest to a paper, itself left out; none if it has no vector.
  func nearest(toPaper paper: Int, limit: Int) throws -> [(paper: Int, cosine: Double)] {
    let table = try currentTable()
    guard let row = table.row(of: paper) else { return [] }
    return try nearest(to: table.vectors.selecting(row, axis: 0), limit: limit + 1)
      .filter { $0.paper != paper }
  }

  func nearest(to vector: Tensor, limit: Int) throws -> [(paper: Int, cosine: Double)] {
    let table = try currentTable()
    guard !table.papers.isEmpty else { return [] }
    let cosines = table.vectors.matmul(vector)
    let (values, places) = cosines.topElements(min(limit, table.papers.count), axis: 0)
    return zip(places.elements(as: Int.self), values.elements(as: Float.self)).map {
      (table.papers[$0], Double($1))
    }
  }

  /// The cosines of papers with a vector, for those that have one.
  func cosines(of papers: [Int], to vector: Tensor) throws -> [(paper: Int, cosine: Double)] {
    let (known, vectors) = try vectors(of: papers)
    guard !known.isEmpty else { return [] }
    return zip(known, vectors.matmul(vector).elements(as: Float.self)).map { ($0, Double($1)) }
  }

  /// The cosines of papers with a paper; none if it has no vector.
  func cosines(of papers: [Int], toPaper paper: Int) throws -> [(paper: Int, cosine: Double)] {
    let table = try currentTable()
    guard let row = table.row(of: paper) else { return [] }
    return try cosines(of: papers, to: table.vectors.selecting(row, axis: 0))
  }

  /// The vectors of papers, for those that have one.
  func vectors(of papers: [Int]) throws -> (papers: [Int], vectors: Tensor) {
    let table = try currentTable()
    let rows = papers.map(table.row(of:))
    let known = zip(papers, rows).filter { $1 != nil }.map(\.0)
    return (known, table.vectors.rows(rows.compactMap(\.self)))
  }

  func vector(of text: String) throws -> Tensor {
    if let vector = recent.withLock({ $0[text] }) { return vector }
    let vector = try encoder.vectors(of: [text]).selecting(0, axis: 0)
    recent.withLock { $0[text] = vector }
    return vector
  }

  private func currentTable() throws -> EmbeddingTable {
    let version = try store.embeddingVersion()
    return try table.withLock { table in
      if let table, table.version == version { return table }
      let new = try store.embeddings(of: model, dimension: encoder.dimension)
      table = new
      return new
    }
  }
}

/// The vectors of the texts that were asked for last.
private struct RecentVectors {
  private var vectors: [String: (vector: Tensor, time: Int)] = [:]
  private var time = 0
  private static let limit = 1024

  subscript(text: String) -> Tensor? {
    mutating get {
      guard let vector = vectors[text]?.vector else { return nil }
      time += 1
      vectors[text]!.time = time
      return vector
    }
    set {
      time += 1
      vectors[text] = newValue.map { ($0, time) }
      // Half at once, so that a full table is not sorted for every text.
      guard vectors.count > Self.limit else { return }
      let old = vectors.sorted { $0.value.time < $1.value.time }.prefix(Self.limit / 2)
      for (key, _) in old { vectors[key] = nil }
    }
  }
}
