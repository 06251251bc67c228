import Tensors

/// From real numbers to quantized ones and back.
///
/// A quantized value is kept as real numbers that are whole, so that every interpretation of real
/// numbers reads it: to quantize is to scale, round and clip.
extension ONNXImporter {
  static let quantizationRules: [String: Rule] = [
    "QuantizeLinear": quantizeLinear, "DequantizeLinear": dequantizeLinear,
    "DynamicQuantizeLinear": dynamicQuantizeLinear,
  ]

  /// The numbers that an element type of integers holds.
  private func range(
    _ type: ONNXElementType, _ node: ONNXFile.Node
  ) throws(NetworkError) -> ClosedRange<Double> {
    switch type {
    case .uint4: 0...15
    case .int4: -8...7
    case .uint8: 0...255
    case .int8: -128...127
    case .uint16: 0...65535
    case .int16: -32768...32767
    default: throw unsupported(node, "It quantizes to a type of more than 16 bits.")
    }
  }

  /// A scale or a zero point as a value that broadcasts against a value of this shape.
  ///
  /// - `index`: the operand; nil and a missing one give nil.
  mutating func aligned(
    _ node: ONNXFile.Node, _ index: Int, to shape: [Dimension], axis: Int, block: Int
  ) throws(NetworkError) -> Graph.ValueID? {
    guard has(node, index) else { return nil }
    guard var tensor = known(node, index)?.cast(to: real) else {
      let value = try realOperand(node, index)
      let own = builder.type(of: value).shape
      // Made at run time, it has all axes of the value, or is a number for each channel.
      guard own.count == 1, own != [1], own != shape else { return value }
      guard axis < shape.count, own[0] == shape[axis], block == 0 else {
        throw mismatch(node, "it has \(own) scales for another number of channels")
      }
      let column = own + Array(repeating: 1, count: shape.count - axis - 1)
      return try builder.add(.reshape(column), [value])
    }
    if tensor.count == 1 {
      tensor = tensor.reshaped(to: [])
    } else if block > 0 {
      guard tensor.rank == shape.count, axis < shape.count,
        tensor.size(axis) * block >= shape[axis].size
      else { throw mismatch(node, "its blocks of \(block) do not fit its scales") }
      let places = Tensor((0..<shape[axis].size).map { $0 / block })
      tensor = tensor.gathering(places, axis: axis)
    } else {
      guard tensor.rank == 1, axis < shape.count, tensor.count == shape[axis].size else {
        throw mismatch(node, "it has \(tensor.count) scales for another number of channels")
      }
      tensor = tensor.reshaped(
        to: [tensor.count] + Array(repeating: 1, count: shape.count - axis - 1))
    }
    return builder.addConstant(tensor)
  }

  /// `clip(round(x / scale) + zero)`, where halves are rounded to even numbers.
  private mutating func quantized(
    _ x: Graph.ValueID, scale: Graph.ValueID, zero: Graph.ValueID?, to range: ClosedRange<Double>,
    name: String? = nil
  ) throws(NetworkError) -> Graph.ValueID {
    var value = try builder.add(
      .map(.round), [builder.add(.combine(.divide), [x, scale])])
    if let zero { value = try builder.add(.combine(.add), [value, zero]) }
    return try builder.add(
      .map(.clip(lower: range.lowerBound, upper: range.upperBound)), [value], name: name)
  }

  /// A value quantized by the scale at `index` and the zero point behind it, whose type the result
  /// has unless the node names one.
  mutating func quantized(
    _ x: Graph.ValueID, _ node: ONNXFile.Node, by index: Int, as declared: ONNXElementType? = nil,
    _ layout: (axis: Int, block: Int) = (0, 0)
  ) throws(NetworkError) -> Graph.ValueID {
    let (scale, zero) = try scaling(node, index, of: builder.type(of: x).shape, layout)
    let type = if let declared { declared } else { try zeroType(node, index + 1) }
    wholeTypes[node.outputs.first ?? ""] = type
    return try quantized(x, scale: scale, zero: zero, to: range(type, node), name: node.name)
  }

