import Networks
import Tensors

/// A linear residual block, `x + convolution(x)`, folded into one convolution.
///
/// Sum and convolution are linear, and their kernel is the identity plus the convolution's. Its norm
/// is found for the sum itself, which is less than one plus the norm of the convolution.
///
/// - Shape: `[batch, channels, height, width]`, unchanged.
/// - Source: "Unlocking Deterministic Robustness Certification on ImageNet" (2023), section 3.
public struct LinearResidualBlock: Layer {
  /// Odd, so that an image keeps its size.
  public let kernel: Int
  /// What the convolution is multiplied by; the paper takes one over the root of the depth.
  public let scale: Double

  public init(kernel: Int = 3, scale: Double = 1) {
    precondition(kernel > 0 && kernel % 2 == 1, "a kernel of \(kernel) has no middle")
    (self.kernel, self.scale) = (kernel, scale)
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: input).shape
    let channels = shape.count > 1 ? shape[1].size : 1
    let place = "linear_residual_\(builder.nodes.count)"
    let free =
      Tensor.normal([channels, channels, kernel, kernel], using: &generator)
      / (channels * kernel * kernel)
    let operands = [
      input, builder.addParameter(Self.folded(free, scale: scale), name: "\(place).weight"),
      builder.addParameter(.zeros([channels]), name: "\(place).bias"),
    ]
    let half = kernel / 2
    let geometry = ConvolutionGeometry(
      stride: [1, 1], padding: [half, half], dilation: [1, 1])
    return try builder.add(.convolution(geometry), operands, name: place)
  }

  /// Returns the kernel of the sum: the identity plus `scale` times `kernel`.
  ///
  /// - Shape: `[channels, channels, size, size]`, unchanged; the size is odd.
  public static func folded(_ kernel: Tensor, scale: Double = 1) -> Tensor {
    kernel * scale + identity(like: kernel)
  }

  /// The kernel of the map that changes nothing.
  static func identity(like kernel: Tensor) -> Tensor {
    let half = kernel.size(2) / 2
    return Tensor.identity(kernel.size(0), dtype: kernel.dtype)
      .reshaped(to: [kernel.size(0), kernel.size(0), 1, 1])
      .padded([(half, half), (half, half)])
  }
}

/// A network of linear residual blocks with sorting activations, whose free numbers are the
/// convolutions inside the blocks.
///
/// - Source: "Unlocking Deterministic Robustness Certification on ImageNet" (2023), section 3 and
///   appendix A. Unlike the public code, the layers between blocks and head are plain and measured
///   as all others, not made orthogonal, and features are not centered while training.
public struct LiResNet: Sendable, Hashable {
  public var depth: Int
  /// The number of channels, and, times 8, of features before the head.
  public var width: Int

  public init(depth: Int = 4, width: Int = 32) {
    precondition(depth > 0 && width > 0 && width % 2 == 0, "depth \(depth), width \(width)")
    (self.depth, self.width) = (depth, width)
  }

  /// Returns such a network with random free numbers.
  ///
  /// - `input`: `[channels, height, width]`.
  /// - Throws: `NetworkError.mismatch` if examples are no images.
  public func parametrization(
    input: Shape, classes: Int, seed: UInt64
  ) throws(NetworkError) -> Parametrization {
    let scale = 1 / Double(depth).squareRoot()
    let network = try Network(input: input, seed: seed) {
      Conv2d(width, kernel: 5, stride: 2, padding: 2)
      MaxMin()
      for _ in 0..<depth {
        LinearResidualBlock(scale: scale)
        MaxMin()
      }
      Conv2d(width, kernel: 2, stride: 2)
      Flatten()
      Linear(8 * width)
      MaxMin()
      Linear(classes)
    }
    var rules: [Parametrization.Rule] = []
    for (name, value) in zip(network.parameters.layout.names, network.parameters.tensors)
    where name.hasPrefix("linear_residual") && name.hasSuffix(".weight") {
      let first = (value - LinearResidualBlock.identity(like: value)) / scale
      rules.append(
        Parametrization.Rule(free: [("\(name).free", first)], targets: [name]) {
          [LinearResidualBlock.folded($0[0], scale: scale)]
        })
    }
    return try Parametrization(network, rules: rules)
  }
}
