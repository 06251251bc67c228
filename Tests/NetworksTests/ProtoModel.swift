import Foundation

/// Writes ONNX messages byte by byte, also ones that no exporter would write.
struct ProtoModel {
  var nodes: [ProtoNode]
  var tensors: [ProtoTensor] = []
  var inputShape: [Int?] = [nil, 4]
  var output = "y"
  var opset = 17
  /// More bytes at the end of the graph.
  var extra = ProtoMessage()

  var bytes: Data {
    var graph = ProtoMessage()
    for node in nodes { graph.add(1, node.message) }
    for tensor in tensors { graph.add(5, tensor.message) }
    graph.add(11, describe("x", inputShape))
    graph.add(12, describe(output, nil))
    graph.bytes += extra.bytes
    var version = ProtoMessage()
    version.add(2, opset)
    var model = ProtoMessage()
    model.add(1, 8)
    model.add(7, graph)
    model.add(8, version)
    return model.bytes
  }

  private func describe(_ name: String, _ sizes: [Int?]?) -> ProtoMessage {
    var tensor = ProtoMessage()
    tensor.add(1, 1)
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

struct ProtoNode {
  var message = ProtoMessage()

  init(_ operation: String, _ inputs: [String], _ outputs: [String], _ lists: [String: [Int]] = [:])
  {
    for input in inputs { message.add(1, input) }
    for output in outputs { message.add(2, output) }
    message.add(3, "the_node")
    message.add(4, operation)
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

struct ProtoTensor {
  var message = ProtoMessage()

  /// - Parameter type: 1 for `float32`, 7 for `int64`.
  init(_ name: String, sizes: [Int], type: Int = 1, data: Data) {
    for size in sizes { message.add(1, size) }
    message.add(2, type)
    message.add(8, name)
    message.add(9, data)
  }

  /// A vector of whole numbers.
  init(_ name: String, _ values: [Int]) {
    self.init(
      name, sizes: [values.count], type: 7, data: values.withUnsafeBytes { Data($0) })
  }

  init(_ name: String, _ values: [Float], sizes: [Int]? = nil) {
    self.init(name, sizes: sizes ?? [values.count], data: values.withUnsafeBytes { Data($0) })
  }
}

/// The wire format of protocol buffers: numbered fields with varints or counted bytes.
struct ProtoMessage {
  var bytes = Data()

  mutating func add(_ field: Int, _ number: Int) {
    appendVarint(UInt64(field) << 3)
    appendVarint(UInt64(bitPattern: Int64(number)))
  }

  mutating func add(_ field: Int, _ content: Data) {
    appendVarint(UInt64(field) << 3 | 2)
    appendVarint(UInt64(content.count))
    bytes += content
  }

  mutating func add(_ field: Int, _ text: String) { add(field, Data(text.utf8)) }
  mutating func add(_ field: Int, _ message: ProtoMessage) { add(field, message.bytes) }

  private mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
