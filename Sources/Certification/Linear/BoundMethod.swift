/// How bounds of a network's output are made.
public enum BoundMethod: Sendable, Hashable, CustomStringConvertible {
  /// Intervals, operation by operation: fastest, loosest.
  case interval
  /// Linear forms in the input, carried forward.
  case forward
  /// Linear forms pulled back from the output; bounds of hidden layers are intervals.
  case crownInterval
  /// Linear forms pulled back, from the hidden layers too.
  case crown
  /// As `crown`, with slopes optimized for every output and every hidden neuron.
  case alphaCrown(SlopeOptimization = SlopeOptimization())

  public var description: String {
    switch self {
    case .interval: "interval"
    case .forward: "forward"
    case .crownInterval: "crown-ibp"
    case .crown: "crown"
    case .alphaCrown: "alpha-crown"
    }
  }
}

/// The arithmetic that bounds are computed in.
public enum BoundArithmetic: Sendable, Hashable {
  /// Double precision, with everything that rounding may take added: bounds hold in real
  /// arithmetic.
  case proven
  /// Single precision: about twice as fast, and off by rounding, as the bounds of most tools are.
  case single
}
