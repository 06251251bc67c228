extension Operator {
  fileprivate static let convolution = Operator("convolution")
}

/// How a window moves over the spatial axes; each list has one entry for each of them.
public struct ConvolutionGeometry: Sendable, Hashable {
  public var stride: [Int]
  /// Zeros added at both ends of each axis.
  public var padding: [Int]
  public var dilation: [Int]
  public var groups: Int

  /// - Precondition: the lists have one length, 1 for sequences, 2 for images or 3 for volumes.
  public init(stride: [Int], padding: [Int], dilation: [Int], groups: Int = 1) {
    precondition(
      stride.count == padding.count && stride.count == dilation.count && groups > 0,
      "stride \(stride), padding \(padding) and dilation \(dilation) need one entry an axis")
    (self.stride, self.padding, self.dilation) = (stride, padding, dilation)
    self.groups = groups
  }
}

extension Tensor {
  /// The cross-correlation with `weight` that the field calls convolution.
  ///
  /// - Shape: `self` `[batch, in] + spatial`, `weight` `[out, in / groups] + kernel`, `bias`
  ///   `[out]`.
  /// - `keepingLayout`: reads images as they lie in memory, instead of laying a pixel's channels side
  ///   by side; the same result, sooner if what follows wants another layout anyway.
  public func convolved(
    weight: Tensor, bias: Tensor?, _ geometry: ConvolutionGeometry, keepingLayout: Bool = false
  ) -> Tensor {
    (keepingLayout ? self : pixelsTogether).convolution(
      weight, bias, geometry, transposed: false, outputPadding: geometry.stride.map { _ in 0 })
  }

  /// The same images with the channels of each pixel side by side in memory, where that is faster.
  ///
  /// The layout passes through elementwise functions and pools, which gain more by it than
  /// convolutions do.
  private var pixelsTogether: Tensor {
    guard rank == 4, dtype == .float32, device == .cpu else { return self }
    // With one channel both layouts are the same memory, and only the stride of that axis tells
    // them apart.
    let pixels =
      size(1) == 1
      ? squeezed(axes: [1]).contiguous().expandedDimension(at: 3)
      : transposed(axes: [0, 2, 3, 1]).contiguous()
    return pixels.transposed(axes: [0, 3, 1, 2])
  }

  /// The transpose of a convolution, which enlarges.
  ///
  /// - Shape: `self` `[batch, in] + spatial`, `weight` `[in, out / groups] + kernel`, `bias`
  ///   `[out]`.
  /// - `outputPadding`: what is added to the size at the end of each axis.
  public func transposedConvolved(
    weight: Tensor, bias: Tensor?, _ geometry: ConvolutionGeometry, outputPadding: [Int]
  ) -> Tensor {
    convolution(weight, bias, geometry, transposed: true, outputPadding: outputPadding)
  }

  private func convolution(
    _ weight: Tensor, _ bias: Tensor?, _ geometry: ConvolutionGeometry, transposed: Bool,
    outputPadding: [Int]
  ) -> Tensor {
    Operator.convolution(
      .tensor(self), .tensor(weight), .optional(bias), .integers(geometry.stride),
      .integers(geometry.padding), .integers(geometry.dilation), .boolean(transposed),
      .integers(outputPadding), .integer(geometry.groups))
  }
}
