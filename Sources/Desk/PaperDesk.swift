import Catalogue
import Evidence
import Experiments
import LanguageModels
import Methods
import Synchronization

/// The reading desk: cards of the catalogue, papers of pages, and what was found of their claims.
public final class PaperDesk: Sendable {
  public let store: PaperStore
  public let catalogue: Catalogue
  public let evidence: EvidenceStore
  private let modelFolder: String?
  private let shared = Mutex<PaperSearch?>(nil)

  /// Opens the desk, and brings the cards in its store up to date.
  ///
  /// - Parameter modelFolder: where the model for searching by meaning lies, if it is at hand.
  /// - Throws: `StoreError`, `CatalogueError`.
  public init(store: PaperStore, evidence: EvidenceStore, modelFolder: String?) throws {
    (self.store, self.evidence, self.modelFolder) = (store, evidence, modelFolder)
    catalogue = try Catalogue()
    try updateCards()
  }

  /// Brings the cards in the store to what the catalogue and the records say.
  public func updateCards() throws {
    let recorded = Set(evidence.papers)
    try store.keep(
      catalogue.cards.map { card in
        let status = self.status(of: card.paper, isRecorded: recorded.contains(card.paper))
        return StoredCard(
          slug: card.paper.slug, title: card.title, family: card.family, target: card.target,
          status: status.rawValue, summary: card.what, claim: card.claim)
      })
  }

  /// How far a paper's method is.
  public func status(of paper: PaperID) -> PaperStatus {
    status(of: paper, isRecorded: true)
  }

  private func status(of paper: PaperID, isRecorded: Bool) -> PaperStatus {
    // A damaged record is no evidence; `papers evidence` says what is wrong with it.
    let record = isRecorded ? try? evidence.record(of: paper) : nil
    return Experiments.status(of: paper, record: record)
  }

  /// What is known of the claims of a paper of the catalogue.
  ///
  /// - Throws: `EvidenceError.damaged`.
  public func record(of paper: Paper) throws -> EvidenceRecord? {
    guard let slug = paper.card?.slug, let id = PaperID(slug) else { return nil }
    return try evidence.record(of: id)
  }

  /// What finds papers; made when it is first asked for, because its model takes a moment to read.
  ///
  /// - Throws: `LanguageModelError`, `NetworkError` if the model is there but cannot be used.
  public func search() throws -> PaperSearch {
    try shared.withLock { shared in
      if let shared { return shared }
      let encoder = try modelFolder.map { try SentenceEncoder(folder: $0, limit: Self.pieces) }
      let search = PaperSearch(store, encoder: encoder)
      shared = search
      return search
    }
  }

  /// How many pieces of words of a paper's text are read for its vector: all of a card, or the
  /// title and as much of the abstract as tells what the paper is about.
  private static let pieces = 128
}
