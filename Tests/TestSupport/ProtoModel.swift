import Foundation

/// Writes ONNX messages byte by byte, also ones that no exporter would write.
public struct ProtoModel: Sendable {
  public var nodes: [ProtoNode]
  public var tensors: [ProtoTensor] = []
  public var inputShape: [Int?] = [nil, 4]
  /// The element type of input and output, by ONNX's number.
  public var elementType = 1
  public var output = "y"
  public var opset = 17
  /// More bytes at the end of the graph.
  public var extra = ProtoMessage()

  public init(
    nodes: [ProtoNode], tensors: [ProtoTensor] = [], inputShape: [Int?] = [nil, 4],
    output: String = "y", opset: Int = 17, extra: ProtoMessage = ProtoMessage()
  ) {
    (self.nodes, self.tensors, self.inputShape) = (nodes, tensors, inputShape)
    (self.output, self.opset, self.extra) = (output, opset, extra)
  }

  /// `x · w` in double precision.
  public static func product(weights: [Double]) -> ProtoModel {
    var model = ProtoModel(
      nodes: [ProtoNode("MatMul", ["x", "w"], ["y"])],
      tensors: [
        ProtoTensor(
          "w", sizes: [weights.count, 1], type: 11, data: weights.withUnsafeBytes { Data($0) })
      ], inputShape: [nil, weights.count])
    model.elementType = 11
    return model
  }

  public var bytes: Data {
    var graph = ProtoMessage()
    for node in nodes { graph.add(1, node.message) }
    for tensor in tensors { graph.add(5, tensor.message) }
    graph.add(11, Self.description("x", inputShape, elementType: elementType))
    graph.add(12, Self.description(output, nil, elementType: elementType))
    graph.bytes += extra.bytes
    var version = ProtoMessage()
    version.add(2, opset)
    var model = ProtoMessage()
    model.add(1, 8)
    model.add(7, graph)
    model.add(8, version)
    return model.bytes
  }

  /// What a graph says about one of its inputs or outputs; nil sizes are symbolic.
  public static func description(
    _ name: String, _ sizes: [Int?]?, elementType: Int
  ) -> ProtoMessage {
    var tensor = ProtoMessage()
    tensor.add(1, elementType)
    if let sizes {
      var shape = ProtoMessage()
      for size in sizes {
        var dimension = ProtoMessage()
        if let size { dimension.add(1, size) } else { dimension.add(2, "batch") }
        shape.add(1, dimension)
      }
      tensor.add(2, shape)
    }
    var type = ProtoMessage()
    type.add(1, tensor)
    var value = ProtoMessage()
    value.add(1, name)
    value.add(2, type)
    return value
  }
}

/// One node, called `the_node`, with attributes that are integers or lists of them.
public struct ProtoNode: Sendable {
  public var message = ProtoMessage()

  public init(
    _ operation: String, _ inputs: [String], _ outputs: [String], _ lists: [String: [Int]] = [:],
    domain: String? = nil
  ) {
    for input in inputs { message.add(1, input) }
    for output in outputs { message.add(2, output) }
    message.add(3, "the_node")
    message.add(4, operation)
    if let domain { message.add(7, domain) }
    for (name, values) in lists.sorted(by: { $0.key < $1.key }) {
      var attribute = ProtoMessage()
      attribute.add(1, name)
      if values.count == 1 { attribute.add(3, values[0]) }
      for value in values { attribute.add(8, value) }
      attribute.add(20, values.count == 1 ? 2 : 7)
      message.add(5, attribute)
    }
  }
}

/// A tensor that a model brings.
public struct ProtoTensor: Sendable {
  public var message = ProtoMessage()

  /// Takes any type's number: 1 is `float32`, 7 is `int64`.
  public init(_ name: String, sizes: [Int], type: Int = 1, data: Data) {
    for size in sizes { message.add(1, size) }
    message.add(2, type)
    message.add(8, name)
    message.add(9, data)
  }

  /// A tensor that the model keeps in another file, with the entries that say where.
  public init(_ name: String, sizes: [Int], type: Int = 1, external: [(String, String)]) {
    for size in sizes { message.add(1, size) }
    message.add(2, type)
    message.add(8, name)
    for (key, value) in external {
      var entry = ProtoMessage()
      entry.add(1, key)
      entry.add(2, value)
      message.add(13, entry)
    }
    message.add(14, 1)
  }

  /// A vector of integers.
  public init(_ name: String, _ values: [Int]) {
    self.init(
      name, sizes: [values.count], type: 7, data: values.withUnsafeBytes { Data($0) })
  }

  public init(_ name: String, _ values: [Float], sizes: [Int]? = nil) {
    self.init(name, sizes: sizes ?? [values.count], data: values.withUnsafeBytes { Data($0) })
  }
}
