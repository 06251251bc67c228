import Tensors

/// A two-dimensional convolution.
///
/// - Shape: `[batch, in, height, width]` to `[batch, channels, newHeight, newWidth]`.
public struct Conv2d: Layer {
  public let channels: Int
  public let kernel: Int
  public let stride: Int
  public let padding: Int
  public let dilation: Int
  public let groups: Int
  public let hasBias: Bool

  public init(
    _ channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, bias: Bool = true
  ) {
    precondition(
      channels > 0 && kernel > 0 && groups > 0, "channels, kernel and groups are positive")
    (self.channels, self.kernel, self.stride) = (channels, kernel, stride)
    (self.padding, self.dilation, self.groups, hasBias) = (padding, dilation, groups, bias)
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let inputs = builder.channels(of: input) / groups
    let geometry = ConvolutionGeometry(
      stride: [stride, stride], padding: [padding, padding], dilation: [dilation, dilation],
      groups: groups)
    return try builder.appendWeighted(
      .convolution(geometry), to: input, weightShape: [channels, inputs, kernel, kernel],
      fanIn: inputs * kernel * kernel, biasSize: hasBias ? channels : nil, name: "convolution",
      using: &generator)
  }
}

/// The transpose of a two-dimensional convolution, which enlarges by its stride.
///
/// - Shape: `[batch, in, height, width]` to `[batch, channels, newHeight, newWidth]`.
public struct ConvTranspose2d: Layer {
  public let channels: Int
  public let kernel: Int
  public let stride: Int
  public let padding: Int
  public let outputPadding: Int

  public init(
    _ channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0
  ) {
    precondition(channels > 0 && kernel > 0, "channels and kernel are positive")
    (self.channels, self.kernel, self.stride) = (channels, kernel, stride)
    (self.padding, self.outputPadding) = (padding, outputPadding)
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let inputs = builder.channels(of: input)
    let geometry = ConvolutionGeometry(
      stride: [stride, stride], padding: [padding, padding], dilation: [1, 1])
    return try builder.appendWeighted(
      .transposedConvolution(geometry, outputPadding: [outputPadding, outputPadding]), to: input,
      weightShape: [inputs, channels, kernel, kernel], fanIn: channels * kernel * kernel,
      biasSize: channels, name: "transposed_convolution", using: &generator)
  }
}

extension GraphBuilder {
  /// The size of the second axis, or 1 where there is none, which the operation then refuses.
  func channels(of value: Graph.ValueID) -> Int {
    let shape = type(of: value).shape
    return shape.count > 1 ? shape[1].size : 1
  }
}
