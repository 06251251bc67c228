import Tensors

/// Quantized operators, by the whole numbers that they compute with.
///
/// A quantized value is kept as real numbers that are whole, so that every interpretation of real
/// numbers reads it: to quantize is to scale, round and clip. Sums of products are exact, because
/// they are made in double precision wherever single precision could round.
extension ONNXImporter {
  static let quantizationRules: [String: Rule] = {
    var rules: [String: Rule] = [
      "QuantizeLinear": quantizeLinear, "DequantizeLinear": dequantizeLinear,
      "DynamicQuantizeLinear": dynamicQuantizeLinear, "MatMulInteger": matmulInteger,
      "ConvInteger": convolutionInteger, "QLinearMatMul": quantizedMatmul,
      "QLinearConv": quantizedConvolution, "com.microsoft.QGemm": quantizedGemm,
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

  // MARK: Element types of whole numbers

  /// Operators whose result has elements of their first operand.
  private static let movers: Set = [
    "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Slice", "Gather",
    "Concat", "Expand", "Tile", "Split", "Pad", "Relu", "MaxPool", "Max", "Min", "Clip",
    "GatherElements", "GatherND", "DepthToSpace", "SpaceToDepth",
  ]

  /// Keeps the element type that the file gives whole numbers, through what only moves them.
  mutating func inheritWholeType(_ node: ONNXFile.Node) {
    guard let output = node.outputs.first, wholeTypes[output] == nil else { return }
    if Self.movers.contains(node.operation), let input = node.inputs.first,
      let type = wholeTypes[input]
    {
      for output in node.outputs { wholeTypes[output] = type }
    }
  }

  /// Refuses arithmetic with quantized values, which are kept as real numbers and would not wrap.
  func checkQuantized(_ node: ONNXFile.Node) throws(NetworkError) {
    let computes = ["Add", "Sub", "Mul", "Div", "Mod", "Pow", "Sum", "Mean", "Neg", "CastLike"]
    guard computes.contains(node.operation) else { return }
    for name in node.inputs where wholeTypes[name] != nil {
      if case .value(let id)? = names[name], builder.type(of: id).dtype.isFloatingPoint {
        throw unsupported(node, "It computes with quantized numbers; dequantize them first.")
      }
    }
  }

  // MARK: Between real and whole numbers

  /// The largest whole number below which single precision holds every other.
  private static let exactRange = 0x1p24

  /// The numbers that an element type of whole numbers holds.
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

  /// The operand at `index` as a value of real numbers.
  private mutating func real(
    _ node: ONNXFile.Node, _ index: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let value = try operand(node, index)
    return builder.type(of: value).dtype.isFloatingPoint
      ? value : try builder.add(.cast(real), [value])
  }

  /// A scale or a zero point as a value that broadcasts against a value of this shape.
  ///
  /// - `index`: the operand; nil and a missing one give nil.
  private mutating func aligned(
    _ node: ONNXFile.Node, _ index: Int, to shape: [Dimension], axis: Int, block: Int
  ) throws(NetworkError) -> Graph.ValueID? {
    guard has(node, index) else { return nil }
    guard var tensor = known(node, index)?.cast(to: real) else {
      let value = try real(node, index)
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

  private mutating func dequantized(
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
    let x = try importer.real(node, 0)
    let shape = importer.builder.type(of: x).shape
    let (axis, block) = try importer.scaledAxis(node, rank: shape.count)
    guard let scale = try importer.aligned(node, 1, to: shape, axis: axis, block: block) else {
      throw importer.mismatch(node, "it has no scale")
    }
    let declared = node.integer("output_dtype", 0)
    let type = declared == 0 ? try importer.zeroType(node, 2) : ONNXElementType(rawValue: declared)
    guard let type else {
      throw importer.unsupported(node, "It quantizes to element type \(declared).")
    }
    let zero = try importer.aligned(node, 2, to: shape, axis: axis, block: block)
    importer.wholeTypes[node.outputs.first ?? ""] = type
    return [
      .value(
        try importer.quantized(
          x, scale: scale, zero: zero, to: importer.range(type, node), name: node.name))
    ]
  }

  /// The element type of a zero point, which is the result's; bytes if there is none.
  private func zeroType(
    _ node: ONNXFile.Node, _ index: Int
  ) throws(NetworkError) -> ONNXElementType {
    guard has(node, index) else { return .uint8 }
    guard let type = wholeTypes[node.inputs[index]] else {
      throw unsupported(node, "The element type of its zero point is not known.")
    }
    return type
  }

  private static let dequantizeLinear: Rule = { importer, node throws(NetworkError) in
    let x = try importer.real(node, 0)
    let shape = importer.builder.type(of: x).shape
    let (axis, block) = try importer.scaledAxis(node, rank: shape.count)
    guard let scale = try importer.aligned(node, 1, to: shape, axis: axis, block: block) else {
      throw importer.mismatch(node, "it has no scale")
    }
    let zero = try importer.aligned(node, 2, to: shape, axis: axis, block: block)
    return [.value(try importer.dequantized(x, scale: scale, zero: zero, name: node.name))]
  }

  /// Scale and zero point come from the smallest and largest element of each example by itself.
  ///
  /// ONNX takes them from all elements of the operand, so that in a batch an example's scores depend
  /// on the others; here each has what it would have alone.
  private static let dynamicQuantizeLinear: Rule = { importer, node throws(NetworkError) in
    let x = try importer.real(node, 0)
    let shape = importer.builder.type(of: x).shape
    let axes = shape.indices.filter { !shape[$0].isPerExample }
    func number(_ value: Double) -> Graph.ValueID {
      importer.builder.addConstant(importer.own(Tensor(scalar: value)))
    }
    func combined(
      _ function: BinaryFunction, _ x: Graph.ValueID, _ y: Graph.ValueID
    ) throws(NetworkError) -> Graph.ValueID {
      try importer.builder.add(.combine(function), [x, y])
    }
    func extreme(_ reduction: Reduction) throws(NetworkError) -> Graph.ValueID {
      axes.isEmpty
        ? x : try importer.builder.add(.reduce(reduction, axes: axes, keepingAxes: true), [x])
    }
    let largest = try combined(.maximum, extreme(.max), number(0))
    let smallest = try combined(.minimum, extreme(.min), number(0))
    // Where all is zero, any scale will do.
    let scale = try combined(
      .maximum, combined(.divide, combined(.subtract, largest, smallest), number(255)),
      number(Double(Float.leastNormalMagnitude)))
    let lowered = try combined(.divide, combined(.subtract, number(0), smallest), scale)
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

  /// A name for a value of a rule's own, which no file can have.
  private static func hidden(_ node: ONNXFile.Node, _ part: String) -> String {
    "\0\(node.name)/\(part)"
  }

  // MARK: Sums of products

  /// An operand less its zero point.
  private mutating func centered(
    _ node: ONNXFile.Node, _ index: Int, zero: Int, axis: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let value = try real(node, index)
    guard has(node, zero) else { return value }
    let shape = builder.type(of: value).shape
    // One number for each row of the left factor, or each column of the right one, is a vector.
    guard let offset = try aligned(node, zero, to: shape, axis: axis, block: 0) else {
      return value
    }
    return try builder.add(.combine(.subtract), [value, offset])
  }

  /// A known operand less its zero point, as whole numbers in real ones.
  private func knownCentered(
    _ node: ONNXFile.Node, _ index: Int, zero: Int, axis: Int
  ) throws(NetworkError) -> Tensor? {
    guard let tensor = known(node, index)?.cast(to: .float64) else { return nil }
    guard tensor.count > 0 else { throw mismatch(node, "its weight is empty") }
    guard has(node, zero) else { return tensor }
    guard let offset = known(node, zero)?.cast(to: .float64) else { return nil }
    guard offset.count > 0, offset.count == 1 || tensor.rank > axis else {
      throw mismatch(node, "it has \(offset.count) zero points for another number of channels")
    }
    guard offset.count > 1 else { return tensor - offset.reshaped(to: []) }
    guard offset.rank == 1, offset.count == tensor.size(axis) else {
      throw mismatch(node, "it has \(offset.count) zero points for another number of channels")
    }
    let lead = [offset.count] + Array(repeating: 1, count: tensor.rank - axis - 1)
    return tensor - offset.reshaped(to: lead)
  }

  /// Runs a rule on whole numbers so that its sums are exact, and returns real numbers.
  ///
  /// - Parameter weight: if known, a row `[out, …]` for each output.
  private mutating func exactly(
    _ rule: Rule, _ name: String, _ node: ONNXFile.Node, _ x: Graph.ValueID, _ weight: Tensor?,
    orValue other: Graph.ValueID?, reach: Double
  ) throws(NetworkError) -> Graph.ValueID {
    let isExact = real == .float64 || reach < Self.exactRange
    let type: DType = isExact ? real : .float64
    func wide(_ value: Graph.ValueID) throws(NetworkError) -> Graph.ValueID {
      builder.type(of: value).dtype == type ? value : try builder.add(.cast(type), [value])
    }
    let (left, right) = (Self.hidden(node, "left"), Self.hidden(node, "right"))
    names[left] = .value(try wide(x))
    if let weight {
      names[right] = .value(builder.addConstant(weight.cast(to: type)))
    } else {
      names[right] = .value(try wide(other!))
    }
    let inner = ONNXFile.Node(
      name: node.name, operation: name, inputs: [left, right], outputs: node.outputs,
      attributes: node.attributes)
    let results = try rule(&self, inner)
    guard case .value(let sum)? = results.first else {
      throw mismatch(node, "its operands are no tensors")
    }
    return builder.type(of: sum).dtype == real ? sum : try builder.add(.cast(real), [sum])
  }

  /// `(a - a₀) · (b - b₀)` of operands by their places.
  private mutating func product(
    _ node: ONNXFile.Node, a: Int, aZero: Int, b: Int, bZero: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let left = try centered(node, a, zero: aZero, axis: max(0, shape(node, a).count - 2))
    let rank = try shape(node, b).count
    if let known = try knownCentered(node, b, zero: bZero, axis: max(0, rank - 1)) {
      if known.rank == 2 {
        // A linear map, as bounds and slopes like it.
        let rows = known.transposed().contiguous()
        let reach = rows.magnitude().sum(axes: [1]).max().item() * 510
        let type: DType = real == .float64 || reach < Self.exactRange ? real : .float64
        let x = builder.type(of: left).dtype == type ? left : try builder.add(.cast(type), [left])
        let weight = builder.addConstant(rows.cast(to: type))
        let sum = try builder.add(.linear, [x, weight])
        return type == real ? sum : try builder.add(.cast(real), [sum])
      }
      return try exactly(
        Self.rules["MatMul"]!, "MatMul", node, left, known, orValue: nil, reach: .infinity)
    }
    let right = try centered(node, b, zero: bZero, axis: max(0, rank - 1))
    let inner = rank > 1 ? try shape(node, b)[rank - 2].size : try shape(node, b).first?.size ?? 1
    return try exactly(
      Self.rules["MatMul"]!, "MatMul", node, left, nil, orValue: right,
      reach: Double(inner) * 510 * 510)
  }

  private static let matmulInteger: Rule = { importer, node throws(NetworkError) in
    [.value(try importer.product(node, a: 0, aZero: 2, b: 1, bZero: 3))]
  }

  /// The convolution of two centered operands.
  private mutating func convolution(
    _ node: ONNXFile.Node, x: Int, xZero: Int, w: Int, wZero: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let image = try centered(node, x, zero: xZero, axis: 1)
    guard let weight = try knownCentered(node, w, zero: wZero, axis: 0), weight.rank > 1 else {
      throw unsupported(node, "Its weight must be known when the model is read.")
    }
    let reach = weight.magnitude().sum(axes: Array(1..<weight.rank)).max().item() * 510
    return try exactly(
      Self.rules["Conv"]!, "Conv", node, image, weight, orValue: nil, reach: reach)
  }

  private static let convolutionInteger: Rule = { importer, node throws(NetworkError) in
    [.value(try importer.convolution(node, x: 0, xZero: 2, w: 1, wZero: 3))]
  }

  // MARK: Quantized to quantized

  /// Turns a sum of products into the quantized output: its scale is the product of the operands'.
  private mutating func requantized(
    _ sum: Graph.ValueID, _ node: ONNXFile.Node, scales: (Int, Int), axis: Int, output: Int
  ) throws(NetworkError) -> [Imported] {
    let shape = builder.type(of: sum).shape
    let place = axis < 0 ? max(0, shape.count + axis) : axis
    guard let left = try aligned(node, scales.0, to: shape, axis: shape.count, block: 0),
      let right = try aligned(node, scales.1, to: shape, axis: place, block: 0),
      let target = try aligned(node, output, to: shape, axis: shape.count, block: 0)
    else { throw mismatch(node, "it has no scales") }
    let scale = try builder.add(.combine(.multiply), [left, right])
    let x = try builder.add(.combine(.multiply), [sum, scale])
    let zero = try aligned(node, output + 1, to: shape, axis: shape.count, block: 0)
    let type = try zeroType(node, output + 1)
    wholeTypes[node.outputs.first ?? ""] = type
    return [
      .value(try quantized(x, scale: target, zero: zero, to: range(type, node), name: node.name))
    ]
  }

  private static let quantizedMatmul: Rule = { importer, node throws(NetworkError) in
    let sum = try importer.product(node, a: 0, aZero: 2, b: 3, bZero: 5)
    return try importer.requantized(sum, node, scales: (1, 4), axis: -1, output: 6)
  }

  private static let quantizedConvolution: Rule = { importer, node throws(NetworkError) in
    var sum = try importer.convolution(node, x: 0, xZero: 2, w: 3, wZero: 5)
    if importer.has(node, 8) {
      guard let bias = importer.known(node, 8), bias.rank == 1 else {
        throw importer.unsupported(node, "Its bias must be known when the model is read.")
      }
      let spatial = importer.builder.type(of: sum).shape.count - 2
      let column = importer.builder.addConstant(
        importer.own(bias.cast(to: .float64)).reshaped(
          to: [bias.count] + Array(repeating: 1, count: spatial)))
      sum = try importer.builder.add(.combine(.add), [sum, column])
    }
    return try importer.requantized(sum, node, scales: (1, 4), axis: 1, output: 6)
  }

  private static let quantizedGemm: Rule = { importer, node throws(NetworkError) in
    guard node.integer("transA", 0) == 0, let weight = importer.known(node, 3), weight.rank == 2,
      let leftScale = importer.known(node, 1), let rightScale = importer.known(node, 4),
      leftScale.count == 1, rightScale.count == 1 || rightScale.rank == 1
    else { throw importer.unsupported(node, "Its weight and scales must be known.") }
    let right = hidden(node, "rows")
    importer.names[right] = .known(
      node.integer("transB", 0) == 0 ? weight : weight.transposed().contiguous(), name: nil)
    var inputs = node.inputs
    inputs[3] = right
    let inner = ONNXFile.Node(
      name: node.name, operation: node.operation, inputs: inputs, outputs: node.outputs,
      attributes: node.attributes)
    var sum = try importer.product(inner, a: 0, aZero: 2, b: 3, bZero: 5)
    if importer.has(node, 6) {
      guard let bias = importer.known(node, 6) else {
        throw importer.unsupported(node, "Its bias must be known when the model is read.")
      }
      let row = importer.builder.addConstant(importer.own(bias.cast(to: .float64)))
      sum = try importer.builder.add(.combine(.add), [sum, row])
    }
    let alpha = node.real("alpha", 1)
    if importer.has(node, 7) {
      guard alpha == 1 else { throw importer.unsupported(node, "Its product is scaled.") }
      return try importer.requantized(sum, inner, scales: (1, 4), axis: -1, output: 7)
    }
    let scale = importer.builder.addConstant(
      importer.own(
        leftScale.cast(to: .float64).reshaped(to: []) * rightScale.cast(to: .float64) * alpha))
    return [.value(try importer.add(.combine(.multiply), [sum, scale], node))]
  }

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
    let x = try real(node, index)
    guard let scale = try aligned(node, index + 1, to: [], axis: 0, block: 0) else {
      throw mismatch(node, "it has no scale")
    }
    let zero = try aligned(node, index + 2, to: [], axis: 0, block: 0)
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
    guard let rule = Self.rules[operation], case .value(let value)? = try rule(&self, inner).first,
      let scale = try aligned(node, output, to: [], axis: 0, block: 0)
    else { throw mismatch(node, "it has no scale") }
    let zero = try aligned(node, output + 1, to: [], axis: 0, block: 0)
    let type = try zeroType(node, output + 1)
    wholeTypes[node.outputs.first ?? ""] = type
    return [.value(try quantized(value, scale: scale, zero: zero, to: range(type, node)))]
  }
}
