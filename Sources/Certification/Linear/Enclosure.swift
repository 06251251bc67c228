import Networks
import Tensors

/// What lies in a box and is otherwise unknown: an operation that jumps, or an ensemble of trees.
///
/// - Soundness: in real arithmetic.
struct Enclosure: Sendable {
  enum Content: Sendable {
    /// A node of a decomposed network.
    case operation(Operation, Graph.Node, Network)
    /// The operand is the truth values of the comparisons.
    case forest(DecisionForest)
  }

  let content: Content
  /// The operands that do not vary; nil for those that do.
  let constants: [Tensor?]
  /// The shapes of the operands that vary, for one example.
  let shapes: [ExampleShape?]
  let output: ExampleShape

  /// The box around the values wherever the operands lie between their ends.
  ///
  /// Where intervals have no rule, nothing is known.
  func ends(over operands: [Ends]) -> Ends {
    let (batch, dtype) = (operands[0].lower.size(0), operands[0].lower.dtype)
    func shaped(_ interval: Interval) -> Ends {
      func end(_ values: Tensor) -> Tensor {
        values.cast(to: dtype).reshaped(to: [batch] + output.sizes)
      }
      return Ends(lower: end(interval.lower), upper: end(interval.upper))
    }
    var next = operands.makeIterator()
    let x = zip(constants, shapes).map { constant, shape -> Interval in
      if let constant { return Interval(point: constant) }
      let ends = next.next()!.cast(to: .float64)
      return Interval(lower: shape!.laidOut(ends.lower), upper: shape!.laidOut(ends.upper))
    }
    switch content {
    case .forest(let forest): return shaped(forest.sum(over: x[0]))
    case .operation(let operation, let node, let network):
      let input = Interval(point: .zeros([batch], dtype: .float64))
      guard let box = try? operation.interval(of: x, in: network, input: input, at: node) else {
        let unknown = Tensor.zeros([batch] + output.sizes, dtype: dtype).filled(with: .nan)
        return Ends(lower: unknown, upper: unknown)
      }
      return shaped(box)
    }
  }
}
