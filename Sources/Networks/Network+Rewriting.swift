import Tensors

extension Network {
  /// Returns this network with more nodes after its output.
  ///
  /// - Parameter end: adds nodes to a builder that holds this network, whose output it is given, and
  ///   returns the new output.
  package func extended(
    by end: (inout GraphBuilder, Graph.ValueID) throws -> Graph.ValueID
  ) throws -> Network {
    try rewritten { _, _, _ in
      nil
    } ending: {
      try end(&$0, $1)
    }
  }

  /// Returns this network with some of its nodes made in another way.
  ///
  /// What is no longer needed is dropped; parameters that stay keep their names, values and order.
  ///
  /// - Parameter rule: is asked about each node, in order, with the values that its operands have
  ///   in the new graph. It returns the value that takes the node's place, or nil to keep the node.
  /// - Parameter end: may add nodes after the output, and returns the new output.
  /// - Throws: what `rule` throws, and `NetworkError.mismatch` if the new value has another type
  ///   than its users take.
  package func rewritten(
    by rule: (inout GraphBuilder, Graph.Node, [Graph.ValueID]) throws -> Graph.ValueID?,
    ending end: (inout GraphBuilder, Graph.ValueID) throws -> Graph.ValueID = { $1 }
  ) throws -> Network {
    var builder = GraphBuilder()
    var places: [Graph.ValueID] = []
    for node in graph.nodes {
      let operands = node.operands.map { places[$0] }
      if let value = try rule(&builder, node, operands) {
        places.append(value)
        continue
      }
      switch node.operation {
      case .input:
        places.append(builder.addInput(node.type, name: node.name, parts: graph.inputParts))
      case .parameter(let index):
        places.append(builder.addParameter(parameters.tensors[index], name: node.name))
      case .buffer(let index):
        places.append(builder.addBuffer(buffers.tensors[index], name: node.name))
      case .constant(let tensor): places.append(builder.addConstant(tensor, name: node.name))
      default: places.append(try builder.add(node.operation, operands, name: node.name))
      }
    }
    let output = try end(&builder, places[graph.output])
    return builder.network(output: output)
  }
}
