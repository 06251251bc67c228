import Tensors

/// How the inputs of a file become the one input of a network.
extension ONNXImporter {
  /// Adds the network's input, and what the file's inputs are of it.
  ///
  /// Inputs of integers become values of the same integers; of several inputs the network
  /// takes the elements one behind the other.
  mutating func addInput() throws(NetworkError) {
    let inputs = file.freeInputs
    guard let first = inputs.first else {
      throw .malformed(file: file.path, reason: "it has no input.")
    }
    var shapes: [[Dimension]] = []
    for input in inputs { shapes.append(try dimensions(of: input, isOnly: inputs.count == 1)) }
    if inputs.count == 1 {
      let value = try addInput(shapes[0], of: first)
      names[first.name] = .value(try typed(value, as: first))
      return
    }
    guard Set(inputs.map(\.name)).count == inputs.count else {
      throw .malformed(file: file.path, reason: "two of its inputs have the same name.")
    }
    var parts: [InputPart] = []
    for (input, shape) in zip(inputs, shapes) {
      let start = parts.last?.range.upperBound ?? 0
      let axes = batch == .one ? shape[...] : shape.dropFirst()
      parts.append(
        InputPart(
          name: input.name, shape: axes.map(\.size), start: start, isWhole: input.isWhole))
    }
    let width = Dimension(parts.last!.range.upperBound)
    guard width.size <= GraphBuilder.largestValue else {
      throw .malformed(file: file.path, reason: "its inputs would not fit in memory.")
    }
    let rows = builder.addInput(
      ValueType([batch == .one ? 1 : .batch, width], real), name: "inputs", parts: parts)
    for (index, part) in parts.enumerated() {
      let range = part.range
      let row = try builder.add(
        .slice(axis: 1, start: range.lowerBound, end: range.upperBound, step: 1), [rows])
      let value = try builder.add(.reshape(shapes[index]), [row], name: part.name)
      names[part.name] = .value(try typed(value, as: inputs[index]))
    }
  }

  /// The only input, with an axis in front where the file is about one example without one.
  private mutating func addInput(
    _ shape: [Dimension], of input: ONNXFile.Value
  ) throws(NetworkError) -> Graph.ValueID {
    let isBoxed = batch == .one && shape[0] != 1
    let type = ValueType(isBoxed ? [1] + shape : shape, real)
    let part = InputPart(
      name: input.name, shape: type.shape.dropFirst().map(\.size), isWhole: input.isWhole)
    let boxed = builder.addInput(type, name: input.name, parts: input.isWhole ? [part] : [])
    guard isBoxed else { return boxed }
    return try builder.add(.reshape(shape), [boxed])
  }

  /// The sizes that an input of the file has in the graph.
  private mutating func dimensions(
    of input: ONNXFile.Value, isOnly: Bool
  ) throws(NetworkError) -> [Dimension] {
    guard let declared = input.shape, !declared.isEmpty else {
      throw .malformed(file: file.path, reason: "its input '\(input.name)' has no shape.")
    }
    // What the data show fills in what the file leaves open, never what it says.
    let given =
      isOnly && exampleShapes.count == 1
      ? exampleShapes.values.first : exampleShapes[input.name]
    let lead = batch == .added ? 0 : 1
    var dimensions: [Dimension] = batch == .added ? [.batch] : []
    for (axis, size) in declared.enumerated() {
      let isBatch = axis == 0 && batch != .added
      if isBatch, batch != .one, size.map({ batch == .first && $0 < 1 << 24 }) ?? true {
        declaredBatch = max(1, size ?? 1)
        isBatchOpen = size == nil
        dimensions.append(.batch)
        continue
      }
      let known = isBatch && batch == .one ? size ?? 1 : size
      let shown = given.flatMap {
        $0.count + lead == declared.count && axis >= lead ? $0[axis - lead] : nil
      }
      guard let size = known ?? shown else {
        throw .openShape(file: file.path, input: input.name, axis: axis)
      }
      guard 1..<(1 << 24) ~= size else {
        throw .malformed(
          file: file.path, reason: "axis \(axis) of its input '\(input.name)' has size \(size).")
      }
      dimensions.append(Dimension(size))
    }
    let type = ValueType(dimensions, real)
    guard type.count <= GraphBuilder.largestValue, declared.count <= GraphBuilder.largestRank else {
      throw .malformed(file: file.path, reason: "its input \(type) would not fit in memory.")
    }
    return dimensions
  }

  /// A value of real numbers in the element type that the file declares.
  private mutating func typed(
    _ value: Graph.ValueID, as input: ONNXFile.Value
  ) throws(NetworkError) -> Graph.ValueID {
    guard let type = ONNXElementType(rawValue: input.elementType) else {
      throw .malformed(
        file: file.path, reason: "its input '\(input.name)' holds neither numbers nor booleans."
      )
    }
    if type.dtype.isFloatingPoint { return value }
    wholeTypes[input.name] = type
    guard type != .bool else {
      let zero = builder.addConstant(own(Tensor(scalar: 0.0)))
      let isZero = try builder.add(.combine(.equal), [value, zero])
      return try builder.add(.map(.not), [isZero])
    }
    // A change too small for another integer is none; beyond its range a byte would begin again.
    let rounded = try builder.add(.map(.round), [value])
    let limited =
      type.dtype == .uint8
      ? try builder.add(.map(.clip(lower: 0, upper: 255)), [rounded]) : rounded
    return try builder.add(.cast(type.dtype), [limited])
  }

  /// The value that the graph ends in: in a file about one example, a batch of one.
  mutating func ended(_ value: Graph.ValueID) throws(NetworkError) -> Graph.ValueID {
    guard batch == .one else { return value }
    builder.notes.append(
      "The model mixes what lies along its first axis; examples are evaluated one at a time.")
    let shape = builder.type(of: value).shape
    return shape.first == 1 ? value : try builder.add(.reshape([1] + shape), [value])
  }
}

extension ONNXFile.Value {
  /// Whether its elements are integers or booleans.
  fileprivate var isWhole: Bool {
    ONNXElementType(rawValue: elementType).map { !$0.dtype.isFloatingPoint } ?? false
  }
}

extension ONNXFile {
  /// The inputs that are not weights.
  var freeInputs: [Value] { inputs.filter { initializers[$0.name] == nil } }
}
