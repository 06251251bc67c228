import Tensors

/// Scales each channel to mean 0 and variance 1, then by a learned scale and shift.
///
/// Training uses the statistics of the batch; `Network.recalibratingStatistics(on:)` sets those for
/// inference.
///
/// - Source: "Batch Normalization" (2015), section 3.
public struct BatchNorm: Layer {
  public let epsilon: Double

  public init(epsilon: Double = 1e-5) {
    self.epsilon = epsilon
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let channels = builder.channels(of: input)
    let place = "batch_norm_\(builder.nodes.count)"
    let operands = [
      input,
      builder.addParameter(.ones([channels]), name: "\(place).weight"),
      builder.addParameter(.zeros([channels]), name: "\(place).bias"),
      builder.addBuffer(.zeros([channels]), name: "\(place).running_mean"),
      builder.addBuffer(.ones([channels]), name: "\(place).running_var"),
    ]
    return try builder.add(.batchNormalization(epsilon: epsilon), operands, name: place)
  }
}

/// Scales the last axis of each example to mean 0 and variance 1, then by a learned scale and
/// shift.
///
/// - Source: "Layer Normalization" (2016), section 3.
public struct LayerNorm: Layer {
  public let epsilon: Double

  public init(epsilon: Double = 1e-5) {
    self.epsilon = epsilon
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.appendNormalization(
      .layerNormalization(axes: 1, epsilon: epsilon), to: input,
      size: builder.type(of: input).shape.last?.size ?? 1, name: "layer_norm")
  }
}

/// Scales each group of channels of each example to mean 0 and variance 1, then each channel by a
/// learned scale and shift.
///
/// - Source: "Group Normalization" (2018), section 3.
public struct GroupNorm: Layer {
  public let groups: Int
  public let epsilon: Double

  public init(groups: Int, epsilon: Double = 1e-5) {
    (self.groups, self.epsilon) = (groups, epsilon)
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.appendNormalization(
      .groupNormalization(groups: groups, epsilon: epsilon), to: input,
      size: builder.channels(of: input), name: "group_norm")
  }
}

extension GraphBuilder {
  fileprivate mutating func appendNormalization(
    _ operation: Operation, to input: Graph.ValueID, size: Int, name: String
  ) throws(NetworkError) -> Graph.ValueID {
    let place = "\(name)_\(nodes.count)"
    let scale = addParameter(.ones([size]), name: "\(place).weight")
    let bias = addParameter(.zeros([size]), name: "\(place).bias")
    return try add(operation, [input, scale, bias], name: place)
  }
}
