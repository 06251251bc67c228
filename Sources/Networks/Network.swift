import Tensors

/// A model: a graph of operations and its parameters, as a value.
///
/// A perturbed twin is an assignment, and parameters are a vector space:
///
///     var twin = network
///     twin.parameters += 0.05 * direction
public struct Network: Sendable {
  public let graph: Graph
  /// What training changes.
  public var parameters: Parameters {
    willSet {
      precondition(newValue.layout == parameters.layout, "these parameters are another network's")
    }
  }
  /// What is kept with the parameters but not trained, such as running statistics.
  public var buffers: Parameters {
    willSet {
      precondition(newValue.layout == buffers.layout, "these buffers are another network's")
    }
  }
  let plan: ExecutionPlan

  init(graph: Graph, parameters: Parameters, buffers: Parameters) {
    graph.checkInvariants()
    (self.graph, self.parameters, self.buffers) = (graph, parameters, buffers)
    plan = ExecutionPlan(graph)
  }

  /// The shape of one example.
  public var inputShape: Shape { graph.inputType.shape.dropFirst().map(\.size) }

  /// The number of scores, if the output is a row of scores for each example.
  public var classes: Int? {
    let type = graph.outputType
    return hasOutputPerExample && type.shape.count == 2 ? type.shape[1].size : nil
  }

  /// Whether the first axis of the output, and no other, is the examples'.
  public var hasOutputPerExample: Bool {
    let shape = graph.outputType.shape
    guard let size = fixedBatch else { return graph.outputType.isBatched }
    return shape.first == Dimension(size)
  }

  /// The number of examples that the graph takes at once, if its file fixed one; else any.
  public var fixedBatch: Int? {
    graph.inputType.shape.first.flatMap { $0.isPerExample ? nil : $0.size }
  }
}
