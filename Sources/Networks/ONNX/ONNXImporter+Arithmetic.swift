import Tensors

extension ONNXImporter {
  static let arithmeticRules: [String: Rule] = {
    var rules: [String: Rule] = [
      "Gemm": gemm, "MatMul": matmul, "Where": choose, "Clip": clip, "Pow": power, "Mod": modulo,
      "Mean": mean, "Sum": variadic(.add), "Min": variadic(.minimum), "Max": variadic(.maximum),
      "LeakyRelu": unary { .leakyRelu(slope: $0.real("alpha", 0.01)) },
      "Elu": unary { .elu(alpha: $0.real("alpha", 1)) },
      "Celu": unary { .celu(alpha: $0.real("alpha", 1)) },
      "Selu": unary {
        .selu(
          alpha: $0.real("alpha", 1.67326319217681884765625),
          gamma: $0.real("gamma", 1.05070102214813232421875))
      },
      "Gelu": unary { .gelu(approximate: $0.text("approximate", "none") == "tanh") },
      "HardSigmoid": unary {
        .hardSigmoid(alpha: $0.real("alpha", 0.2), beta: $0.real("beta", 0.5))
      },
    ]
    let functions: [String: ElementwiseFunction] = [
      "Neg": .negate, "Abs": .absolute, "Sign": .sign, "Reciprocal": .reciprocal, "Exp": .exp,
      "Log": .log, "Sqrt": .squareRoot, "Sin": .sine, "Cos": .cosine, "Tan": .tangent,
      "Atan": .arctangent, "Floor": .floor, "Ceil": .ceiling, "Round": .round, "Relu": .relu,
      "Sigmoid": .sigmoid, "Tanh": .tanh, "Softplus": .softplus, "Softsign": .softsign,
      "Mish": .mish, "Erf": .errorFunction, "HardSwish": .hardSwish, "Not": .not,
    ]
    for (name, function) in functions { rules[name] = unary { _ in function } }
    let combinations: [String: BinaryFunction] = [
      "Add": .add, "Sub": .subtract, "Mul": .multiply, "Div": .divide, "PRelu": .parametricRelu,
      "Equal": .equal, "Less": .less, "LessOrEqual": .lessOrEqual, "Greater": .greater,
      "GreaterOrEqual": .greaterOrEqual, "And": .and, "Or": .or, "Xor": .exclusiveOr,
    ]
    for (name, function) in combinations { rules[name] = binary(function) }
    return rules
  }()

  /// Whether an operation means the same with one more axis in front of its operands.
  static func takesNoAxis(_ operation: String) -> Bool {
    operation != "Gemm" && arithmeticRules[operation] != nil
      || ["Constant", "Cast", "Identity", "Dropout"].contains(operation)
  }

  private static func unary(
    _ function: @escaping @Sendable (ONNXFile.Node) -> ElementwiseFunction
  ) -> Rule {
    { importer, node throws(NetworkError) in try importer.addUnary(.map(function(node)), node) }
  }

  private static func binary(_ function: BinaryFunction) -> Rule {
    { importer, node throws(NetworkError) in try importer.combined(function, node) }
  }

  private static func variadic(_ function: BinaryFunction) -> Rule {
    { importer, node throws(NetworkError) in [.value(try importer.folded(function, node))] }
  }

  private static let mean: Rule = { importer, node throws(NetworkError) in
    let sum = try importer.folded(.add, node)
    let count = importer.builder.addConstant(
      importer.own(Tensor(scalar: Double(node.inputs.count))))
    return [.value(try importer.add(.combine(.divide), [sum, count], node))]
  }

  private mutating func combined(
    _ function: BinaryFunction, _ node: ONNXFile.Node
  ) throws(NetworkError) -> [Imported] {
    if let dimensions = try combinedDimensions(function, node) { return [dimensions] }
    if function == .add, let fused = try addedToLinear(node) { return [.value(fused)] }
    return [.value(try add(.combine(function), [operand(node, 0), operand(node, 1)], node))]
  }

  private mutating func folded(
    _ function: BinaryFunction, _ node: ONNXFile.Node
  ) throws(NetworkError) -> Graph.ValueID {
    var value = try operand(node, 0)
    for index in node.inputs.indices.dropFirst() {
      value = try builder.add(.combine(function), [value, operand(node, index)])
    }
    return value
  }

  /// A bias that is added to a linear map becomes part of it.
  private mutating func addedToLinear(_ node: ONNXFile.Node) throws(NetworkError) -> Graph.ValueID?
  {
    for (index, other) in [(0, 1), (1, 0)] {
      guard case .value(let id) = try imported(node, index), uses[node.inputs[index]] == 1,
        case .linear = builder.nodes[id].operation, builder.nodes[id].operands.count == 2,
        case .known(let bias, let name?) = try imported(node, other),
        let features = builder.nodes[id].type.shape.last,
        bias.dtype.isFloatingPoint, bias.count == features.size, bias.shape.last == features.size,
        bias.rank <= builder.nodes[id].type.shape.count
      else { continue }
      let flat = builder.addParameter(bias.flattened(), name: name)
      return try add(.linear, builder.nodes[id].operands + [flat], node)
    }
    return nil
  }

