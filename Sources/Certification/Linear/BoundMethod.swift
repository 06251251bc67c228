/// How bounds of a network's output are made.
public enum BoundMethod: Sendable, Hashable, CustomStringConvertible {
  /// Interval bound propagation (IBP): fastest, loosest.
  case interval
  /// Linear bounds in the input, propagated forward.
  case forward
  /// CROWN-IBP: linear bounds propagated backward from the output; intermediate bounds are
  /// intervals.
  case crownInterval
  /// CROWN: linear bounds propagated backward, for intermediate bounds too.
  case crown
  /// α-CROWN: as `crown`, with slopes optimized for every output and every hidden neuron.
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
