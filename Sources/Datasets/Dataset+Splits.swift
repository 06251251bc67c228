import Tensors

extension Dataset {
  /// Deals the examples at random into parts, each example into one.
  ///
  /// Sizes are rounded so that they differ from the fractions by less than one example, and add up.
  ///
  /// - `isStratified`: whether every class is dealt in these fractions, where there are
  ///   labels.
  /// - Precondition: the fractions are not negative and add up to 1.
  public func split(
    fractions: [Double], isStratified: Bool = false,
    using generator: inout some RandomNumberGenerator
  ) -> [Dataset] {
    precondition(
      fractions.allSatisfy { $0 >= 0 } && abs(fractions.reduce(0, +) - 1) < 1e-9,
      "fractions \(fractions) do not add up to 1")
    var parts = [[Int]](repeating: [], count: fractions.count)
    for group in groups(isStratified: isStratified) {
      let shuffled = group.shuffled(using: &generator)
      var start = 0
      for (part, size) in Self.sizes(fractions, of: group.count).enumerated() {
        parts[part] += shuffled[start..<start + size]
        start += size
      }
    }
    return parts.map { subset(isStratified ? $0.shuffled(using: &generator) : $0) }
  }

  /// Deals the examples at random into a training and a test part.
  ///
  /// - Precondition: `testFraction` is from 0 to 1.
  public func split(
    testFraction: Double, isStratified: Bool = false,
    using generator: inout some RandomNumberGenerator
  ) -> (training: Dataset, test: Dataset) {
    let parts = split(
      fractions: [1 - testFraction, testFraction], isStratified: isStratified, using: &generator)
    return (parts[0], parts[1])
  }

  /// The examples' indices, by class or all together.
  private func groups(isStratified: Bool) -> [[Int]] {
    guard isStratified, let labels else { return [Array(0..<count)] }
    let classes = Dictionary(grouping: labels.indices) { labels[$0] }
    return classes.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Integers in proportion to `fractions` that add up to `count`: those with the largest
  /// remainders are rounded up.
  private static func sizes(_ fractions: [Double], of count: Int) -> [Int] {
    let ideal = fractions.map { $0 * Double(count) }
    var sizes = ideal.map { Int($0.rounded(.down)) }
    let byRemainder = ideal.indices.sorted { left, right in
      (ideal[left] - Double(sizes[left]), right) > (ideal[right] - Double(sizes[right]), left)
    }
    for index in byRemainder.prefix(count - sizes.reduce(0, +)) { sizes[index] += 1 }
    return sizes
  }
}
