import Networks
import Tensors

/// Convolutions with kernels of each example's own, as a map that only moves elements and a product
/// of matrices.
///
/// The data is the product's first factor: after ReLUs it is not negative, and there the planes
/// of products reach what the products do.
extension ParameterLifting {
  /// The most numbers that one value may hold, all examples together: 256 MiB of them in double
  /// precision, of which a pass holds several.
  static let largestValue = 1 << 25

  /// The convolution, or transposed convolution, with a kernel that may be lifted.
  mutating func convolution(
    of image: Graph.ValueID, with kernel: Graph.ValueID, _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    guard lifted.contains(kernel) else {
      return try add(node.operation, [image, kernel], name: node.name)
    }
    guard builder.type(of: image).shape.first == batch else {
      throw unsupported(node, "Its kernel moves, and its batch does not hold one example each.")
    }
    switch node.operation {
    case .convolution(let geometry):
      return try convolved(image, with: kernel, geometry, node)
    case .transposedConvolution(let geometry, let outputPadding):
      return try transposedConvolved(
        image, with: kernel, geometry, outputPadding: outputPadding, node)
    default: preconditionFailure("'\(node.operation.name)' is no convolution")
    }
  }

  /// The patches of an image that a kernel meets, times the kernel.
  ///
  /// - Shape: `image` `[batch, in] + spatial`, `kernel` `[batch, out, in / groups] + kernel` to
  ///   `[batch, out] + spatial`.
  /// - Source: "High Performance Convolutional Neural Networks for Document Processing" (2006),
  ///   section 2.2.
  private mutating func convolved(
    _ image: Graph.ValueID, with kernel: Graph.ValueID, _ geometry: ConvolutionGeometry,
    _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    let channels = builder.type(of: image).shape[1].size
    let reads = builder.type(of: kernel).shape.dropFirst(3).map(\.size)
    let area = reads.reduce(1, *)
    let spatial = node.type.shape.dropFirst(2)
    let places = spatial.reduce(1) { $0 * $1.size }
    try checkSize(channels, area, places, node)
    var apart = geometry
    apart.groups = channels
    let patches = try add(.convolution(apart), [image, elements(of: reads, for: channels)])
    let groups = geometry.groups
    let rows = try columns(of: patches, [groups, channels / groups * area, places])
    let outputs = builder.type(of: kernel).shape[1].size
    let matrix = try columns(of: kernel, [groups, outputs / groups, channels / groups * area])
    return try self.image(
      ofRows: add(.matmul, [rows, matrix], name: node.name), [outputs] + spatial.map(\.size))
  }

  /// What each place of an image spreads by the kernel, added up where it falls.
  ///
  /// - Shape: `image` `[batch, in] + spatial`, `kernel` `[batch, in, out / groups] + kernel` to
  ///   `[batch, out] + spatial`.
  private mutating func transposedConvolved(
    _ image: Graph.ValueID, with kernel: Graph.ValueID, _ geometry: ConvolutionGeometry,
    outputPadding: [Int], _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: image).shape.map(\.size)
    let (channels, outputs) = (shape[1], node.type.shape[1].size)
    let writes = builder.type(of: kernel).shape.dropFirst(3).map(\.size)
    let area = writes.reduce(1, *)
    let places = shape.dropFirst(2).reduce(1, *)
    try checkSize(outputs, area, places, node)
    let groups = geometry.groups
    let rows = try columns(of: image, [groups, channels / groups, places])
    let matrix = try add(
      .reshape(
        [batch] + [groups, channels / groups, outputs / groups * area].map { Dimension($0) }),
      [kernel])
    let spread = try self.image(
      ofRows: add(.matmul, [rows, matrix], name: node.name), [outputs * area] + shape.dropFirst(2))
    var apart = geometry
    apart.groups = outputs
    return try add(
      .transposedConvolution(apart, outputPadding: outputPadding),
      [spread, elements(of: writes, for: outputs)])
  }

  /// Values of shape `[batch] + sizes`, the last two axes exchanged.
  private mutating func columns(
    of x: Graph.ValueID, _ sizes: [Int]
  ) throws(NetworkError) -> Graph.ValueID {
    let rows = try add(.reshape([batch] + sizes.map { Dimension($0) }), [x])
    return try add(.transpose([0, 1, 3, 2]), [rows])
  }

  /// The image that `[batch, groups, places, channels of a group]` holds.
  private mutating func image(
    ofRows rows: Graph.ValueID, _ sizes: [Int]
  ) throws(NetworkError) -> Graph.ValueID {
    let channels = try add(.transpose([0, 1, 3, 2]), [rows])
    return try add(.reshape([batch] + sizes.map { Dimension($0) }), [channels])
  }

  /// Kernels that are 1 at one element and 0 at all others, every one for each channel.
  ///
  /// - Shape: `[channels · elements, 1] + kernel`.
  private mutating func elements(of kernel: [Int], for channels: Int) -> Graph.ValueID {
    let count = kernel.reduce(1, *)
    let units = Tensor.identity(count, dtype: source.graph.inputType.dtype)
      .expandedDimension(at: 0).broadcast(to: [channels, count, count])
    return builder.addConstant(units.reshaped(to: [channels * count, 1] + kernel))
  }

  /// - Throws: `NetworkError.unsupported` if values of so many numbers, or the kernels that move
  ///   them, are too large.
  private func checkSize(
    _ channels: Int, _ area: Int, _ places: Int, _ node: Graph.Node
  ) throws(NetworkError) {
    let numbers = Double(channels) * Double(area) * Double(max(area, places * examples))
    guard numbers <= Double(Self.largestValue) else {
      throw unsupported(
        node,
        "Its kernel moves and meets \(channels) times \(area) numbers at \(places) places of each of "
          + "\(examples) examples, together more than \(Self.largestValue); interval bounds take it."
      )
    }
  }
}
