extension Array where Element: Equatable {
  /// The number of insertions, deletions, replacements and swaps of neighbors that make `other`, or
  /// nil if it is above `limit`.
  ///
  /// - Complexity: the length times `limit`.
  // Inlinable, so that searches over many words compare bytes without generic calls.
  @inlinable
  package func editDistance(to other: [Element], atMost limit: Int) -> Int? {
    guard abs(count - other.count) <= limit else { return nil }
    let far = limit + 1
    var beforeLast = [Int](repeating: far, count: other.count + 1)
    var last = (0...other.count).map { Swift.min($0, far) }
    for row in 1..<(count + 1) {
      var current = [Int](repeating: far, count: other.count + 1)
      if row <= limit { current[0] = row }
      var best = current[0]
      for column in Swift.max(1, row - limit)..<(Swift.min(other.count, row + limit) + 1) {
        let isSame = self[row - 1] == other[column - 1]
        var distance = last[column - 1] + (isSame ? 0 : 1)
        distance = Swift.min(distance, last[column] + 1, current[column - 1] + 1)
        if row > 1, column > 1, self[row - 1] == other[column - 2],
          self[row - 2] == other[column - 1]
        {
          distance = Swift.min(distance, beforeLast[column - 2] + 1)
        }
        current[column] = Swift.min(distance, far)
        best = Swift.min(best, current[column])
      }
      if best > limit { return nil }
      (beforeLast, last) = (last, current)
    }
    return last[other.count] <= limit ? last[other.count] : nil
  }
}
