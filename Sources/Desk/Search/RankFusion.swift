/// Joins several rankings into one.
///
/// - Source: "Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank Learning Methods"
///   (2009), section 2: an item's score is the sum of 1 / (60 + rank) over the rankings.
enum RankFusion {
  static func fused(_ rankings: [[Int]]) -> [(item: Int, score: Double)] {
    var scores: [Int: Double] = [:]
    for ranking in rankings {
      for (rank, item) in ranking.enumerated() {
        scores[item, default: 0] += 1 / Double(61 + rank)
      }
    }
    return scores.map { ($0.key, $0.value) }
      .sorted { $0.score == $1.score ? $0.item < $1.item : $0.score > $1.score }
  }
}
