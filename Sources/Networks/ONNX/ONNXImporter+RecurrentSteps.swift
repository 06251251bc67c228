/// What one step of an RNN, a GRU or an LSTM computes.
extension ONNXImporter {
  private mutating func gate(
    _ index: Int, _ values: Graph.ValueID, units: Int
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.add(
      .slice(axis: 1, start: index * units, end: (index + 1) * units, step: 1), [values])
  }

  private mutating func activated(
    _ value: Graph.ValueID, _ function: Int, _ cell: Cell
  ) throws(NetworkError) -> Graph.ValueID {
    var value = value
    if let clip = cell.clip {
      value = try builder.add(.map(.clip(lower: -clip, upper: clip)), [value])
    }
    return try builder.add(.map(cell.activations[function]), [value])
  }

  private mutating func recurrent(
    _ hidden: Graph.ValueID, _ cell: Cell
  ) throws(NetworkError) -> Graph.ValueID {
    let bias = cell.recurrentBias.map { [$0] } ?? []
    return try builder.add(.linear, [hidden, cell.recurrentWeight] + bias)
  }

  mutating func advanced(
    _ state: State, simple cell: Cell, _ x: Graph.ValueID
  ) throws(NetworkError) -> State {
    let hidden = try activated(combined(.add, x, recurrent(state.hidden, cell)), 0, cell)
    return State(hidden: hidden, cell: state.cell)
  }

  /// The gates are, in the operator's order, update, reset and candidate.
  mutating func advanced(
    _ state: State, gated cell: Cell, _ x: Graph.ValueID
  ) throws(NetworkError) -> State {
    let units = cell.units
    let update: Graph.ValueID
    let candidate: Graph.ValueID
    if cell.resetsAfterProduct {
      let product = try recurrent(state.hidden, cell)
      update = try activated(
        combined(.add, gate(0, x, units: units), gate(0, product, units: units)), 0, cell)
      let reset = try activated(
        combined(.add, gate(1, x, units: units), gate(1, product, units: units)), 0, cell)
      let memory = try combined(.multiply, reset, gate(2, product, units: units))
      candidate = try activated(combined(.add, gate(2, x, units: units), memory), 1, cell)
    } else {
      func rows(_ start: Int, _ end: Int) throws(NetworkError) -> Graph.ValueID {
        try builder.add(
          .slice(axis: 0, start: start * units, end: end * units, step: 1), [cell.recurrentWeight])
      }
      let gates = try builder.add(.linear, [state.hidden, rows(0, 2)])
      update = try activated(
        combined(.add, gate(0, x, units: units), gate(0, gates, units: units)), 0, cell)
      let reset = try activated(
        combined(.add, gate(1, x, units: units), gate(1, gates, units: units)), 0, cell)
      let memory = try builder.add(.linear, [combined(.multiply, reset, state.hidden), rows(2, 3)])
      candidate = try activated(combined(.add, gate(2, x, units: units), memory), 1, cell)
    }
    // (1 - z) · c + z · h, with one product of two values fewer.
    let difference = try builder.add(.combine(.subtract), [state.hidden, candidate])
    return State(
      hidden: try combined(.add, candidate, combined(.multiply, update, difference)),
      cell: state.cell)
  }

  /// The gates are, in the operator's order, input, output, forget and cell.
  mutating func advanced(
    _ state: State, longShortTerm cell: Cell, _ x: Graph.ValueID
  ) throws(NetworkError) -> State {
    let units = cell.units
    let gates = try combined(.add, x, recurrent(state.hidden, cell))
    func sighted(
      _ index: Int, _ peephole: Int, _ memory: Graph.ValueID
    ) throws(NetworkError) -> Graph.ValueID {
      let own = try gate(index, gates, units: units)
      let seen =
        cell.peepholes.isEmpty
        ? own : try combined(.add, own, combined(.multiply, cell.peepholes[peephole], memory))
      return try activated(seen, 0, cell)
    }
    let input = try sighted(0, 0, state.cell)
    let forget = try sighted(2, 2, state.cell)
    let candidate = try activated(gate(3, gates, units: units), 1, cell)
    let memory = try combined(
      .add, combined(.multiply, forget, state.cell), combined(.multiply, input, candidate))
    let output = try sighted(1, 1, memory)
    let shown = try builder.add(.map(cell.activations[2]), [memory])
    return State(hidden: try combined(.multiply, output, shown), cell: memory)
  }
}
