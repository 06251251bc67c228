import CONNX
import Foundation
import Tensors

/// Writes a graph as an ONNX message.
///
/// Operator set 21. A node becomes one ONNX node, or a few where the standard has no operator for
/// it; reading the file back gives a network that computes the same.
struct ONNXExporter {
  /// Owns the message that is being written.
  private final class Message {
    let handle: OpaquePointer
    init(_ handle: OpaquePointer) { self.handle = handle }
    deinit { onnx_model_release(handle) }
  }

  static let opset = 21
  private static let irVersion = 10

  private let network: Network
  private let message: Message
  private let external: ExternalDataFile?
  private var auxiliaries = 0
  /// The name of each node's value in the file.
  private var names: [String] = []

  /// Tensors of fewer bytes stay in the message.
  private static let smallestExternal = 1024

  /// - `external`: the file that takes larger tensors; nil to keep all in the message.
  /// - Throws: `NetworkError.unsupported` if a node has no form in ONNX, `.cannotWrite` if the file
  ///   for tensors does not take them.
  init(_ network: Network, external: ExternalDataFile? = nil) throws(NetworkError) {
    (self.network, self.external) = (network, external)
    message = Message(onnx_model_create(Int64(Self.irVersion), Int64(Self.opset), "assay", "1"))
    var used: Set<String> = []
    for (id, node) in network.graph.nodes.enumerated() {
      names.append(used.insert(node.name).inserted ? node.name : "\(node.name)__\(id)")
    }
    describeEnds()
    for id in network.graph.nodes.indices { try write(id) }
  }

  /// The message, or nil if it would exceed 2 GB, which the format cannot hold.
  func bytes() -> Data? {
    var count = 0
    guard let bytes = onnx_model_serialize(message.handle, &count) else { return nil }
    defer { onnx_bytes_release(bytes) }
    return Data(bytes: bytes, count: count)
  }

  private func describeEnds() {
    let graph = network.graph
    func describe(
      _ id: Graph.ValueID, _ add: (OpaquePointer, String, Int32, [Int64], Int32) -> Void
    ) {
      let type = graph.nodes[id].type
      let sizes = type.shape.map { $0.isPerExample ? -1 : Int64($0.size) }
      let element = ONNXElementType(type.dtype).rawValue
      add(message.handle, names[id], Int32(element), sizes, Int32(sizes.count))
    }
    describe(graph.input) { onnx_model_add_input($0, $1, $2, $3, $4) }
    describe(graph.output) { onnx_model_add_output($0, $1, $2, $3, $4) }
  }

  // MARK: What operations ask of the exporter

  func type(of id: Graph.ValueID) -> ValueType { network.graph.nodes[id].type }
  func operandNames(_ node: Graph.Node) -> [String] { node.operands.map { names[$0] } }

  func unsupported(_ node: Graph.Node, _ hint: String) -> NetworkError {
    .unsupported(
      node: node.name, operation: node.operation.name, interpretation: "ONNX export", hint: hint)
  }

  /// A name that no value of the graph has.
  mutating func auxiliaryName() -> String {
    auxiliaries += 1
    return "export__\(auxiliaries)"
  }

  mutating func addTensor(_ tensor: Tensor, name: String? = nil) -> String {
    let name = name ?? auxiliaryName()
    let bytes = tensor.bytes()
    add(bytes, of: tensor, name: name)
    return name
  }

  /// Adds a tensor of the network, to the file for tensors if it is large.
  private func addStored(_ tensor: Tensor, name: String) throws(NetworkError) {
    let bytes = tensor.bytes()
    guard let external, bytes.count >= Self.smallestExternal else {
      return add(bytes, of: tensor, name: name)
    }
    let sizes = tensor.shape.map(Int64.init)
    let start: Int
    do {
      start = try external.append(bytes)
    } catch {
      throw .cannotWrite(file: external.name, reason: error.localizedDescription)
    }
    onnx_model_add_external_initializer(
      message.handle, name, Int32(ONNXElementType(tensor.dtype).rawValue), sizes,
      Int32(sizes.count), external.name, Int64(start), Int64(bytes.count))
  }

