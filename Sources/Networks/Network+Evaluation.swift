import Tensors

/// How batch normalization behaves.
public enum EvaluationMode: Sendable, Hashable {
  /// With the running statistics.
  case inference
  /// With the statistics of the batch at hand.
  case training
}

extension Network {
  /// Evaluates the graph on a batch.
  ///
  /// - Shape: `[batch] + inputShape` to the shape of the output.
  /// - Throws: `NetworkError.inputMismatch`.
  public func output(
    of inputs: Tensor, mode: EvaluationMode = .inference
  ) throws(NetworkError) -> Tensor {
    try checkInput(inputs)
    if let size = fixedBatch, inputs.size(0) != size {
      return chunked(inputs, size: size, mode: mode)
    }
    return run(inputs, mode: mode)
  }

  /// Evaluates the graph and returns the value of every node.
  public func values(
    of inputs: Tensor, mode: EvaluationMode = .inference
  ) throws(NetworkError) -> [Tensor] {
    try checkInput(inputs)
    var values: [Tensor] = []
    for node in graph.nodes {
      values.append(
        node.operation.evaluated(
          on: node.operands.map { values[$0] }, in: self, input: inputs, mode: mode))
    }
    return values
  }

  /// - Throws: `NetworkError.inputMismatch` if one example has another shape than the network
  ///   takes, or a graph of fixed batch cannot take this one piece by piece.
  public func checkInput(_ inputs: Tensor) throws(NetworkError) {
    let shape = inputs.shape
    guard !shape.isEmpty, Array(shape.dropFirst()) == inputShape else {
      throw .inputMismatch(
        expected: "\([Dimension.batch] + graph.inputType.shape.dropFirst())", actual: shape)
    }
    guard let size = fixedBatch, size != shape[0] else { return }
    guard shape[0] > 0, graph.outputType.shape.first?.size == size else {
      throw .inputMismatch(expected: "\(graph.inputType.shape)", actual: shape)
    }
  }

  private func run(_ inputs: Tensor, mode: EvaluationMode) -> Tensor {
    var slots = [Tensor?](repeating: nil, count: plan.slotCount)
    for step in plan.steps {
      let operands = step.operands.map { slots[$0]! }
      for slot in step.released { slots[slot] = nil }
      slots[step.result] = graph.nodes[step.node].operation.evaluated(
        on: operands, in: self, input: inputs, mode: mode)
    }
    return slots[plan.outputSlot]!
  }

  /// Evaluates a graph of fixed batch piece by piece; the last piece is filled up with its own last
  /// row.
  private func chunked(_ inputs: Tensor, size: Int, mode: EvaluationMode) -> Tensor {
    let total = inputs.size(0)
    let pieces = stride(from: 0, to: total, by: size).map { start -> Tensor in
      let count = min(size, total - start)
      let rows = inputs[start..<start + count]
      let filler = rows[count - 1..<count].broadcast(to: [size - count] + inputShape)
      return run(Tensor.concatenating([rows, filler]), mode: mode)[0..<count]
    }
    return Tensor.concatenating(pieces)
  }
}
