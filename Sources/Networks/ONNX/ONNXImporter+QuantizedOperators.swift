import Tensors

/// Operators between quantized operands: as on real numbers, with their scales before and after.
extension ONNXImporter {
  static let quantizedOperatorRules: [String: Rule] = {
    var rules: [String: Rule] = [
      "com.microsoft.QLinearConcat": quantizedConcatenation,
      "com.microsoft.QLinearSoftmax": quantizedSoftmax,
    ]
    for name in ["Add", "Mul"] {
      rules["com.microsoft.QLinear\(name)"] = betweenQuantized(name, values: 2)
    }
    for name in ["Sigmoid", "LeakyRelu", "AveragePool", "GlobalAveragePool"] {
      rules["com.microsoft.QLinear\(name)"] = betweenQuantized(name, values: 1)
    }
    return rules
  }()

  /// A rule of real numbers between dequantized operands, each with its scale and zero point behind
  /// it, and a quantized result.
  private static func betweenQuantized(_ name: String, values: Int) -> Rule {
    { importer, node throws(NetworkError) in
      var inputs: [String] = []
      for index in 0..<values { inputs.append(try importer.dequantizedOperand(node, 3 * index)) }
      guard node.integer("channels_last", 0) == 0 else {
        throw importer.unsupported(node, "Its channels come last.")
      }
      return try importer.applied(name, to: inputs, node, output: 3 * values)
    }
  }

  /// The node itself says which version of the softmax it means, and its axis is the last one by
  /// default.
  private static let quantizedSoftmax: Rule = { importer, node throws(NetworkError) in
    let name = try importer.dequantizedOperand(node, 0)
    let shape = try importer.shape(node, 0)
    let axis = try importer.axis(node.integer("axis", -1), rank: shape.count, node)
    guard case .value(var x)? = importer.names[name] else {
      throw importer.mismatch(node, "its operand is no tensor")
    }
    let isJoint = node.integer("opset", importer.file.opset) < 13
    if isJoint {
      let joined = Dimension(shape[axis...].reduce(1) { saturatingProduct($0, $1.size) })
      x = try importer.builder.add(.reshape(shape[..<axis] + [joined]), [x])
    }
    x = try importer.builder.add(.softmax(axis: axis), [x])
    if isJoint { x = try importer.builder.add(.reshape(shape), [x]) }
    importer.names[name] = .value(x)
    return try importer.applied("Identity", to: [name], node, output: 3)
  }

  /// Here the output's scale and zero point come first.
  private static let quantizedConcatenation: Rule = { importer, node throws(NetworkError) in
    var inputs: [String] = []
    for index in stride(from: 2, to: node.inputs.count, by: 3) {
      inputs.append(try importer.dequantizedOperand(node, index))
    }
    return try importer.applied("Concat", to: inputs, node, output: 0)
  }

  /// The name under which the operand at `index`, dequantized, is known from here on.
  private mutating func dequantizedOperand(
    _ node: ONNXFile.Node, _ index: Int
  ) throws(NetworkError) -> String {
    let x = try realOperand(node, index)
    let (scale, zero) = try scaling(node, index + 1, of: [])
    let name = Self.hidden(node, "\(index)")
    names[name] = .value(try dequantized(x, scale: scale, zero: zero))
    return name
  }

  private mutating func applied(
    _ operation: String, to inputs: [String], _ node: ONNXFile.Node, output: Int
  ) throws(NetworkError) -> [Imported] {
    let inner = ONNXFile.Node(
      name: "\(node.name)/\(operation)", operation: operation, inputs: inputs,
      outputs: node.outputs,
      attributes: node.attributes)
    guard let rule = Self.rules[operation], case .value(let value)? = try rule(&self, inner).first
    else { throw mismatch(node, "its operands are no tensors") }
    return [.value(try quantized(value, node, by: output))]
  }
}