  private func add(_ bytes: [UInt8], of tensor: Tensor, name: String) {
    let sizes = tensor.shape.map(Int64.init)
    onnx_model_add_initializer(
      message.handle, name, Int32(ONNXElementType(tensor.dtype).rawValue), sizes,
      Int32(sizes.count), bytes, bytes.count)
  }

  mutating func addIntegers(_ values: [Int]) -> String { addTensor(Tensor(values)) }

  /// Adds a node; without a name for its result it gets one, which is returned.
  @discardableResult
  mutating func addNode(
    _ operation: String, _ inputs: [String], result: String? = nil,
    _ attributes: KeyValuePairs<String, ONNXAttributeValue> = [:]
  ) -> String {
    let result = result ?? auxiliaryName()
    let node = onnx_model_add_node(message.handle, operation, result)
    for input in inputs { onnx_node_add_input(node, input) }
    onnx_node_add_output(node, result)
    for (name, value) in attributes {
      switch value {
      case .integer(let number): onnx_node_set_integer(node, name, Int64(number))
      case .real(let number): onnx_node_set_real(node, name, Float(number))
      case .text(let text): onnx_node_set_text(node, name, text)
      case .integers(let list):
        onnx_node_set_integers(node, name, list.map(Int64.init), Int32(list.count))
      }
    }
    return result
  }

  private mutating func write(_ id: Graph.ValueID) throws(NetworkError) {
    let node = network.graph.nodes[id]
    switch node.operation {
    case .input: break
    case .parameter(let index):
      try addStored(network.parameters.tensors[index], name: names[id])
    case .buffer(let index): try addStored(network.buffers.tensors[index], name: names[id])
    case .constant(let tensor): try addStored(tensor, name: names[id])
    default: try node.operation.write(node, as: names[id], to: &self)
    }
  }
}

/// The value of an attribute of an ONNX node.
enum ONNXAttributeValue {
  case integer(Int)
  case real(Double)
  case text(String)
  case integers([Int])
}

extension Network {
  /// Writes this network as an ONNX file of operator set 21.
  ///
  /// The file appears whole or not at all. A network of more bytes than one ONNX file holds keeps its
  /// larger tensors beside it, in a file of the same name with `.data` behind it, which is put in
  /// place first. Rows of several inputs become one input.
  ///
  /// - `largestMessage`: the number of bytes of tensors from which on they go to the other file.
  /// - Throws: `NetworkError.unsupported` if a node has no form in ONNX, `.cannotWrite` if a file
  ///   cannot be written.
  public func write(
    onnx path: String, largestMessage: Int = 2_000_000_000
  ) throws(NetworkError) {
    let isLarge = storedBytes >= largestMessage
    let external: ExternalDataFile?
    do {
      external = isLarge ? try ExternalDataFile(besideModel: path) : nil
    } catch {
      throw .cannotWrite(file: path + ".data", reason: error.localizedDescription)
    }
    let exporter = try ONNXExporter(self, external: external)
    guard let bytes = exporter.bytes() else {
      throw .cannotWrite(file: path, reason: "an ONNX file holds at most 2 GB")
    }
    do {
      try external?.finish()
      try WholeFile.write(bytes, to: path)
    } catch {
      throw .cannotWrite(file: path, reason: error.localizedDescription)
    }
  }

  /// The bytes of all tensors that the graph holds.
  private var storedBytes: Int {
    let constants = graph.nodes.map { node -> Int in
      guard case .constant(let tensor) = node.operation else { return 0 }
      return tensor.count * tensor.dtype.byteCount
    }
    let tensors = parameters.tensors + buffers.tensors
    return tensors.reduce(constants.reduce(0, +)) { $0 + $1.count * $1.dtype.byteCount }
  }
}
