import Tensors

extension ONNXImporter {
  /// Appends the nodes for one ONNX node and returns what its outputs stand for.
  typealias Rule = @Sendable (inout ONNXImporter, ONNXFile.Node) throws(NetworkError) -> [Imported]

  /// The rules by the names of ONNX's operators; the keys are what can be read.
  static let rules: [String: Rule] =
    arithmeticRules
    .merging(windowRules) { first, _ in first }
    .merging(normalizationRules) { first, _ in first }
    .merging(shapeRules) { first, _ in first }
    .merging(indexRules) { first, _ in first }
    .merging(reductionRules) { first, _ in first }
    .merging(tableRules) { first, _ in first }
    .merging(treeRules) { first, _ in first }
    .merging(branchRules) { first, _ in first }
    .merging(compositionRules) { first, _ in first }
    .merging(rearrangementRules) { first, _ in first }
    .merging(resizingRules) { first, _ in first }
    .merging(einsumRules) { first, _ in first }
    .merging(attentionRules) { first, _ in first }
    .merging(recurrenceRules) { first, _ in first }
    .merging(quantizationRules) { first, _ in first }
    .merging(quantizedProductRules) { first, _ in first }
    .merging(quantizedOperatorRules) { first, _ in first }

  // MARK: What rules ask of the importer

  func unsupported(_ node: ONNXFile.Node, _ hint: String) -> NetworkError {
    .unsupported(
      node: node.name, operation: node.operation, interpretation: "import", hint: hint)
  }

  func mismatch(_ node: ONNXFile.Node, _ reason: String) -> NetworkError {
    .mismatch(
      node: node.name, operation: node.operation, operands: node.inputs.map { "'\($0)'" },
      reason: reason)
  }

  /// Whether the node has an operand at `index`.
  func has(_ node: ONNXFile.Node, _ index: Int) -> Bool {
    node.inputs.indices ~= index && !node.inputs[index].isEmpty
  }

  func imported(_ node: ONNXFile.Node, _ index: Int) throws(NetworkError) -> Imported {
    guard has(node, index), let value = names[node.inputs[index]] else {
      throw mismatch(node, "it needs at least \(index + 1) operands")
    }
    return value
  }

  /// The operand at `index` as a value of the graph; what is known becomes a parameter or a
  /// constant.
  mutating func operand(_ node: ONNXFile.Node, _ index: Int) throws(NetworkError) -> Graph.ValueID {
    let source = try imported(node, index)
    if case .known(let tensor, _) = source, tensor.count == 0 {
      throw mismatch(node, "its operand '\(node.inputs[index])' is empty")
    }
    let value: Graph.ValueID
    switch source {
    case .value(let existing): return existing
    case .known(let tensor, let name?) where tensor.dtype.isFloatingPoint && tensor.count > 0:
      value = builder.addParameter(tensor, name: name)
    case .known(let tensor, _): value = builder.addConstant(tensor)
    case .dimensions(let dimensions, let isScalar):
      guard !dimensions.contains(where: \.isPerExample) else {
        throw mismatch(node, "it computes with the size of the batch")
      }
      value = builder.addConstant(
        Tensor(dimensions.map(\.size), shape: isScalar ? [] : [dimensions.count]))
      return value
    }
    // Known tensors stay known under their name, for rules that look at them; one node serves all
    // uses.
    names[node.inputs[index]] = .value(value)
    return value
  }

  /// The operand at `index` as a tensor known at import, if it is one.
  func known(_ node: ONNXFile.Node, _ index: Int) -> Tensor? {
    guard has(node, index), let source = names[node.inputs[index]] else { return nil }
    switch source {
    case .known(let tensor, _): return tensor
    case .dimensions(let dimensions, let isScalar):
      guard !dimensions.contains(where: \.isPerExample) else { return nil }
      return Tensor(dimensions.map(\.size), shape: isScalar ? [] : [dimensions.count])
    case .value(let id):
      switch builder.nodes[id].operation {
      case .constant(let tensor): return tensor
      case .parameter(let index): return builder.parameters[index].value
      default: return nil
      }
    }
  }

  /// The most numbers of axes, sizes or places that an operand may hold; a shape could make
  /// millions of one number in the file.
  private static let integerLimit = 1 << 16

  /// The operand at `index` as integers known at import.
  func integers(_ node: ONNXFile.Node, _ index: Int) throws(NetworkError) -> [Int] {
    guard let tensor = known(node, index), !tensor.dtype.isFloatingPoint else {
      throw unsupported(node, "Operand \(index) must be known when the model is read.")
    }
    guard tensor.count <= Self.integerLimit else {
      throw unsupported(
        node,
        "Operand \(index) holds \(tensor.count) integers; at most \(Self.integerLimit) are read.")
    }
    return tensor.integers.map(\.bounded)
  }

  /// Integers that older operator sets keep in an attribute and newer ones in an operand.
  func integers(
    _ node: ONNXFile.Node, _ index: Int, orAttribute name: String
  ) throws(NetworkError) -> [Int]? {
    if has(node, index) { return try integers(node, index) }
    return node.integers(name)
  }

  func shape(_ node: ONNXFile.Node, _ index: Int) throws(NetworkError) -> [Dimension] {
    switch try imported(node, index) {
    case .value(let value): builder.type(of: value).shape
    case .known(let tensor, _): tensor.shape.map { Dimension($0) }
    case .dimensions(let dimensions, let isScalar): isScalar ? [] : [Dimension(dimensions.count)]
    }
  }

  /// An axis counted from the front.
  func axis(_ axis: Int, rank: Int, _ node: ONNXFile.Node) throws(NetworkError) -> Int {
    guard -rank..<rank ~= axis else {
      throw mismatch(node, "axis \(axis) does not exist in rank \(rank)")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Adds a node named after the one in the file.
  mutating func add(
    _ operation: Operation, _ operands: [Graph.ValueID], _ node: ONNXFile.Node
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.add(operation, operands, name: node.name)
  }

  /// A number in the graph's real type.
  mutating func number(_ value: Double) -> Graph.ValueID {
    builder.addConstant(own(Tensor(scalar: value)))
  }

  mutating func combined(
    _ function: BinaryFunction, _ x: Graph.ValueID, _ y: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.add(.combine(function), [x, y])
  }

  mutating func mapped(
    _ function: ElementwiseFunction, _ x: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.add(.map(function), [x])
  }

  /// A name for a value of a rule's own, which no file can have.
  static func hidden(_ node: ONNXFile.Node, _ part: String) -> String {
    "\0\(node.name)/\(part)"
  }

  /// Adds a node for an operation of the first operand alone.
  mutating func addUnary(
    _ operation: Operation, _ node: ONNXFile.Node
  ) throws(NetworkError) -> [Imported] {
    [.value(try add(operation, [operand(node, 0)], node))]
  }
}

extension ONNXFile.Node {
  func integer(_ name: String, _ fallback: Int) -> Int {
    attributes[name]?.integer.bounded ?? fallback
  }
  func real(_ name: String, _ fallback: Double) -> Double { attributes[name]?.real ?? fallback }
  func text(_ name: String, _ fallback: String) -> String { attributes[name]?.text ?? fallback }
  func integers(_ name: String) -> [Int]? { attributes[name]?.integers.map(\.bounded) }
}
