/// Joins what words and what meaning say of papers into one ranking.
///
/// - Source: "An Analysis of Fusion Functions for Hybrid Retrieval" (2022), section 4: a convex
///   combination of both scores, each as its share of the best one above the least that is
///   possible, keeps how much better one paper is than the next, which ranks alone do not.
enum ScoreFusion {
  /// The weight of meaning, that of words being the rest; chosen on the development questions.
  static let meaning = 0.88

  /// - Parameters:
  ///   - words: how well papers match by words: 0 is nothing.
  ///   - cosines: how near papers are by meaning: -1 is the farthest. A paper that has none counts as
  ///     the farthest one that has.
  /// - Returns: the papers of both, best first.
  static func fused(words: [Int: Double], cosines: [Int: Double]) -> [Int] {
    let best = words.values.max() ?? 0
    let (nearest, farthest) = (cosines.values.max() ?? 0, cosines.values.min() ?? 0)
    let scores = Set(words.keys).union(cosines.keys).map { paper in
      let word = best > 0 ? (words[paper] ?? 0) / best : 0
      let cosine = (1 + (cosines[paper] ?? farthest)) / (1 + nearest)
      return (paper: paper, score: meaning * cosine + (1 - meaning) * word)
    }
    return scores.sorted { $0.score == $1.score ? $0.paper < $1.paper : $0.score > $1.score }
      .map(\.paper)
  }
}
