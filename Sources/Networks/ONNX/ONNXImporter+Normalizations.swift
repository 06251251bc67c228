import Tensors

extension ONNXImporter {
  static let normalizationRules: [String: Rule] = [
    "BatchNormalization": batchNormalization,
    "InstanceNormalization": { importer, node throws(NetworkError) in
      let channels = try importer.shape(node, 0).dropFirst().first?.size ?? 0
      return try importer.groupNormalized(
        node, groups: channels, epsilon: node.real("epsilon", 1e-5))
    },
    "GroupNormalization": groupNormalization,
    "LayerNormalization": layerNormalization,
    "Softmax": { importer, node throws(NetworkError) in
      try importer.softmax(node) { .softmax(axis: $0) }
    },
    "LogSoftmax": { importer, node throws(NetworkError) in
      try importer.softmax(node) { .logSoftmax(axis: $0) }
    },
    "Dropout": { importer, node throws(NetworkError) in [try importer.imported(node, 0)] },
    "Identity": { importer, node throws(NetworkError) in [try importer.imported(node, 0)] },
  ]

  private static let batchNormalization: Rule = { importer, node throws(NetworkError) in
    guard node.integer("training_mode", 0) == 0, node.integer("spatial", 1) != 0 else {
      throw importer.unsupported(node, "Export the model for inference.")
    }
    var operands: [Graph.ValueID] = []
    for index in 0..<5 {
      if index >= 3, case .known(let statistics, let name?) = try importer.imported(node, index) {
        let buffer = importer.builder.addBuffer(statistics, name: name)
        importer.names[node.inputs[index]] = .value(buffer)
        operands.append(buffer)
      } else {
        operands.append(try importer.operand(node, index))
      }
    }
    let operation = Operation.batchNormalization(epsilon: node.real("epsilon", 1e-5))
    return [.value(try importer.add(operation, operands, node))]
  }

  private mutating func groupNormalized(
    _ node: ONNXFile.Node, groups: Int, epsilon: Double
  ) throws(NetworkError) -> [Imported] {
    let operands = [try operand(node, 0), try operand(node, 1), try operand(node, 2)]
    return [
      .value(try add(.groupNormalization(groups: groups, epsilon: epsilon), operands, node))
    ]
  }

  /// Up to operator set 20 the scale has one entry a group, from 21 on one a channel.
  private static let groupNormalization: Rule = { importer, node throws(NetworkError) in
    let groups = node.integer("num_groups", 0)
    let channels = try importer.shape(node, 0).dropFirst().first?.size ?? 0
    guard importer.file.opset >= 21 || groups == channels else {
      throw importer.unsupported(node, "Export with operator set 21 or later.")
    }
    return try importer.groupNormalized(node, groups: groups, epsilon: node.real("epsilon", 1e-5))
  }

  private static let layerNormalization: Rule = { importer, node throws(NetworkError) in
    let rank = try importer.shape(node, 0).count
    let axis = try importer.axis(node.integer("axis", -1), rank: rank, node)
    var operands = [try importer.operand(node, 0), try importer.operand(node, 1)]
    if importer.has(node, 2) { operands.append(try importer.operand(node, 2)) }
    let operation = Operation.layerNormalization(
      axes: rank - axis, epsilon: node.real("epsilon", 1e-5))
    return [.value(try importer.add(operation, operands, node))]
  }

  /// Up to operator set 12 all axes from the named one on are normalized together.
  private mutating func softmax(
    _ node: ONNXFile.Node, _ operation: (Int) -> Operation
  ) throws(NetworkError) -> [Imported] {
    let shape = try shape(node, 0)
    let isJoint = file.opset < 13
    let axis = try axis(node.integer("axis", isJoint ? 1 : -1), rank: shape.count, node)
    if !isJoint || axis == shape.count - 1 { return try addUnary(operation(axis), node) }
    let joined = Dimension(shape[axis...].reduce(1) { $0 * $1.size })
    let rows = try builder.add(.reshape(shape[..<axis] + [joined]), [operand(node, 0)])
    let scored = try builder.add(operation(axis), [rows])
    return [.value(try add(.reshape(shape), [scored], node))]
  }
}
