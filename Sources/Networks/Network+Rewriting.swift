import Tensors

extension Network {
  /// Returns this network with some of its nodes made in another way.
  ///
  /// What is no longer needed is dropped; parameters that stay keep their names, values and order.
  ///
  /// - Parameter rule: is asked about each node, in order, with the values that its operands have
  ///   in the new graph. It returns the value that takes the node's place, or nil to keep the node.
  /// - Throws: what `rule` throws, and `NetworkError.mismatch` if the new value has another type
  ///   than its users take.
  package func rewritten(
    by rule: (inout GraphBuilder, Graph.Node, [Graph.ValueID]) throws -> Graph.ValueID?
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
      case .input: places.append(builder.addInput(node.type, name: node.name))
      case .parameter(let index):
        places.append(builder.addParameter(parameters.tensors[index], name: node.name))
      case .buffer(let index):
        places.append(builder.addBuffer(buffers.tensors[index], name: node.name))
      case .constant(let tensor): places.append(builder.addConstant(tensor, name: node.name))
      default: places.append(try builder.add(node.operation, operands, name: node.name))
      }
    }
    return builder.network(output: places[graph.output])
  }
}
