import Foundation

/// A paper that a reader may want, and why.
public struct Recommendation: Sendable, Hashable {
  public let paper: Paper
  /// Larger is better.
  public let score: Double
  /// In plain words, such as: you follow "certified robustness".
  public let reasons: [String]
}

/// Chooses among new papers by what a reader follows, saved and dismissed.
public struct Recommender: Sendable {
  private let store: PaperStore
  private let search: PaperSearch

  /// The cosine from which two texts are about the same thing; unrelated papers have 0.1 to 0.25.
  private static let likeness = 0.35
  /// The cosine from which a paper is as like another as to say so.
  private static let closeness = 0.55

  public init(_ store: PaperStore, search: PaperSearch) {
    (self.store, self.search) = (store, search)
  }

  /// The papers that came at or after a time, best first, dismissed ones left out.
  ///
  /// A paper must belong to a topic, if any is followed, or be like a saved one.
  ///
  /// - Parameter since: in seconds since 1970.
  public func recommendations(since: Int, limit: Int = 30) throws -> [Recommendation] {
    let candidates = try store.candidates(since: since)
    guard !candidates.isEmpty else { return [] }
    let ids = candidates.map(\.paper).sorted()
    let topics = try store.topics()
    var reasons: [Int: [String]] = [:]
    var scores: [Int: Double] = [:]
    for topic in topics {
      for (paper, score) in try members(of: topic, among: ids) {
        let name =
          topic.example == nil
          ? "you follow “\(topic.name)”" : "like “\(topic.name)”, which you follow"
        reasons[paper, default: []].append(name)
        scores[paper] = max(scores[paper] ?? 0, score)
      }
    }
    let (opinions, favorites) = try taste(among: ids)
    for (paper, favorite) in favorites {
      reasons[paper, default: []].append("like “\(favorite)”, which you saved")
      scores[paper] = scores[paper] ?? 0
    }
    let isOpen = topics.isEmpty && favorites.isEmpty
    let ranking = candidates.compactMap { candidate -> (paper: Int, score: Double)? in
      let paper = candidate.paper
      guard isOpen || scores[paper] != nil else { return nil }
      // Votes tell two equally fitting papers apart, and no more.
      let votes = log(1 + Double(candidate.votes ?? 0)) / 50
      return (paper, (scores[paper] ?? 0) + (opinions[paper] ?? 0) + votes)
    }
    .sorted { $0.score == $1.score ? $0.paper < $1.paper : $0.score > $1.score }
    .prefix(limit)
    // Only what is shown is read whole.
    let papers = try store.papers(ranking.map(\.paper))
    return zip(papers, ranking).map { paper, rank in
      Recommendation(paper: paper, score: rank.score, reasons: reasons[paper.id] ?? ["new"])
    }
  }

  /// Those of the papers that belong to a topic, with how well.
  private func members(of topic: Topic, among ids: [Int]) throws -> [(Int, Double)] {
    var scores: [Int: Double] = [:]
    if topic.example == nil,
      let expression = FullTextExpression(SearchQuery(topic.name), .all, store.database.dialect)
    {
      for paper in try store.matches(expression, among: ids) { scores[paper] = Self.closeness }
    }
    if let meaning = search.meaning {
      let near =
        try topic.example.map { try meaning.cosines(of: ids, toPaper: $0) }
        ?? meaning.cosines(of: ids, to: meaning.vector(of: topic.name))
      for (paper, cosine) in near where cosine >= Self.likeness && paper != topic.example {
        scores[paper] = max(scores[paper] ?? 0, cosine)
      }
    }
    return scores.sorted { $0.key < $1.key }
  }

  /// What the reader is expected to think of each candidate, and the saved paper that each is much
  /// like.
  private func taste(among ids: [Int]) throws -> ([Int: Double], [Int: String]) {
    guard let meaning = search.meaning else { return ([:], [:]) }
    let saved = try store.papers(marked: .saved)
    let dismissed = try store.papers(marked: .dismissed)
    let (judged, vectors) = try meaning.vectors(of: (saved + dismissed).map(\.id))
    guard !judged.isEmpty else { return ([:], [:]) }
    let titles = Dictionary(uniqueKeysWithValues: saved.map { ($0.id, $0.title) })
    let taste = try Taste(vectors: vectors, isLiked: judged.map { titles[$0] != nil })
    let (known, candidates) = try meaning.vectors(of: ids)
    guard !known.isEmpty else { return ([:], [:]) }
    let opinions = Dictionary(uniqueKeysWithValues: zip(known, taste.opinions(of: candidates)))
    let cosines = candidates.matmul(vectors.transposed()).elements(as: Float.self)
    var favorites: [Int: String] = [:]
    for (row, paper) in known.enumerated() {
      let likes = zip(judged, cosines[(row * judged.count)..<((row + 1) * judged.count)])
        .filter { titles[$0.0] != nil && $0.0 != paper && Double($0.1) >= Self.closeness }
      if let best = likes.max(by: { $0.1 < $1.1 }) { favorites[paper] = titles[best.0] }
    }
    return (opinions, favorites)
  }
}

extension PaperStore {
  /// The papers that pages brought at or after a time, the latest five thousand, without those that
  /// a reader dismissed or saved.
  func candidates(since: Int) throws -> [(paper: Int, votes: Int?)] {
    try database.run(
      """
      SELECT papers.id, papers.votes FROM papers LEFT JOIN readings ON readings.paper = papers.id
      WHERE is_imported = 1 AND added >= ? AND readings.paper IS NULL
      ORDER BY added DESC, papers.id LIMIT 5000
      """, [.integer(since)]
    ).map { ($0[0].integer!, $0[1].integer) }
  }

  /// The papers that are talked about, most first.
  ///
  /// A vote counts less the older the paper is: votes over (age in days + 2) to the power 1.5.
  /// Where a page tells no votes, each page that carried the paper counts, halved every week. What
  /// no page carried for ninety days is not looked at, and of pages' papers the latest five
  /// thousand are.
  public func trending(_ limit: Int = 20) throws -> [Paper] {
    let rows = try database.run(
      """
      SELECT papers.id, papers.votes, papers.added, latest.last_seen
      FROM (SELECT paper, last_seen FROM sightings WHERE last_seen >= ?
        ORDER BY last_seen DESC, paper DESC LIMIT 5000) AS latest
      JOIN papers ON papers.id = latest.paper
      """, [.integer(now - 90 * 86_400)])
    var scores: [Int: Double] = [:]
    for row in rows {
      let (paper, added, seen) = (row[0].integer!, row[2].integer!, row[3].integer!)
      if let votes = row[1].integer {
        let age = Double(max(0, now - added)) / 86_400
        scores[paper] = (Double(votes) + 1) / pow(age + 2, 1.5)
      } else {
        scores[paper, default: 0] += pow(0.5, Double(max(0, now - seen)) / 86_400 / 7)
      }
    }
    let best = scores.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
    return try papers(best.prefix(limit).map(\.key))
  }
}
