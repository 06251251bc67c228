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
    let candidates = try store.papers(since: since)
    guard !candidates.isEmpty else { return [] }
    let ids = Set(candidates.map(\.id))
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
    let (opinions, favourites) = try taste(among: candidates.map(\.id))
    for candidate in candidates {
      if let favourite = favourites[candidate.id] {
        reasons[candidate.id, default: []].append("like “\(favourite)”, which you saved")
        scores[candidate.id] = scores[candidate.id] ?? 0
      }
    }
    let isOpen = topics.isEmpty && favourites.isEmpty
    return candidates.compactMap { paper in
      guard isOpen || scores[paper.id] != nil else { return nil }
      // Votes tell two equally fitting papers apart, and no more.
      let votes = log(1 + Double(paper.votes ?? 0)) / 50
      return Recommendation(
        paper: paper, score: (scores[paper.id] ?? 0) + (opinions[paper.id] ?? 0) + votes,
        reasons: reasons[paper.id] ?? ["new"])
    }
    .sorted { $0.score == $1.score ? $0.paper.id < $1.paper.id : $0.score > $1.score }
    .prefix(limit).map(\.self)
  }

  /// The candidates that belong to a topic, with how well.
  private func members(of topic: Topic, among ids: Set<Int>) throws -> [(Int, Double)] {
    var scores: [Int: Double] = [:]
    if topic.example == nil,
      let expression = FullTextExpression(SearchQuery(topic.name), .all, store.database.dialect)
    {
      for (paper, _) in try store.matches(expression, SearchFilter(), limit: 10_000)
      where ids.contains(paper) {
        scores[paper] = Self.closeness
      }
    }
    if let meaning = search.meaning {
      let near =
        try topic.example.map { try meaning.nearest(toPaper: $0, limit: 10_000) }
        ?? meaning.nearest(to: topic.name, limit: 10_000)
      for (paper, cosine) in near where cosine >= Self.likeness && ids.contains(paper) {
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
    var favourites: [Int: String] = [:]
    for (row, paper) in known.enumerated() {
      let likes = zip(judged, cosines[(row * judged.count)..<((row + 1) * judged.count)])
        .filter { titles[$0.0] != nil && $0.0 != paper && Double($0.1) >= Self.closeness }
      if let best = likes.max(by: { $0.1 < $1.1 }) { favourites[paper] = titles[best.0] }
    }
    return (opinions, favourites)
  }
}

extension PaperStore {
  /// The papers that pages brought at or after a time, the latest five thousand, without those that
  /// a reader dismissed or saved.
  func papers(since: Int) throws -> [Paper] {
    try database.run(
      """
      SELECT \(Paper.columns) FROM papers LEFT JOIN readings ON readings.paper = papers.id
      WHERE is_imported = 1 AND added >= ? AND readings.paper IS NULL
      ORDER BY added DESC, papers.id LIMIT 5000
      """, [.integer(since)]
    ).map(Paper.init(row:))
  }

  /// The papers that are talked about, most first.
  ///
  /// A vote counts less the older the paper is: votes over (age in days + 2) to the power 1.5.
  /// Where a page tells no votes, each page that carried the paper counts, halved every week. What
  /// no page carried for ninety days is not looked at.
  public func trending(_ limit: Int = 20) throws -> [Paper] {
    let rows = try database.run(
      """
      SELECT \(Paper.columns), sightings.last_seen FROM papers
      JOIN sightings ON sightings.paper = papers.id WHERE is_imported = 1 AND last_seen >= ?
      ORDER BY last_seen DESC LIMIT 5000
      """, [.integer(now - 90 * 86_400)])
    var scores: [Int: Double] = [:]
    var papers: [Int: Paper] = [:]
    for row in rows {
      let paper = Paper(row: row)
      papers[paper.id] = paper
      let seen = Double(max(0, now - row.last!.integer!)) / 86_400
      if let votes = paper.votes {
        let age = Double(max(0, now - paper.added)) / 86_400
        scores[paper.id] = (Double(votes) + 1) / pow(age + 2, 1.5)
      } else {
        scores[paper.id, default: 0] += pow(0.5, seen / 7)
      }
    }
    return papers.values.sorted {
      let (first, second) = (scores[$0.id]!, scores[$1.id]!)
      return first == second ? $0.id < $1.id : first > second
    }.prefix(limit).map(\.self)
  }
}
