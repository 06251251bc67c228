import Tensors

/// Sums of products of quantized numbers, which are exact: they are made in double precision
/// wherever single precision could round.
extension ONNXImporter {
  static let quantizedProductRules: [String: Rule] = [
    "MatMulInteger": matmulInteger, "ConvInteger": convolutionInteger,
    "QLinearMatMul": quantizedMatmul, "QLinearConv": quantizedConvolution,
    "com.microsoft.QGemm": quantizedGemm,
  ]

  /// The largest integer below which single precision holds every other.
  private static let exactRange = 0x1p24

  /// An operand less its zero point.
  private mutating func centered(
    _ node: ONNXFile.Node, _ index: Int, zero: Int, axis: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let value = try realOperand(node, index)
    guard has(node, zero) else { return value }
    let shape = builder.type(of: value).shape
    // One number for each row of the left factor, or each column of the right one, is a vector.
    guard let offset = try aligned(node, zero, to: shape, axis: axis, block: 0) else {
      return value
    }
    return try builder.add(.combine(.subtract), [value, offset])
  }

  /// A known operand less its zero point, as integers in real ones.
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

  /// Runs a rule on integers so that its sums are exact, and returns real numbers.
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
  mutating func product(
    _ node: ONNXFile.Node, a: Int, aZero: Int, b: Int, bZero: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let left = try centered(node, a, zero: aZero, axis: max(0, shape(node, a).count - 2))
    let rank = try shape(node, b).count
    if let known = try knownCentered(node, b, zero: bZero, axis: max(0, rank - 1)) {
      if known.rank == 2 {
        // A linear map, as bounds and gradients like it.
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
  mutating func convolution(
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

  // MARK: Quantized products

  /// Turns a sum of products into the quantized output: its scale is the product of the operands'.
  private mutating func requantized(
    _ sum: Graph.ValueID, _ node: ONNXFile.Node, scales: (Int, Int), axis: Int, output: Int
  ) throws(NetworkError) -> [Imported] {
    let shape = builder.type(of: sum).shape
    let place = axis < 0 ? max(0, shape.count + axis) : axis
    guard let left = try aligned(node, scales.0, to: shape, axis: shape.count, block: 0),
      let right = try aligned(node, scales.1, to: shape, axis: place, block: 0)
    else { throw mismatch(node, "it has no scales") }
    let scale = try builder.add(.combine(.multiply), [left, right])
    let x = try builder.add(.combine(.multiply), [sum, scale])
    return [.value(try quantized(x, node, by: output))]
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
}
