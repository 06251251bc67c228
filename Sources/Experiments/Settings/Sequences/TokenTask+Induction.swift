import Tensors

extension TokenTask {
  /// Random symbols, the last of which occurred once before: what followed it then is to be said.
  ///
  /// The symbols of a sequence differ, except that the last repeats an earlier one, so that nothing
  /// but the sequence itself tells the answer; chance is right with `1 / (length - 1)` at best.
  ///
  /// - Precondition: `length` is 3 or more, and there are as many symbols, less one.
  /// - Source: "In-context Learning and Induction Heads" (2022), "Key Concepts".
  package static func induction(
    _ sequences: Int, length: Int = 16, symbols: Int = 32, using generator: inout Generator
  ) -> TokenTask {
    precondition(
      length > 2 && symbols >= length - 1, "\(length) places, but \(symbols) symbols")
    let order = Tensor.uniform([sequences, symbols], using: &generator).sorted(axis: 1).indices
    let start = order.narrowed(axis: 1, from: 0, count: length - 1)
    let place = Tensor.randomIntegers([sequences, 1], in: 0..<length - 2, using: &generator)
    let answer = start.gatheringElements(place + 1, axis: 1)
    let silence = [sequences, length - 1]
    return TokenTask(
      tokens: .concatenating([start, start.gatheringElements(place, axis: 1)], axis: 1),
      targets: .concatenating([.zeros(silence, dtype: .int64), answer], axis: 1),
      isScored: .concatenating(
        [.zeros(silence, dtype: .bool), .ones([sequences, 1], dtype: .bool)], axis: 1),
      symbols: symbols)
  }
}
