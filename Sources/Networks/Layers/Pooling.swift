import Tensors

/// The largest value in each square window.
public struct MaxPool2d: Layer {
  public let geometry: PoolingGeometry

  public init(_ kernel: Int, stride: Int? = nil, padding: Int = 0) {
    geometry = .square(kernel, stride: stride, padding: padding)
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.add(.maxPool(geometry), [input])
  }
}

/// The mean of each square window.
public struct AveragePool2d: Layer {
  public let geometry: PoolingGeometry

  public init(_ kernel: Int, stride: Int? = nil, padding: Int = 0) {
    geometry = .square(kernel, stride: stride, padding: padding)
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.add(.averagePool(geometry, countsPadding: true), [input])
  }
}

/// The mean of each channel over all spatial axes, which disappear.
///
/// - Shape: `[batch, channels] + spatial` to `[batch, channels]`.
public struct GlobalAveragePool: Layer {
  public init() {}

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let axes = Array(2..<max(2, builder.type(of: input).shape.count))
    return try builder.add(.reduce(.mean, axes: axes, keepingAxes: false), [input])
  }
}

extension PoolingGeometry {
  fileprivate static func square(_ kernel: Int, stride: Int?, padding: Int) -> PoolingGeometry {
    let stride = stride ?? kernel
    return PoolingGeometry(
      kernel: [kernel, kernel], stride: [stride, stride], padding: [padding, padding])
  }
}
