import Tensors

/// Sequences of symbols, and what shall be predicted at which places.
///
/// - Shape: all `[sequences, length]` of `int64`, but for `isScored`, which is of `bool`.
package struct TokenTask: Sendable {
  /// The symbols, from 0.
  package let tokens: Tensor
  /// The symbol to predict at each place; 0 where none is.
  package let targets: Tensor
  /// The places whose predictions count.
  package let isScored: Tensor
  /// How many symbols there are.
  package let symbols: Int

  /// The share of scored places where the highest of `logits` is the target.
  ///
  /// - Shape: `logits` `[sequences, length, symbols]`.
  package func accuracy(of logits: Tensor) -> Double {
    let hits = (logits.argmax(axis: 2) .== targets) .& isScored
    return hits.cast(to: .float64).sum().item() / isScored.cast(to: .float64).sum().item()
  }

  /// The mean cross-entropy over scored places, in nats, differentiable in `logits`.
  ///
  /// - Shape: `logits` `[sequences, length, symbols]`; the result has one element.
  package func loss(of logits: Tensor) -> Tensor {
    logits.reshaped(to: [-1, symbols]).masked(by: isScored.flattened())
      .crossEntropy(labels: targets.flattened().masked(by: isScored.flattened()))
  }

  /// The sequences at `rows`.
  package func batch(_ rows: Tensor) -> TokenTask {
    TokenTask(
      tokens: tokens.gathering(rows), targets: targets.gathering(rows),
      isScored: isScored.gathering(rows), symbols: symbols)
  }
}
