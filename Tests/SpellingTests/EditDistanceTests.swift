import Spelling
import Testing

struct EditDistanceTests {
  @Test("Edit distance agrees with the full table", arguments: 0..<50)
  func editDistance(_ seed: UInt64) {
    var state = seed &* 6_364_136_223_846_793_005 &+ 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let first = (0..<next(8)).map { _ in UInt8(97 + next(3)) }
    let second = (0..<next(8)).map { _ in UInt8(97 + next(3)) }
    let distance = reference(first, second)
    for limit in 0...8 {
      #expect(
        first.editDistance(to: second, atMost: limit) == (distance <= limit ? distance : nil))
    }
  }

  /// The distance with swaps of neighbors, by the definition.
  private func reference(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var table = [[Int]](
      repeating: [Int](repeating: 0, count: second.count + 1), count: first.count + 1)
    for row in 0...first.count {
      for column in 0...second.count {
        guard row > 0, column > 0 else {
          table[row][column] = max(row, column)
          continue
        }
        let change = first[row - 1] == second[column - 1] ? 0 : 1
        var best = min(table[row - 1][column] + 1, table[row][column - 1] + 1)
        best = min(best, table[row - 1][column - 1] + change)
        if row > 1, column > 1, first[row - 1] == second[column - 2],
          first[row - 2] == second[column - 1]
        {
          best = min(best, table[row - 2][column - 2] + 1)
        }
        table[row][column] = best
      }
    }
    return table[first.count][second.count]
  }
}
