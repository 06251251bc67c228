import Tensors

/// The size of one axis of a value in a graph: a number, or a number times the batch.
public struct Dimension: Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  public let size: Int
  /// Whether the axis has `size` entries for each example of the batch.
  public let isPerExample: Bool

  public init(_ size: Int, isPerExample: Bool = false) {
    (self.size, self.isPerExample) = (size, isPerExample)
  }

  public init(integerLiteral value: Int) { self.init(value) }

  /// The batch axis: one entry for each example.
  public static let batch = Dimension(1, isPerExample: true)

  /// The size for a batch of `batch` examples.
  public func resolved(batch: Int) -> Int { isPerExample ? size * batch : size }

  public var description: String {
    isPerExample ? (size == 1 ? "batch" : "\(size)·batch") : "\(size)"
  }
}

/// The shape and element type of a value in a graph.
public struct ValueType: Sendable, Hashable, CustomStringConvertible {
  public var shape: [Dimension]
  public var dtype: DType

  public init(_ shape: [Dimension], _ dtype: DType = .float32) {
    (self.shape, self.dtype) = (shape, dtype)
  }

  public init(of tensor: Tensor) {
    self.init(tensor.shape.map { Dimension($0) }, tensor.dtype)
  }

  /// The number of elements for one example; the largest number if that does not fit.
  public var count: Int { shape.reduce(1) { saturatingProduct($0, $1.size) } }

  public var isPerExample: Bool { shape.contains(where: \.isPerExample) }

  /// Whether the first axis, and no other, is the batch.
  public var isBatched: Bool {
    shape.first == .batch && !shape.dropFirst().contains(where: \.isPerExample)
  }

  public func resolved(batch: Int) -> Shape { shape.map { $0.resolved(batch: batch) } }

  public var description: String {
    "\(dtype)[\(shape.map(\.description).joined(separator: ", "))]"
  }
}

/// The product of two sizes, or the largest number if that is too small for it.
func saturatingProduct(_ x: Int, _ y: Int) -> Int {
  let (product, overflow) = x.multipliedReportingOverflow(by: y)
  return overflow ? .max : product
}
