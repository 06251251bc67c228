import Networks
import Tensors

/// An operation without a linear relaxation, bounded by intervals: one that jumps, or a tree
/// ensemble.
///
/// - Soundness: in real arithmetic.
struct IntervalRelaxation: Sendable {
  enum Content: Sendable {
    /// A node of a decomposed network.
    case operation(Operation, Graph.Node, Network)
    /// The operand is the booleans of the comparisons.
    case forest(DecisionForest)
  }

  let content: Content
  /// The operands that do not vary; nil for those that do.
  let constants: [Tensor?]
  /// The shapes of the operands that vary, for one example.
  let shapes: [ExampleShape?]
  let output: ExampleShape

  /// Bounds of the values wherever the operands lie within theirs.
  ///
  /// Where intervals have no rule, nothing is known.
  func bounds(over operands: [Bounds]) -> Bounds {
    let (batch, dtype) = (operands[0].lower.size(0), operands[0].lower.dtype)
    func shaped(_ interval: Interval) -> Bounds {
      func end(_ values: Tensor) -> Tensor {
        values.cast(to: dtype).reshaped(to: [batch] + output.sizes)
      }
      return Bounds(lower: end(interval.lower), upper: end(interval.upper))
    }
    var next = operands.makeIterator()
    let x = zip(constants, shapes).map { constant, shape -> Interval in
      if let constant { return Interval(point: constant) }
      let own = next.next()!.cast(to: .float64)
      return Interval(lower: shape!.laidOut(own.lower), upper: shape!.laidOut(own.upper))
    }
    switch content {
    case .forest(let forest): return shaped(forest.sum(over: x[0]))
    case .operation(let operation, let node, let network):
      let input = Interval(point: .zeros([batch], dtype: .float64))
      guard let box = try? operation.interval(of: x, in: network, input: input, at: node) else {
        let unknown = Tensor.zeros([batch] + output.sizes, dtype: dtype).filled(with: .nan)
        return Bounds(lower: unknown, upper: unknown)
      }
      return shaped(box)
    }
  }
}
