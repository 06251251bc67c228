/// How much is read of a property that nobody vouches for.
///
/// Reading takes one pass and at most some 30 bytes of memory for each byte of the text.
public struct VNNLIBLimits: Sendable, Hashable {
  /// Bytes of the text once it is unpacked; a larger file is refused before it is read.
  public var bytes = 64 << 20
  /// Parentheses within each other.
  public var depth = 100
  /// Characters of a name or number.
  public var word = 1200
  /// Inputs, and as many outputs.
  public var variables = 1 << 20
  /// Networks of one property.
  public var networks = 64
  /// Variables that are multiplied with each other, each as often as it comes up.
  public var degree = 8
  /// Products of variables in one expression.
  public var products = 4096
  /// Cases of the normal form.
  public var cases = 20_000
  /// Inequalities of all cases together.
  public var inequalities = 1 << 22
  /// Numbers of all boxes and rows of the property.
  public var numbers = 1 << 26

  public init() {}
}
