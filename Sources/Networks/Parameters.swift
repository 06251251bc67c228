import Tensors

/// The named tensors of a network as one vector: a flat tensor and a layout, named tensors being
/// views.
///
/// Adding, scaling, products and norms of whole models are single kernel calls, and so is an
/// optimizer's step.
public struct Parameters: Sendable {
  /// Where the named tensors lie in the flat one.
  public struct Layout: Sendable, Hashable {
    public let names: [String]
    public let shapes: [Shape]
    /// The number of elements of each tensor.
    public let sizes: [Int]

    init(names: [String], shapes: [Shape]) {
      (self.names, self.shapes) = (names, shapes)
      sizes = shapes.map { $0.reduce(1, *) }
    }

    /// The number of elements of all tensors.
    public var count: Int { sizes.reduce(0, +) }
  }

  public let layout: Layout
  /// All elements, of shape `[layout.count]`.
  public let values: Tensor
  /// The named tensors in the order of the layout, as views of `values`.
  public let tensors: [Tensor]

  /// Gives a flat tensor a layout.
  ///
  /// - Precondition: `values` has shape `[layout.count]`.
  public init(layout: Layout, values: Tensor) {
    precondition(
      values.shape == [layout.count], "\(values.shape) does not fill \(layout.count) elements")
    (self.layout, self.values) = (layout, values)
    tensors =
      layout.names.isEmpty
      ? [] : zip(values.split(sizes: layout.sizes), layout.shapes).map { $0.reshaped(to: $1) }
  }

  /// Lays named tensors end to end.
  public init(_ named: [(name: String, value: Tensor)]) {
    let layout = Layout(names: named.map(\.name), shapes: named.map(\.value.shape))
    let values =
      named.isEmpty ? .zeros([0]) : Tensor.concatenating(named.map { $0.value.flattened() })
    self.init(layout: layout, values: values)
  }

  /// The number of elements.
  public var count: Int { layout.count }

  /// The tensor called `name`, if there is one.
  public subscript(name: String) -> Tensor? {
    layout.names.firstIndex(of: name).map { tensors[$0] }
  }

  /// The same layout with other elements.
  public func with(values: Tensor) -> Parameters { Parameters(layout: layout, values: values) }

  /// The same tensors with one replaced.
  ///
  /// - Throws: `NetworkError.missingParameter` or `.parameterShape`.
  public func replacing(_ name: String, with value: Tensor) throws(NetworkError) -> Parameters {
    guard let index = layout.names.firstIndex(of: name) else {
      throw .missingParameter(name: name, available: layout.names)
    }
    guard value.shape == layout.shapes[index] else {
      throw .parameterShape(name: name, expected: layout.shapes[index], actual: value.shape)
    }
    var pieces = tensors
    pieces[index] = value.cast(to: values.dtype)
    return with(values: Tensor.concatenating(pieces.map { $0.flattened() }))
  }
}
