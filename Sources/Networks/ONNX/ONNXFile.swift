import CONNX
import Foundation
import Tensors

/// A parsed ONNX message, as Swift values; nothing is interpreted yet.
///
/// Every size that a message states is checked against the bytes that it brings before memory is
/// taken.
struct ONNXFile {
  struct Value {
    let name: String
    let elementType: Int
    /// A size of nil is symbolic; a shape of nil is unknown.
    let shape: [Int?]?
  }

  struct Node {
    let name: String
    /// The operator's name, with its domain in front unless that is the standard one.
    let operation: String
    let inputs: [String]
    let outputs: [String]
    let attributes: [String: Attribute]

    /// The names of the values that it and the graphs inside of it need.
    var needs: [String] {
      inputs + attributes.values.flatMap { $0.graph?.needs ?? [] }
    }
  }

  /// A graph inside of a node, which sees the names around it.
  struct Subgraph {
    let nodes: [Node]
    let initializers: [(name: String, value: Tensor)]
    /// The element types of initializers of integers, as the file stores them.
    let wholeTypes: [String: ONNXElementType]
    let outputs: [String]

    /// The names that it needs, its own among them.
    var needs: [String] { outputs + nodes.flatMap(\.needs) }
  }

  struct Attribute {
    let integer: Int
    let real: Double
    let text: String
    let integers: [Int]
    let reals: [Double]
    let texts: [String]
    let tensor: Tensor?
    /// The element type of the tensor, by its number.
    let elementType: Int
    let graph: Subgraph?
  }

  let path: String
  let opset: Int
  let producer: String
  let inputs: [Value]
  let outputs: [Value]
  let nodes: [Node]
  let initializers: [String: Tensor]
  /// The element types of initializers of integers, as the file stores them.
  let wholeTypes: [String: ONNXElementType]

  /// The versions of the standard operators that can be read.
  static let operatorSets = 7...24

  /// - `folder`: where tensors are looked for that the model keeps in other files; nil for nowhere.
  /// - Throws: `NetworkError.malformed`.
  init(bytes: Data, path: String, folder: String?) throws(NetworkError) {
    guard let model = bytes.withUnsafeBytes({ onnx_model_parse($0.baseAddress, $0.count) }) else {
      throw .malformed(
        file: path,
        reason: "it is not an ONNX model, or it is truncated. Was it exported completely?")
    }
    defer { onnx_model_release(model) }
    guard onnx_model_has_graph(model) != 0 else {
      throw .malformed(file: path, reason: "it is not an ONNX model: it holds no graph.")
    }
    self.path = path
    let standard = Int(onnx_model_opset(model))
    // A model of scikit-learn's operators alone may name no version of the standard ones.
    opset =
      standard == 0 && onnx_model_domain_version(model, "ai.onnx.ml") > 0
      ? Self.operatorSets.lowerBound : standard
    producer = String(cString: onnx_model_producer(model))
    guard opset > 0 else {
      throw .malformed(file: path, reason: "it names no version of the standard operators.")
    }
    let known = Self.operatorSets
    guard known ~= opset else {
      throw .malformed(
        file: path,
        reason: "it uses operator set \(opset); \(known.lowerBound) to \(known.upperBound) can be "
          + "read. Export it again.")
    }
    guard onnx_graph_sparse_initializer_count(model) == 0 else {
      throw .malformed(file: path, reason: "sparse tensors cannot be read.")
    }
    guard onnx_model_inline_functions(model) != 0 else {
      throw .malformed(file: path, reason: "its functions call themselves, or have no end.")
    }
    inputs = (0..<onnx_graph_input_count(model)).map { Value(onnx_graph_input(model, $0)) }
    outputs = (0..<onnx_graph_output_count(model)).map { Value(onnx_graph_output(model, $0)) }

    var files = ExternalData(folder: folder)
    var initializers: [String: Tensor] = [:]
    var wholeTypes: [String: ONNXElementType] = [:]
    for index in 0..<onnx_graph_initializer_count(model) {
      let source = onnx_graph_initializer(model, index)!
      let name = String(cString: onnx_tensor_name(source))
      guard
        initializers.updateValue(try Tensor(onnx: source, path: path, files: &files), forKey: name)
          == nil
      else {
        throw .malformed(file: path, reason: "the tensor '\(name)' is there twice.")
      }
      let type = ONNXElementType(rawValue: Int(onnx_tensor_type(source)))
      if let type, !type.dtype.isFloatingPoint { wholeTypes[name] = type }
    }
    (self.initializers, self.wholeTypes) = (initializers, wholeTypes)

    var nodes: [Node] = []
    for index in 0..<onnx_graph_node_count(model) {
      nodes.append(
        try Node(onnx_graph_node(model, index), index: Int(index), path: path, files: &files))
    }
    self.nodes = nodes
  }
}

