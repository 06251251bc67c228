extension String {
  /// Returns the candidate that this was probably meant to be, or `nil` if none is near.
  ///
  /// A beginning of a candidate (`cert` for `certify`) counts as near; dashes do not count.
  package func nearest(among candidates: [String]) -> String? {
    let word = Array(drop { $0 == "-" }.prefix(64).lowercased())
    let limit = Swift.min(Swift.max(1, (word.count + 2) / 4), word.count - 1)
    let near = candidates.compactMap { candidate -> (candidate: String, distance: Int)? in
      let target = Array(candidate.drop { $0 == "-" }.lowercased())
      if target.starts(with: word), word.count >= 2 { return (candidate, 0) }
      return word.editDistance(to: target, atMost: limit).map { (candidate, $0) }
    }
    return near.min { $0.distance < $1.distance }?.candidate
  }
}
