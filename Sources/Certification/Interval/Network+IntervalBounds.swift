import Models
import Networks
import Tensors

extension Network {
  /// Returns a box that contains the network's output for every input in `box`.
  ///
  /// - Shape: corners of `[batch] + inputShape` to corners of the output's shape.
  /// - Units: the result is in double precision; an infinite bound means that nothing is known
  ///   there.
  /// - Soundness: for the network in real arithmetic, its parameters being the numbers that are
  ///   stored. Bounds are computed in double precision and moved outward for rounding. Evaluation
  ///   in single precision may leave them by its own rounding.
  /// - Complexity: about two evaluations in double precision.
  /// - Source: "On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust
  ///   Models" (2018), section 3.
  /// - Throws: `NetworkError.inputMismatch`, or `.unsupported` if an operation has no sound rule.
  public func intervalBounds(over box: Box) throws(NetworkError) -> Box {
    try intervals(of: graph.output, over: box)[0].box
  }

  /// Checks that every operation of this network has a rule for interval bounds, by bounding one
  /// point.
  ///
  /// - Throws: `NetworkError.unsupported`, naming the node.
  public func checkIntervalSupport() throws(NetworkError) {
    let point = Tensor.zeros([1] + inputShape)
    _ = try intervalBounds(over: Box(lower: point, upper: point))
  }

  /// Returns the box of one node, alone in a list.
  func intervals(of target: Graph.ValueID, over box: Box) throws(NetworkError) -> [Interval] {
    try intervals(of: [target], over: box)
  }

  /// Returns the boxes of several nodes.
  ///
  /// - Parameters:
  ///   - parameters: the intervals of the parameters that vary, by their index.
  ///   - forests: the network's ensembles of trees; nil if nobody has looked for them.
  /// - Throws: as `intervalBounds(over:)`.
  func intervals(
    of targets: [Graph.ValueID], over box: Box, parameters: [Int: Interval] = [:],
    forests: [Graph.ValueID: DecisionForest]? = nil
  ) throws(NetworkError) -> [Interval] {
    try checkInput(box.lower)
    let forests = parameters.isEmpty ? forests ?? DecisionForest.all(in: self) : [:]
    guard let size = fixedBatch, box.lower.size(0) != size else {
      return try propagated(Interval(box), parameters, forests, to: targets)
    }
    var pieces: [[Interval]] = []
    let total = box.lower.size(0)
    for start in stride(from: 0, to: total, by: size) {
      let rows = (start..<start + size).map { min($0, total - 1) }
      let piece = Box(lower: box.lower.rows(rows), upper: box.upper.rows(rows))
      let count = min(size, total - start)
      pieces.append(
        try propagated(Interval(piece), parameters, forests, to: targets).map { result in
          result.isPoint ? result : result.moved { $0[0..<count] }
        })
    }
    return targets.indices.map { index in
      if pieces[0][index].isPoint { return pieces[0][index] }
      return Interval(
        lower: .concatenating(pieces.map { $0[index].lower }),
        upper: .concatenating(pieces.map { $0[index].upper }))
    }
  }

  private func propagated(
    _ input: Interval, _ parameters: [Int: Interval], _ forests: [Graph.ValueID: DecisionForest],
    to targets: [Graph.ValueID]
  ) throws(NetworkError) -> [Interval] {
    /// What a node is bounded by: of an ensemble's sum, the comparisons, in place of the leaves.
    func operands(of id: Graph.ValueID) -> [Graph.ValueID] {
      let own = graph.nodes[id].operands
      return forests[id].map { [$0.decisions] + own.dropFirst() } ?? own
    }
    var uses = [Int](repeating: 0, count: graph.nodes.count)
    for target in targets { uses[target] += 1 }
    for id in graph.nodes.indices.reversed() where uses[id] > 0 {
      for operand in operands(of: id) { uses[operand] += 1 }
    }
    var values = [Interval?](repeating: nil, count: graph.nodes.count)
    for (id, node) in graph.nodes.enumerated() where uses[id] > 0 {
      let x = operands(of: id).map { values[$0]! }
      if case .parameter(let index) = node.operation, let interval = parameters[index] {
        values[id] = interval
        continue
      }
      if let forest = forests[id] {
        let sum = forest.sum(over: x[0])
        values[id] = x.count > 2 ? sum + x[2] : sum
      } else {
        values[id] = try node.operation.interval(of: x, in: self, input: input, at: node)
      }
      for operand in operands(of: id) {
        uses[operand] -= 1
        if uses[operand] == 0 { values[operand] = nil }
      }
    }
    return targets.map { values[$0]! }
  }
}
