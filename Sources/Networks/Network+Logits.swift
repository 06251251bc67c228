import Tensors

extension Network {
  /// This network, ending in scores: a softmax at its end is left off, or the logarithm of one, or
  /// the sigmoid of a single score.
  ///
  /// Losses, margins and certificates are about scores; probabilities would squash them. What
  /// reshapes the result of the softmax reshapes the scores instead.
  public func endingInLogits() -> Network {
    var end = graph.output
    while case .reshape = graph.nodes[end].operation { end = graph.nodes[end].operands[0] }
    let last = graph.nodes[end]
    switch last.operation {
    case .softmax(let axis) where last.type.holdsOneRow(along: axis),
      .logSoftmax(let axis) where last.type.holdsOneRow(along: axis):
      break
    case .map(.sigmoid) where last.type.shape.dropFirst().allSatisfy { $0 == 1 }: break
    default: return self
    }
    // Nodes are in order, so that what the scores need comes before them.
    var nodes = Array(graph.nodes[...last.operands[0]])
    if end != graph.output {
      let type = graph.outputType
      nodes.append(
        Graph.Node(
          operation: .reshape(type.shape), operands: last.operands, name: last.name, type: type))
    }
    return Network(
      graph: Graph(
        nodes: nodes, input: graph.input, output: nodes.count - 1, inputParts: graph.inputParts,
        notes: graph.notes, classNames: graph.classNames),
      parameters: parameters, buffers: buffers)
  }
}

extension ValueType {
  /// Whether each example has one row of numbers, which lies along `axis`.
  fileprivate func holdsOneRow(along axis: Int) -> Bool {
    axis > 0 && shape.indices.dropFirst().allSatisfy { $0 == axis || shape[$0] == 1 }
  }
}
