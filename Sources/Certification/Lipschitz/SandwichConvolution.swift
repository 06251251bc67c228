import Networks
import Tensors

/// A convolutional layer `√2 Aᵀ Ψ σ(√2 Ψ⁻¹ B h + b)` on a torus, with `A Aᵀ + B Bᵀ = I` for the
/// matrices of every frequency and one positive number of `Ψ` for each channel.
///
/// `A` and `B` are two parts of one convolution that `CayleyTransform` makes orthonormal. Folded, the
/// layer is two ordinary convolutions after circular padding, whose kernels are as large as the
/// image: exact, but each costs as much as a dense layer for each pair of channels. A stride first
/// makes channels of the pixels of each patch, which keeps distances.
///
/// - Shape: `[batch, in, height, width]` to `[batch, channels, height / stride, width / stride]`.
/// - Source: "Direct Parameterization of Lipschitz-Bounded Deep Networks" (2023), section 4.2 and
///   its public code. Unlike there, images need not be square nor their sizes even, any stride goes,
///   and the trained scale is that of the kernel's norm instead of its transform's, which differ by
///   a factor only.
public struct SandwichConvolution: Sendable, Hashable {
  /// The channels of the result.
  public var channels: Int
  /// The taps along each axis, in pixels of the input, that the free kernel has; fewer where the
  /// image is smaller.
  public var kernel: Int
  /// Divides the sizes of the image.
  public var stride: Int

  public init(_ channels: Int, kernel: Int = 3, stride: Int = 1) {
    precondition(
      channels > 0 && kernel > 0 && stride > 0,
      "\(channels) channels, a kernel of \(kernel), a stride of \(stride)")
    (self.channels, self.kernel, self.stride) = (channels, kernel, stride)
  }

  /// The shape of the result's images.
  ///
  /// - Shape: `image` and the result are `[channels, height, width]`.
  func output(of image: Shape) -> Shape { [channels, image[1] / stride, image[2] / stride] }

  /// The shape of the free kernel: the channels of `A`, then those of `B` for each pixel of a patch.
  func freeShape(for image: Shape) -> Shape {
    let torus = output(of: image).dropFirst()
    return [channels, channels + image[0] * stride * stride]
      + torus.map { min($0, max(1, kernel / stride)) }
  }

  /// The kernels of the layer's two convolutions, those of `√2 Ψ⁻¹ B` and of `√2 Aᵀ Ψ`.
  ///
  /// - `scale`: multiplies the first.
  /// - Shape: free numbers are `freeShape`, `[1]` and `[channels]`; the results are
  ///   `[channels, in, height, width]` and `[channels, channels, height / stride, width / stride]`.
  func kernels(_ free: [Tensor], image: Shape, scale: Double) -> [Tensor] {
    let torus = Array(output(of: image).dropFirst())
    let pair = CayleyTransform.orthonormal(free[0] * (free[1] / free[0].norm()), torus: torus)
    let back = pair.narrowed(axis: 1, from: 0, count: channels)
    let forth = pair.narrowed(axis: 1, from: channels, count: pair.size(1) - channels)
      .reshaped(to: [channels, image[0], stride, stride] + torus)
      .transposed(axes: [0, 1, 4, 2, 5, 3]).reshaped(to: [channels] + image)
    // The transpose of a convolution takes each tap the other way round the torus.
    let mirrored = back.transposed(0, 1).reversed(axes: [2, 3])
      .rolled(by: 1, axis: 2).rolled(by: 1, axis: 3)
    let (diagonal, root) = (free[2].exp(), 2.0.squareRoot())
    return [
      forth * (root * scale) / diagonal.reshaped(to: [channels, 1, 1, 1]),
      mirrored * diagonal.reshaped(to: [1, channels, 1, 1]) * root,
    ]
  }
}

/// A convolution on a torus with a kernel as large as the image.
///
/// - Shape: `[batch, in, height, width]` to `[batch, channels, height / stride, width / stride]`.
struct CircularConvolution: Layer {
  let channels: Int
  var stride = 1
  var hasBias = true

  func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let type = builder.type(of: input)
    let place = "circular_convolution_\(builder.nodes.count)"
    let image = type.shape.dropFirst().map(\.size)
    guard image.count == 3, image.dropFirst().allSatisfy({ $0 % stride == 0 }) else {
      throw .mismatch(
        node: place, operation: "convolution", operands: ["\(type)"],
        reason: "it takes images whose height and width are multiples of its stride, \(stride)")
    }
    var value = input
    if image.dropFirst().contains(where: { $0 > stride }) {
      let widths = image.dropFirst().map { PaddingWidth(before: 0, after: $0 - stride) }
      let whole = PaddingWidth(before: 0, after: 0)
      value = try builder.add(.pad([whole, whole] + widths, .circular), [input])
    }
    let weight = Tensor.zeros([channels] + image)
    var operands = [value, builder.addParameter(weight, name: "\(place).weight")]
    if hasBias { operands.append(builder.addParameter(.zeros([channels]), name: "\(place).bias")) }
    let geometry = ConvolutionGeometry(
      stride: [stride, stride], padding: [0, 0], dilation: [1, 1])
    return try builder.add(.convolution(geometry), operands, name: place)
  }
}
