extension Operator {
  fileprivate static let maxPool1d = Operator("max_pool1d")
  fileprivate static let maxPool2d = Operator("max_pool2d")
  fileprivate static let maxPool3d = Operator("max_pool3d")
  fileprivate static let averagePool1d = Operator("avg_pool1d")
  fileprivate static let averagePool2d = Operator("avg_pool2d")
  fileprivate static let averagePool3d = Operator("avg_pool3d")
}

/// How a pooling window moves; each list has one entry for each spatial axis.
public struct PoolingGeometry: Sendable, Hashable {
  public var kernel: [Int]
  public var stride: [Int]
  /// Added at both ends of each axis; at most half the kernel.
  public var padding: [Int]
  public var dilation: [Int]
  /// Whether a window that reaches beyond the end still counts.
  public var roundsUp: Bool

  public init(
    kernel: [Int], stride: [Int]? = nil, padding: [Int]? = nil, dilation: [Int]? = nil,
    roundsUp: Bool = false
  ) {
    precondition(1...3 ~= kernel.count, "pooling has 1 to 3 spatial axes, not \(kernel.count)")
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding ?? kernel.map { _ in 0 }
    self.dilation = dilation ?? kernel.map { _ in 1 }
    self.roundsUp = roundsUp
  }
}

extension Tensor {
  /// The largest value in each window.
  ///
  /// - Shape: `[batch, channels] + spatial`.
  public func maxPooled(_ geometry: PoolingGeometry) -> Tensor {
    let call = [Operator.maxPool1d, .maxPool2d, .maxPool3d][geometry.kernel.count - 1]
    return call(
      .tensor(self), .integers(geometry.kernel), .integers(geometry.stride),
      .integers(geometry.padding), .integers(geometry.dilation), .boolean(geometry.roundsUp))
  }

  /// The mean of each window; with `countsPadding`, the zeros beyond the edge count too.
  ///
  /// - Precondition: the geometry has no dilation.
  public func averagePooled(_ geometry: PoolingGeometry, countsPadding: Bool) -> Tensor {
    precondition(geometry.dilation.allSatisfy { $0 == 1 }, "average pooling has no dilation")
    let call = [Operator.averagePool1d, .averagePool2d, .averagePool3d][geometry.kernel.count - 1]
    return call(
      .tensor(self), .integers(geometry.kernel), .integers(geometry.stride),
      .integers(geometry.padding), .boolean(geometry.roundsUp), .boolean(countsPadding))
  }
}