  /// The scale at `index` and the zero point behind it.
  mutating func scaling(
    _ node: ONNXFile.Node, _ index: Int, of shape: [Dimension],
    _ layout: (axis: Int, block: Int) = (0, 0)
  ) throws(NetworkError) -> (scale: Graph.ValueID, zero: Graph.ValueID?) {
    let (axis, block) = layout
    guard let scale = try aligned(node, index, to: shape, axis: axis, block: block) else {
      throw mismatch(node, "it has no scale")
    }
    return (scale, try aligned(node, index + 1, to: shape, axis: axis, block: block))
  }

  mutating func dequantized(
    _ x: Graph.ValueID, scale: Graph.ValueID, zero: Graph.ValueID?, name: String? = nil
  ) throws(NetworkError) -> Graph.ValueID {
    let centered = try zero.map { zero throws(NetworkError) in
      try builder.add(.combine(.subtract), [x, zero])
    }
    return try builder.add(.combine(.multiply), [centered ?? x, scale], name: name)
  }

  /// The axis of scales and zero points.
  private func scaledAxis(
    _ node: ONNXFile.Node, rank: Int
  ) throws(NetworkError) -> (axis: Int, block: Int) {
    let given = node.integer("axis", 1)
    // One scale for all has no axis, whatever the attribute's default says.
    return (
      -rank..<rank ~= given ? try axis(given, rank: rank, node) : rank,
      node.integer("block_size", 0)
    )
  }

  private static let quantizeLinear: Rule = { importer, node throws(NetworkError) in
    let x = try importer.realOperand(node, 0)
    let declared = node.integer("output_dtype", 0)
    let type = declared == 0 ? try importer.zeroType(node, 2) : ONNXElementType(rawValue: declared)
    guard let type else {
      throw importer.unsupported(node, "It quantizes to element type \(declared).")
    }
    let layout = try importer.scaledAxis(node, rank: importer.builder.type(of: x).shape.count)
    return [.value(try importer.quantized(x, node, by: 1, as: type, layout))]
  }

  private static let dequantizeLinear: Rule = { importer, node throws(NetworkError) in
    let x = try importer.realOperand(node, 0)
    let shape = importer.builder.type(of: x).shape
    let layout = try importer.scaledAxis(node, rank: shape.count)
    let (scale, zero) = try importer.scaling(node, 1, of: shape, layout)
    return [.value(try importer.dequantized(x, scale: scale, zero: zero, name: node.name))]
  }

  /// Scale and zero point come from the smallest and largest element of each example by itself.
  ///
  /// ONNX takes them from all elements of the operand, so that in a batch an example's scores
  /// depend on the others; here each has what it would have alone.
  private static let dynamicQuantizeLinear: Rule = { importer, node throws(NetworkError) in
    let x = try importer.realOperand(node, 0)
    let shape = importer.builder.type(of: x).shape
    let axes = shape.indices.filter { !shape[$0].isPerExample }
    func extreme(_ reduction: Reduction) throws(NetworkError) -> Graph.ValueID {
      axes.isEmpty
        ? x : try importer.builder.add(.reduce(reduction, axes: axes, keepingAxes: true), [x])
    }
    let largest = try importer.combined(.maximum, extreme(.max), importer.number(0))
    let smallest = try importer.combined(.minimum, extreme(.min), importer.number(0))
    // Where all is zero, any scale will do.
    let scale = try importer.combined(
      .maximum,
      importer.combined(
        .divide, importer.combined(.subtract, largest, smallest), importer.number(255)),
      importer.number(Double(Float.leastNormalMagnitude)))
    let lowered = try importer.combined(
      .divide, importer.combined(.subtract, importer.number(0), smallest), scale)
    let zero = try importer.builder.add(
      .map(.clip(lower: 0, upper: 255)), [importer.builder.add(.map(.round), [lowered])])
    let note = "The model quantizes by the range of its values, which is each example's own here."
    if !importer.builder.notes.contains(note) { importer.builder.notes.append(note) }
    let value = try importer.quantized(x, scale: scale, zero: zero, to: 0...255, name: node.name)
    for index in [0, 2] where node.outputs.indices ~= index {
      importer.wholeTypes[node.outputs[index]] = .uint8
    }
    return [.value(value), .value(scale), .value(zero)]
  }
}
