import Tensors

/// RNN, GRU and LSTM, unrolled over the steps of time.
extension ONNXImporter {
  static let recurrenceRules: [String: Rule] = [
    "RNN": { importer, node throws(NetworkError) in
      try importer.recurrence(node, gates: 1, activations: ["Tanh"])
    },
    "GRU": { importer, node throws(NetworkError) in
      try importer.recurrence(node, gates: 3, activations: ["Sigmoid", "Tanh"])
    },
    "LSTM": { importer, node throws(NetworkError) in
      try importer.recurrence(node, gates: 4, activations: ["Sigmoid", "Tanh", "Tanh"])
    },
  ]

  /// The most steps that are unrolled.
  private static let mostSteps = 1 << 12

  /// What a step passes on to the next one.
  struct State {
    var hidden: Graph.ValueID
    /// Only of an LSTM.
    var cell: Graph.ValueID
  }

  /// What one direction of a recurrence computes with.
  struct Cell {
    let units: Int
    /// `[gates · units, units]`
    let recurrentWeight: Graph.ValueID
    /// `[gates · units]`, what is added beside the recurrent product; nil for zeros.
    let recurrentBias: Graph.ValueID?
    let activations: [ElementwiseFunction]
    let clip: Double?
    /// Of an LSTM: the weights of the cell in the gates i, o and f, each `[units]`.
    let peepholes: [Graph.ValueID]
    /// Of a GRU: whether the reset gate applies after the recurrent product.
    let resetsAfterProduct: Bool
  }

  private mutating func recurrence(
    _ node: ONNXFile.Node, gates: Int, activations: [String]
  ) throws(NetworkError) -> [Imported] {
    guard let weights = known(node, 1), let recurrent = known(node, 2), weights.rank == 3,
      recurrent.rank == 3, weights.size(0) == recurrent.size(0)
    else { throw unsupported(node, "Its weights must be known when the model is read.") }
    let (directions, units) = (recurrent.size(0), recurrent.size(2))
    let direction = node.text("direction", "forward")
    guard directions == (direction == "bidirectional" ? 2 : 1), units > 0,
      weights.size(1) == gates * units, recurrent.size(1) == gates * units
    else { throw mismatch(node, "its weights do not fit its \(gates) gates") }
    var input = try operand(node, 0)
    guard builder.type(of: input).shape.count == 3 else {
      throw mismatch(node, "its input has not the axes time, batch and features")
    }
    let isBatchFirst = node.integer("layout", 0) == 1
    if isBatchFirst { input = try builder.add(.transpose([1, 0, 2]), [input]) }
    let shape = builder.type(of: input).shape
    guard !shape[0].isPerExample else { throw mismatch(node, "it runs along the batch") }
    try checkLengths(node, steps: shape[0].size)
    guard shape[0].size * directions <= Self.mostSteps else {
      throw unsupported(
        node, "It has \(shape[0].size) steps; at most \(Self.mostSteps) are unrolled.")
    }

    var (sequences, hidden, cells): ([Graph.ValueID], [Graph.ValueID], [Graph.ValueID]) = (
      [], [], []
    )
    for index in 0..<directions {
      let cell = try self.cell(
        node, index: index, of: directions, recurrent: recurrent[index],
        defaults: activations)
      let weight = builder.addParameter(
        weights[index].contiguous(), name: part("weight", node, index))
      var operands = [input, weight]
      if let bias = try bias(node, index, gates: gates, units: units, of: cell) {
        operands.append(bias)
      }
      let drive = try builder.add(.linear, operands)
      var state = State(
        hidden: try initial(node, 5, index, batch: shape[1], units: units, isBatchFirst),
        cell: try initial(node, 6, index, batch: shape[1], units: units, isBatchFirst))
      let isReverse = direction == "reverse" || index == 1
      var steps: [Graph.ValueID] = []
      for step in 0..<shape[0].size {
        let time = isReverse ? shape[0].size - 1 - step : step
        let slice = try builder.add(.slice(axis: 0, start: time, end: time + 1, step: 1), [drive])
        let x = try builder.add(.reshape([shape[1], Dimension(gates * units)]), [slice])
        switch gates {
        case 1: state = try advanced(state, simple: cell, x)
        case 3: state = try advanced(state, gated: cell, x)
        default: state = try advanced(state, longShortTerm: cell, x)
        }
        steps.append(try builder.add(.reshape([1, 1, shape[1], Dimension(units)]), [state.hidden]))
      }
      if isReverse { steps.reverse() }
      if isNeeded(node.outputs.first ?? "") { sequences.append(try joined(steps, axis: 0)) }
      let last: [Dimension] = [1, shape[1], Dimension(units)]
      hidden.append(try builder.add(.reshape(last), [state.hidden]))
      cells.append(try builder.add(.reshape(last), [state.cell]))
    }
    func output(_ values: [Graph.ValueID], _ axes: [Int]) throws(NetworkError) -> Imported {
      let value = try joined(values, axis: values.isEmpty ? 0 : axes.count == 4 ? 1 : 0)
      return .value(isBatchFirst ? try builder.add(.transpose(axes), [value]) : value)
    }
    return [
      sequences.isEmpty ? .value(hidden[0]) : try output(sequences, [2, 0, 1, 3]),
      try output(hidden, [1, 0, 2]), try output(cells, [1, 0, 2]),
    ]
  }

