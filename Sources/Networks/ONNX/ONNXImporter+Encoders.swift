import Tensors

/// Codes for classes and categories, as far as they are numbers.
extension ONNXImporter {
  static let encoderRules: [String: Rule] = [
    "ai.onnx.ml.LabelEncoder": { importer, node throws(NetworkError) in
      try importer.labelEncoder(node)
    },
    "ai.onnx.ml.OneHotEncoder": { importer, node throws(NetworkError) in
      try importer.oneHotEncoder(node)
    },
    "ai.onnx.ml.FeatureVectorizer": { importer, node throws(NetworkError) in
      try importer.featureVectorizer(node)
    },
  ]

  /// A list that one of several attributes brings; integers stay so.
  private func list(_ node: ONNXFile.Node, _ name: String) throws(NetworkError) -> Tensor {
    if let numbers = node.integers("\(name)_int64s"), !numbers.isEmpty { return Tensor(numbers) }
    let reals = node.reals("\(name)_floats")
    if !reals.isEmpty { return own(Tensor(reals)) }
    if let tensor = node.attributes["\(name)_tensor"]?.tensor {
      return own(tensor).reshaped(to: [tensor.count])
    }
    throw unsupported(node, "Its \(name) are no numbers.")
  }

  /// Whether the elements of a value are those of a row, with the row as one more axis.
  private mutating func matches(
    _ value: Graph.ValueID, _ row: Tensor
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: value).shape
    let column = try builder.add(.reshape(shape + [1]), [value])
    return try builder.add(.combine(.equal), [column, builder.addConstant(row)])
  }

  /// Looks numbers up in a list of keys.
  private mutating func labelEncoder(_ node: ONNXFile.Node) throws(NetworkError) -> [Imported] {
    let (keys, values) = (try list(node, "keys"), try list(node, "values"))
    guard keys.count == values.count, keys.count > 0 else {
      throw mismatch(node, "it has \(keys.count) keys and \(values.count) values")
    }
    var numbers = keys.elements(as: Double.self)
    guard numbers.allSatisfy({ !$0.isNaN }) else {
      throw unsupported(node, "One of its keys is no number.")
    }
    // Of equal keys the first counts.
    var seen: Set<Double> = []
    let kept = numbers.indices.filter { seen.insert(numbers[$0]).inserted }
    numbers = kept.map { numbers[$0] }
    let fallback: Tensor
    if let tensor = node.attributes["default_tensor"]?.tensor, tensor.count == 1 {
      fallback = tensor.reshaped(to: [1])
    } else if values.dtype.isFloatingPoint {
      fallback = Tensor([node.real("default_float", -0.0)])
    } else {
      fallback = Tensor([node.integer("default_int64", -1)])
    }
    let picked = values.gathering(Tensor(kept), axis: 0)
    let table = builder.addConstant(
      Tensor.concatenating([fallback.cast(to: values.dtype), picked]))
    let value = try operand(node, 0)
    let type = builder.type(of: value)
    let found = try matches(value, Tensor(numbers).cast(to: type.dtype))
    let places = builder.addConstant(Tensor((1...numbers.count).map { $0 }))
    let marked = try builder.add(
      .combine(.multiply), [builder.add(.cast(.int64), [found]), places])
    let place = try builder.add(
      .reduce(.sum, axes: [type.shape.count], keepingAxes: false), [marked])
    return [.value(try add(.gather(axis: 0), [table, place], node))]
  }

  /// One where an element is the category; elements that are none of them get zeros.
  private mutating func oneHotEncoder(_ node: ONNXFile.Node) throws(NetworkError) -> [Imported] {
    guard let categories = node.integers("cats_int64s"), !categories.isEmpty else {
      throw unsupported(node, "Its categories are words.")
    }
    // Reals count as the integers that they are without their fraction.
    let value = try builder.add(.cast(.int64), [operand(node, 0)])
    return [.value(try add(.cast(real), [matches(value, Tensor(categories))], node))]
  }

  /// Puts rows of features one after the other, each cut or filled up to its width.
  private mutating func featureVectorizer(_ node: ONNXFile.Node) throws(NetworkError) -> [Imported]
  {
    let widths = node.integers("inputdimensions") ?? []
    guard widths.count == node.inputs.count, widths.allSatisfy({ 1..<(1 << 24) ~= $0 }) else {
      throw mismatch(node, "it has \(widths.count) widths for \(node.inputs.count) operands")
    }
    var rows: [Graph.ValueID] = []
    for (index, width) in widths.enumerated() {
      var row = try realOperand(node, index)
      let shape = builder.type(of: row).shape
      guard shape.first == .batch, shape.count <= 2 else {
        throw mismatch(node, "operand \(index) is no row of features")
      }
      if shape.count == 1 { row = try builder.add(.reshape([.batch, 1]), [row]) }
      let given = shape.count == 1 ? 1 : shape[1].size
      if given > width {
        row = try builder.add(.slice(axis: 1, start: 0, end: width, step: 1), [row])
      } else if given < width {
        row = try builder.add(
          .pad(
            [PaddingWidth(before: 0, after: 0), PaddingWidth(before: 0, after: width - given)],
            .constant(0)), [row])
      }
      rows.append(row)
    }
    return [.value(try add(.concatenate(axis: 1), rows, node))]
  }
}
