import Tensors

/// How often each label was given.
struct Votes: Sendable, Hashable {
  private var counts: [Int: Int] = [:]

  /// Counts labels; those below 0 are votes for nobody.
  mutating func add(_ labels: [Int]) {
    let votes = Tensor(labels)
    let (values, _, found) = votes.masked(by: votes .>= 0).uniqueElements()
    for (label, count) in zip(values.integers, found.integers) {
      counts[label, default: 0] += count
    }
  }

  subscript(label: Int) -> Int { counts[label, default: 0] }

  static func + (left: Votes, right: Votes) -> Votes {
    var sum = left
    sum.counts.merge(right.counts, uniquingKeysWith: +)
    return sum
  }

  /// The label that was given most often, the lowest of several; nil without votes.
  var leader: Int? { counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key }

  /// The most votes that a label other than `leader` has.
  func second(to leader: Int) -> Int {
    counts.filter { $0.key != leader }.values.max() ?? 0
  }
}