  private mutating func joined(
    _ values: [Graph.ValueID], axis: Int
  ) throws(NetworkError) -> Graph.ValueID {
    values.count == 1 ? values[0] : try builder.add(.concatenate(axis: axis), values)
  }

  private func part(_ name: String, _ node: ONNXFile.Node, _ direction: Int) -> String {
    "\(node.name).\(name)" + (direction == 0 ? "" : ".reverse")
  }

  private func checkLengths(_ node: ONNXFile.Node, steps: Int) throws(NetworkError) {
    guard has(node, 4) else { return }
    guard let lengths = known(node, 4), lengths.integers.allSatisfy({ $0 == steps }) else {
      throw unsupported(node, "Its sequences differ in length; only whole ones can be read.")
    }
  }

  // MARK: What one direction computes with

  private mutating func cell(
    _ node: ONNXFile.Node, index: Int, of directions: Int, recurrent: Tensor, defaults: [String]
  ) throws(NetworkError) -> Cell {
    let (rows, units) = (recurrent.size(0), recurrent.size(1))
    if let clip = node.attributes["clip"]?.real, !(clip > 0) {
      throw unsupported(node, "It clips at \(clip).")
    }
    guard node.integer("input_forget", 0) == 0 else {
      throw unsupported(node, "It couples the input and the forget gate.")
    }
    let resetsAfterProduct = node.integer("linear_before_reset", 0) != 0
    var recurrentBias: Graph.ValueID?
    if has(node, 3), resetsAfterProduct {
      let biases = try knownRow(node, 3, index, count: 2 * rows)
      recurrentBias = builder.addParameter(
        biases[rows..<2 * rows].contiguous(), name: part("recurrent_bias", node, index))
    }
    var peepholes: [Graph.ValueID] = []
    if has(node, 7) {
      let weights = try knownRow(node, 7, index, count: 3 * units)
      for (gate, name) in ["i", "o", "f"].enumerated() {
        peepholes.append(
          builder.addParameter(
            weights[gate * units..<(gate + 1) * units].contiguous(),
            name: part("peephole_\(name)", node, index)))
      }
    }
    return Cell(
      units: units,
      recurrentWeight: builder.addParameter(
        recurrent.contiguous(), name: part("recurrent_weight", node, index)),
      recurrentBias: recurrentBias,
      activations: try activations(node, index, of: directions, defaults: defaults),
      clip: node.attributes["clip"]?.real, peepholes: peepholes,
      resetsAfterProduct: resetsAfterProduct)
  }

  private func knownRow(
    _ node: ONNXFile.Node, _ operand: Int, _ index: Int, count: Int
  ) throws(NetworkError) -> Tensor {
    guard let rows = known(node, operand), rows.rank == 2, rows.size(0) > index,
      rows.size(1) == count
    else { throw unsupported(node, "Operand \(operand) is not known or has another shape.") }
    return rows[index]
  }

