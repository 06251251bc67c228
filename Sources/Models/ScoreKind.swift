import Networks
import Tensors

/// What the numbers that a classifier gives for its classes are.
public enum ScoreKind: String, Sendable, Hashable, CaseIterable {
  /// Any numbers; the softmax of a row is the probabilities.
  case logits
  /// Not negative, and a row is proportional to the probabilities.
  case probabilities
  /// From 0 to 1, each the probability of its class against all others.
  case sigmoids

  /// Tells by the values what they are; nil if they may be either.
  ///
  /// Rows of numbers that are not negative and sum to 1 are probabilities. Rows that stay between 0
  /// and 1 without summing to 1, as those of separate sigmoids, may be either. Everything else is
  /// logits, and so are numbers that do not differ from one another.
  ///
  /// - Shape: `outputs` `[examples, classes]`; a single class is the probability or the logit of the
  ///   second of two.
  public static func told(by outputs: Tensor) -> ScoreKind? {
    let values = outputs.cast(to: .float64)
    let (low, high) = (values.min().item(), values.max().item())
    // NaN fails every comparison and leaves logits.
    guard low >= -tolerance, high <= 1 + tolerance, low < high else { return .logits }
    if outputs.size(1) == 1 { return .probabilities }
    let gap = (values.sum(axes: [1]) - 1).magnitude().max().item()
    return gap <= tolerance ? .probabilities : nil
  }

  /// How far rounding in half precision may move a sum of probabilities.
  private static let tolerance = 2e-3
}

extension Network {
  /// This network, ending in a row of at least two logits, from one that ends in scores.
  ///
  /// Probabilities become their logarithms, of which a row's softmax is the row divided by its sum;
  /// sigmoids become their log-odds. A single score `z` stands for two classes, `[0, z]`; a single
  /// probability `p` for `[1 - p, p]`.
  ///
  /// - Precondition: the output is `[batch, classes]` or `[batch]`.
  public func endingInLogits(from kind: ScoreKind) throws -> Network {
    let shape = graph.outputType.shape
    let isSingle = shape.count == 1 || shape[1] == 1
    if kind == .logits, !isSingle { return self }
    return try extended { builder, output throws(NetworkError) in
      let real = graph.outputType.dtype
      func constant(_ value: Double) -> Graph.ValueID {
        builder.addConstant(Tensor(scalar: value).cast(to: real))
      }
      func logarithm(_ value: Graph.ValueID) throws(NetworkError) -> Graph.ValueID {
        // The least normal number of single precision: a probability of 0 has no logarithm.
        let positive = try builder.add(.map(.clip(lower: 0x1p-126, upper: nil)), [value])
        return try builder.add(.map(.log), [positive])
      }
      if !isSingle {
        if kind == .probabilities { return try logarithm(output) }
        if case .map(.sigmoid) = builder.nodes[output].operation {
          return builder.nodes[output].operands[0]
        }
        let others = try builder.add(.combine(.subtract), [constant(1), output])
        return try builder.add(.combine(.subtract), [logarithm(output), logarithm(others)])
      }
      let column = try builder.add(.reshape([shape[0], 1]), [output])
      if kind == .logits {
        let zero = try builder.add(.combine(.multiply), [column, constant(0)])
        return try builder.add(.concatenate(axis: 1), [zero, column])
      }
      let other = try builder.add(.combine(.subtract), [constant(1), column])
      return try logarithm(builder.add(.concatenate(axis: 1), [other, column]))
    }
  }
}
