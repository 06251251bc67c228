import Tensors

/// Adds what a block of layers makes to what goes in, or to what a shortcut makes of it.
///
/// - Source: "Deep Residual Learning for Image Recognition" (2015), section 3.2.
public struct Residual: Layer {
  private let body: Chain
  private let shortcut: Chain

  public init(
    @LayerBuilder _ body: () -> [any Layer], @LayerBuilder shortcut: () -> [any Layer] = { [] }
  ) {
    (self.body, self.shortcut) = (Chain(body()), Chain(shortcut()))
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let value = try body.append(to: &builder, input: input, using: &generator)
    let around = try shortcut.append(to: &builder, input: input, using: &generator)
    return try builder.add(.combine(.add), [value, around])
  }
}

/// Runs several layers on the same value and joins what they make along an axis.
public struct Parallel: Layer {
  private let branches: [any Layer]
  private let axis: Int

  public init(axis: Int = 1, @LayerBuilder _ branches: () -> [any Layer]) {
    (self.axis, self.branches) = (axis, branches())
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    var values: [Graph.ValueID] = []
    for branch in branches {
      values.append(try branch.append(to: &builder, input: input, using: &generator))
    }
    return try builder.add(.concatenate(axis: axis), values)
  }
}

/// Makes a row of each example.
///
/// - Shape: `[batch] + features` to `[batch, count]`.
public struct Flatten: Layer {
  public init() {}

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let type = builder.type(of: input)
    return try builder.add(.reshape([.batch, Dimension(type.count)]), [input])
  }
}

/// Gives each example another shape of the same size.
public struct Reshape: Layer {
  private let shape: Shape

  public init(_ shape: Int...) {
    self.shape = shape
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.add(.reshape([.batch] + shape.map { Dimension($0) }), [input])
  }
}

/// Subtracts a mean and divides by a scale, fixed from the data, so that the network keeps its
/// standardization.
public struct Standardize: Layer {
  private let mean: Tensor
  private let scale: Tensor

  /// - Shape: both broadcast against one example.
  /// - Precondition: `scale` has no zero.
  public init(mean: Tensor, scale: Tensor) {
    (self.mean, self.scale) = (mean, scale)
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let centered = try builder.add(.combine(.subtract), [input, builder.addConstant(mean)])
    return try builder.add(.combine(.divide), [centered, builder.addConstant(scale)])
  }
}