  /// The bias that goes with the input; a recurrent one that is not kept apart is part of it.
  private mutating func bias(
    _ node: ONNXFile.Node, _ index: Int, gates: Int, units: Int, of cell: Cell
  ) throws(NetworkError) -> Graph.ValueID? {
    guard has(node, 3) else { return nil }
    let rows = gates * units
    let biases = try knownRow(node, 3, index, count: 2 * rows)
    let own = biases[0..<rows]
    let sum = cell.recurrentBias == nil ? own + biases[rows..<2 * rows] : own.contiguous()
    return builder.addParameter(sum, name: part("bias", node, index))
  }

  private mutating func initial(
    _ node: ONNXFile.Node, _ operand: Int, _ index: Int, batch: Dimension, units: Int,
    _ isBatchFirst: Bool
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = [batch, Dimension(units)]
    guard has(node, operand) else {
      let zeros = builder.addConstant(own(Tensor.zeros([1, units])))
      return try builder.add(.broadcast(shape), [zeros])
    }
    let states = try self.operand(node, operand)
    let slice = try builder.add(
      .slice(axis: isBatchFirst ? 1 : 0, start: index, end: index + 1, step: 1), [states])
    let type = builder.type(of: slice)
    guard type.shape.count == 3 else {
      throw mismatch(node, "its first state has not the axes directions, batch and units")
    }
    // A known state may be one for all examples, or one for each of a batch that the file fixes.
    if !type.isPerExample, batch.isPerExample {
      guard
        let row = try firstState(
          slice, type, batch: isBatchFirst ? 0 : 1, known(node, operand))
      else {
        throw mismatch(node, "its first states differ between the examples of a batch")
      }
      return try builder.add(
        .broadcast(shape), [builder.add(.reshape([1, Dimension(units)]), [row])])
    }
    return try builder.add(.reshape(shape), [slice])
  }

  /// The state of one example, if it is the same for the whole batch that the file fixes.
  private mutating func firstState(
    _ states: Graph.ValueID, _ type: ValueType, batch axis: Int, _ values: Tensor?
  ) throws(NetworkError) -> Graph.ValueID? {
    if type.shape[axis] == 1 { return states }
    guard let values else { return nil }
    let first = values.sliced(axis: axis, from: 0, to: 1, by: 1)
    guard (values .== first).all().booleans[0] else { return nil }
    return try builder.add(.slice(axis: axis, start: 0, end: 1, step: 1), [states])
  }

  /// The functions of one direction, in the operator's order.
  private func activations(
    _ node: ONNXFile.Node, _ index: Int, of directions: Int, defaults: [String]
  ) throws(NetworkError) -> [ElementwiseFunction] {
    let given = node.attributes["activations"]?.texts ?? []
    let names = given.isEmpty ? Array(repeating: defaults, count: directions).flatMap { $0 } : given
    guard names.count == directions * defaults.count else {
      throw mismatch(node, "it names \(names.count) activations")
    }
    // Each list serves, in order, the functions that take such a number.
    var alphas = (node.attributes["activation_alpha"]?.reals ?? [])[...]
    var betas = (node.attributes["activation_beta"]?.reals ?? [])[...]
    var functions: [ElementwiseFunction] = []
    for name in names {
      switch name.lowercased() {
      case "sigmoid": functions.append(.sigmoid)
      case "tanh": functions.append(.tanh)
      case "relu": functions.append(.relu)
      case "softsign": functions.append(.softsign)
      case "softplus": functions.append(.softplus)
      case "leakyrelu": functions.append(.leakyRelu(slope: alphas.popFirst() ?? 0.01))
      case "elu": functions.append(.elu(alpha: alphas.popFirst() ?? 1))
      case "hardsigmoid":
        functions.append(
          .hardSigmoid(alpha: alphas.popFirst() ?? 0.2, beta: betas.popFirst() ?? 0.5))
      default: throw unsupported(node, "Its activation '\(name)' is not known.")
      }
    }
    return Array(functions[index * defaults.count..<(index + 1) * defaults.count])
  }
}
