import Tensors

extension Network {
  /// This network, ending in scores: a softmax at its end is left off.
  ///
  /// Losses, margins and certificates are about scores; probabilities would squash them.
  public func endingInLogits() -> Network {
    let last = graph.nodes[graph.output]
    guard case .softmax(let axis) = last.operation, axis == last.type.shape.count - 1 else {
      return self
    }
    return Network(
      graph: Graph(nodes: graph.nodes, input: graph.input, output: last.operands[0]),
      parameters: parameters, buffers: buffers)
  }
}