  /// A product with a known matrix is a linear map, whose weight is stored as `[out, in]`.
  private static let matmul: Rule = { importer, node throws(NetworkError) in
    if case .known(let matrix, let name?) = try importer.imported(node, 1), matrix.rank == 2,
      matrix.dtype.isFloatingPoint
    {
      let x = try importer.operand(node, 0)
      let weight = importer.builder.addParameter(matrix.transposed().contiguous(), name: name)
      return [.value(try importer.add(.linear, [x, weight], node))]
    }
    if importer.batch == .added, case .value(let x) = try importer.imported(node, 1),
      importer.builder.type(of: x).shape.count == 2,
      case .known(let weight, let name?) = try importer.imported(node, 0), weight.rank == 2,
      weight.dtype.isFloatingPoint
    {
      // A matrix times what was a vector: with a batch, the same map of each row.
      let parameter = importer.builder.addParameter(weight, name: name)
      return [.value(try importer.add(.linear, [x, parameter], node))]
    }
    return [
      .value(
        try importer.add(.matmul, [importer.operand(node, 0), importer.operand(node, 1)], node))
    ]
  }

  private static let gemm: Rule = { importer, node throws(NetworkError) in
    let (alpha, beta) = (node.real("alpha", 1), node.real("beta", 1))
    var x = try importer.operand(node, 0)
    if node.integer("transA", 0) != 0 { x = try importer.builder.add(.transpose([1, 0]), [x]) }
    let weight: Graph.ValueID
    if case .known(let matrix, let name) = try importer.imported(node, 1), matrix.rank == 2,
      matrix.dtype.isFloatingPoint
    {
      let rows = node.integer("transB", 0) != 0 ? matrix : matrix.transposed().contiguous()
      weight = importer.builder.addParameter(
        alpha == 1 ? rows : rows * alpha, name: name ?? "\(node.name).weight")
    } else {
      let matrix = try importer.operand(node, 1)
      let rows =
        node.integer("transB", 0) != 0
        ? matrix : try importer.builder.add(.transpose([1, 0]), [matrix])
      weight = try importer.scaled(rows, by: alpha)
    }
    guard importer.has(node, 2) else {
      return [.value(try importer.add(.linear, [x, weight], node))]
    }
    let features = importer.builder.type(of: weight).shape.first?.size ?? 0
    if case .known(let bias, let name) = try importer.imported(node, 2), bias.dtype.isFloatingPoint,
      bias.count == features, bias.shape.last == features
    {
      let flat = importer.builder.addParameter(
        beta == 1 ? bias.flattened() : bias.flattened() * beta, name: name ?? "\(node.name).bias")
      return [.value(try importer.add(.linear, [x, weight, flat], node))]
    }
    let product = try importer.builder.add(.linear, [x, weight])
    let bias = try importer.scaled(importer.operand(node, 2), by: beta)
    return [.value(try importer.add(.combine(.add), [product, bias], node))]
  }

  private mutating func scaled(_ value: Graph.ValueID, by scale: Double) throws(NetworkError)
    -> Graph.ValueID
  {
    if scale == 1 { return value }
    let factor = builder.addConstant(own(Tensor(scalar: scale)))
    return try builder.add(.combine(.multiply), [value, factor])
  }

  private static let choose: Rule = { importer, node throws(NetworkError) in
    if let dimensions = try importer.chosenDimensions(node) { return [dimensions] }
    var operands = [
      try importer.operand(node, 0), try importer.operand(node, 1), try importer.operand(node, 2),
    ]
    // What is known of shapes is kept as integers, booleans too.
    if importer.builder.type(of: operands[0]).dtype == .int64 {
      operands[0] = try importer.builder.add(.cast(.bool), [operands[0]])
    }
    return [.value(try importer.add(.choose, operands, node))]
  }

  /// The limits are attributes up to operator set 10, and operands from 11 on.
  private static let clip: Rule = { importer, node throws(NetworkError) in
    func limit(_ index: Int, _ name: String) throws(NetworkError) -> Double? {
      if importer.has(node, index) {
        guard let tensor = importer.known(node, index), tensor.count == 1 else {
          throw importer.unsupported(node, "Its limits must be known when the model is read.")
        }
        return tensor.item()
      }
      return node.attributes[name]?.real
    }
    let (lower, upper) = (try limit(1, "min"), try limit(2, "max"))
    if lower == 0, upper == nil || upper! >= Double(Float.greatestFiniteMagnitude) {
      return try importer.addUnary(.map(.relu), node)
    }
    return try importer.addUnary(.map(.clip(lower: lower, upper: upper)), node)
  }

  private static let power: Rule = { importer, node throws(NetworkError) in
    if let exponent = importer.known(node, 1), exponent.count == 1 {
      let number = exponent.item()
      return try importer.addUnary(.map(number == 2 ? .square : .power(number)), node)
    }
    return try importer.combined(.power, node)
  }

  private static let modulo: Rule = { importer, node throws(NetworkError) in
    try importer.combined(
      node.integer("fmod", 0) != 0 ? .truncatedRemainder : .remainder, node)
  }
}
