extension String {
  /// The number of insertions, deletions, replacements and swaps of neighbors that make `other`.
  ///
  /// - Complexity: the product of the two lengths.
  func editDistance(to other: String) -> Int {
    let (a, b) = (Array(self), Array(other))
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        let replaced = previous[j] + (a[i] == b[j] ? 0 : 1)
        var best = Swift.min(replaced, previous[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          best = Swift.min(best, before[j - 1] + 1)
        }
        current.append(best)
      }
      (before, previous) = (previous, current)
    }
    return previous[b.count]
  }

  /// Returns the candidate that this was probably meant to be, or `nil` if none is near.
  ///
  /// A beginning of a candidate (`cert` for `certify`) counts as near; dashes do not count.
  func nearest(among candidates: [String]) -> String? {
    let word = String(drop { $0 == "-" }.prefix(64)).lowercased()
    guard !word.isEmpty else { return nil }
    let scored = candidates.map { candidate -> (candidate: String, distance: Int) in
      let target = String(candidate.drop { $0 == "-" }).lowercased()
      if target.hasPrefix(word), word.count >= 2 { return (candidate, 0) }
      return (candidate, word.editDistance(to: target))
    }
    let limit = Swift.max(1, (word.count + 2) / 4)
    let best = scored.min { $0.distance < $1.distance }
    return best.flatMap { $0.distance <= limit && $0.distance < word.count ? $0.candidate : nil }
  }
}
