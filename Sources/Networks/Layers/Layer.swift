import Tensors

/// A piece of a network that is written in a `Network { … }` block: it appends nodes to a graph.
///
/// A layer is a composition of operations and nothing else; once the graph is built, it is gone.
public protocol Layer: Sendable {
  /// Appends this layer's nodes after `input` and returns the value that they make.
  ///
  /// - Throws: `NetworkError.mismatch` if the layer does not take that value.
  func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID
}

/// Several layers, one after the other.
public struct Chain: Layer {
  let layers: [any Layer]

  public init(@LayerBuilder _ layers: () -> [any Layer]) {
    self.layers = layers()
  }

  init(_ layers: [any Layer]) {
    self.layers = layers
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    var value = input
    for layer in layers {
      value = try layer.append(to: &builder, input: value, using: &generator)
    }
    return value
  }
}

/// Collects the layers of a block; `if` and `for` work inside.
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
}

extension Network {
  /// Builds a network for examples of shape `input`.
  ///
  ///     let network = try Network(input: [1, 28, 28], seed: 7) {
  ///       Conv2d(16, kernel: 3, padding: 1); ReLU(); MaxPool2d(2)
  ///       Flatten(); Linear(10)
  ///     }
  ///
  /// - Throws: `NetworkError.mismatch` if a layer does not take what the one before it makes.
  public init(
    input: Shape, seed: UInt64 = 0, @LayerBuilder _ layers: () -> [any Layer]
  ) throws(NetworkError) {
    var builder = GraphBuilder()
    var generator = Generator(seed: seed)
    let type = ValueType([.batch] + input.map { Dimension($0) })
    let value = builder.addInput(type)
    let output = try Chain(layers()).append(to: &builder, input: value, using: &generator)
    self = builder.network(output: output)
  }
}
