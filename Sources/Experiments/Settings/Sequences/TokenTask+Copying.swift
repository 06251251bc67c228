import Tensors

extension TokenTask {
  /// Symbols to repeat after a pause: `payload` random symbols, `pause` blanks, and as many marks as
  /// there were symbols, at which these are to be said again in order.
  ///
  /// Blank is the symbol `alphabet` and the mark is `alphabet + 1`. Chance is right with
  /// `1 / alphabet`, and a loss below `log(alphabet)` takes memory.
  ///
  /// - Source: "Long Short-Term Memory" (1997), and "Unitary Evolution Recurrent Neural Networks"
  ///   (2015), section 5.1, whose task has one mark.
  package static func copying(
    _ sequences: Int, alphabet: Int = 8, payload: Int = 6, pause: Int = 4,
    using generator: inout Generator
  ) -> TokenTask {
    precondition(
      alphabet > 0 && payload > 0 && pause >= 0, "\(payload) of \(alphabet), \(pause) blanks")
    let symbols = Tensor.randomIntegers([sequences, payload], in: 0..<alphabet, using: &generator)
    let silence = [sequences, payload + pause]
    return TokenTask(
      tokens: .concatenating(
        [
          symbols, .full(Double(alphabet), [sequences, pause], dtype: .int64),
          .full(Double(alphabet + 1), [sequences, payload], dtype: .int64),
        ], axis: 1),
      targets: .concatenating([.zeros(silence, dtype: .int64), symbols], axis: 1),
      isScored: .concatenating(
        [.zeros(silence, dtype: .bool), .ones([sequences, payload], dtype: .bool)], axis: 1),
      symbols: alphabet + 2)
  }
}
