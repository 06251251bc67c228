import Foundation

/// Just enough of the protocol buffer format to write ONNX files that no exporter would.
struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, _ number: Int) {
    append(UInt64(field << 3))
    append(UInt64(bitPattern: Int64(number)))
  }

  mutating func add(_ field: Int, _ content: [UInt8]) {
    append(UInt64(field << 3 | 2))
    append(UInt64(content.count))
    bytes += content
  }

  mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }
  mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.bytes) }

  private mutating func append(_ number: UInt64) {
    var rest = number
    while rest > 127 {
      bytes.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// An ONNX file of one input `x` of two features and one output `y`.
struct HostileModel {
  var graph = ProtobufMessage()

  init(output: String = "y") {
    graph.add(2, "g")
    graph.add(11, Self.value("x"))
    graph.add(12, Self.value(output))
  }

  mutating func addNode(_ operation: String, _ inputs: [String], _ output: String) {
    var node = ProtobufMessage()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, "node_\(output)")
    node.add(4, operation)
    graph.add(1, node)
  }

  mutating func addWeights(_ name: String, _ values: [Float], shape: [Int]) {
    var tensor = ProtobufMessage()
    for size in shape { tensor.add(1, size) }
    tensor.add(2, 1)
    tensor.add(8, name)
    tensor.add(9, values.withUnsafeBytes { Array($0) })
    graph.add(5, tensor)
  }

  var data: Data {
    var opset = ProtobufMessage()
    opset.add(2, 17)
    var model = ProtobufMessage()
    model.add(1, 8)
    model.add(7, graph)
    model.add(8, opset)
    return Data(model.bytes)
  }

  /// A float value of shape `[batch, 2]`.
  private static func value(_ name: String) -> ProtobufMessage {
    var batch = ProtobufMessage()
    batch.add(2, "batch")
    var size = ProtobufMessage()
    size.add(1, 2)
    var shape = ProtobufMessage()
    shape.add(1, batch)
    shape.add(1, size)
    var tensor = ProtobufMessage()
    tensor.add(1, 1)
    tensor.add(2, shape)
    var type = ProtobufMessage()
    type.add(1, tensor)
    var value = ProtobufMessage()
    value.add(1, name)
    value.add(2, type)
    return value
  }
}
