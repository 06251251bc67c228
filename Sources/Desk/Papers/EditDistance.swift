/// How many letters must be put in, taken out, replaced or swapped with their neighbour to make one
/// word from another.
enum EditDistance {
  /// Whether the distance is `limit` or less.
  ///
  /// - Complexity: the length times `limit`.
  static func isAtMost(_ limit: Int, from first: [UInt8], to second: [UInt8]) -> Bool {
    let (rows, columns) = (first.count, second.count)
    guard abs(rows - columns) <= limit else { return false }
    let far = limit + 1
    var beforeLast = [Int](repeating: far, count: columns + 1)
    var last = (0...columns).map { min($0, far) }
    for row in 1..<(rows + 1) {
      var current = [Int](repeating: far, count: columns + 1)
      if row <= limit { current[0] = row }
      var best = current[0]
      for column in max(1, row - limit)..<(min(columns, row + limit) + 1) {
        let isSame = first[row - 1] == second[column - 1]
        var distance = last[column - 1] + (isSame ? 0 : 1)
        distance = min(distance, last[column] + 1, current[column - 1] + 1)
        if row > 1, column > 1, first[row - 1] == second[column - 2],
          first[row - 2] == second[column - 1]
        {
          distance = min(distance, beforeLast[column - 2] + 1)
        }
        current[column] = min(distance, far)
        best = min(best, current[column])
      }
      if best > limit { return false }
      (beforeLast, last) = (last, current)
    }
    return last[columns] <= limit
  }
}