extension ONNXFile.Value {
  fileprivate init(_ value: OpaquePointer!) {
    name = String(cString: onnx_value_name(value))
    elementType = Int(onnx_value_type(value))
    let rank = onnx_value_rank(value)
    shape =
      rank < 0
      ? nil
      : (0..<rank).map { axis in
        let size = onnx_value_size(value, axis)
        return size < 0 ? nil : Int(size)
      }
  }
}

extension ONNXFile.Node {
  fileprivate init(
    _ node: OpaquePointer!, index: Int, depth: Int = 0, path: String, files: inout ExternalData
  ) throws(NetworkError) {
    let symbol = String(cString: onnx_node_operator(node))
    let domain = String(cString: onnx_node_domain(node))
    operation = domain.isEmpty || domain == "ai.onnx" ? symbol : "\(domain).\(symbol)"
    let given = String(cString: onnx_node_name(node))
    name = given.isEmpty ? "\(symbol)_\(index)" : given
    inputs = (0..<onnx_node_input_count(node)).map { String(cString: onnx_node_input(node, $0)) }
    outputs = (0..<onnx_node_output_count(node)).map { String(cString: onnx_node_output(node, $0)) }
    var attributes: [String: ONNXFile.Attribute] = [:]
    for index in 0..<onnx_node_attribute_count(node) {
      let attribute = onnx_node_attribute(node, index)!
      attributes[String(cString: onnx_attribute_name(attribute))] = try .init(
        attribute, depth: depth, path: path, files: &files)
    }
    self.attributes = attributes
  }
}

extension ONNXFile.Subgraph {
  /// How many graphs may lie in one another.
  private static let deepest = 16

  fileprivate init(
    _ graph: OpaquePointer, depth: Int, path: String, files: inout ExternalData
  ) throws(NetworkError) {
    guard depth < Self.deepest else {
      throw .malformed(file: path, reason: "its graphs lie too deep in one another.")
    }
    var nodes: [ONNXFile.Node] = []
    for index in 0..<onnx_subgraph_node_count(graph) {
      nodes.append(
        try .init(
          onnx_subgraph_node(graph, index), index: Int(index), depth: depth + 1, path: path,
          files: &files))
    }
    var initializers: [(name: String, value: Tensor)] = []
    var wholeTypes: [String: ONNXElementType] = [:]
    for index in 0..<onnx_subgraph_initializer_count(graph) {
      let source = onnx_subgraph_initializer(graph, index)!
      let name = String(cString: onnx_tensor_name(source))
      initializers.append((name, try Tensor(onnx: source, path: path, files: &files)))
      let type = ONNXElementType(rawValue: Int(onnx_tensor_type(source)))
      if let type, !type.dtype.isFloatingPoint { wholeTypes[name] = type }
    }
    (self.nodes, self.initializers, self.wholeTypes) = (nodes, initializers, wholeTypes)
    outputs = (0..<onnx_subgraph_output_count(graph)).map {
      String(cString: onnx_value_name(onnx_subgraph_output(graph, $0)))
    }
  }
}

extension ONNXFile.Attribute {
  fileprivate init(
    _ attribute: OpaquePointer, depth: Int, path: String, files: inout ExternalData
  ) throws(NetworkError) {
    integer = Int(onnx_attribute_integer(attribute))
    real = Double(onnx_attribute_real(attribute))
    text = String(cString: onnx_attribute_text(attribute))
    var count: Int32 = 0
    let whole = onnx_attribute_integers(attribute, &count)
    integers = (0..<Int(count)).map { Int(whole![$0]) }
    let numbers = onnx_attribute_reals(attribute, &count)
    reals = (0..<Int(count)).map { Double(numbers![$0]) }
    texts = (0..<onnx_attribute_text_count(attribute)).map {
      String(cString: onnx_attribute_text_at(attribute, $0))
    }
    if let source = onnx_attribute_tensor(attribute) {
      tensor = try Tensor(onnx: source, path: path, files: &files)
      elementType = Int(onnx_tensor_type(source))
    } else {
      (tensor, elementType) = (nil, 0)
    }
    graph = try onnx_attribute_graph(attribute).map { source throws(NetworkError) in
      try ONNXFile.Subgraph(source, depth: depth, path: path, files: &files)
    }
  }
}

extension Int {
  /// This number within ±2³¹, beyond which a number in a file only means "as far as there is".
  var bounded: Int { Swift.min(Swift.max(self, -(1 << 31)), 1 << 31) }
}
