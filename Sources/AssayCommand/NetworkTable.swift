import Networks

/// The operations of a network as a table.
struct NetworkTable {
  private var rows = [["node", "operation", "output", "operations", "parameters"]]

  init(_ network: Network) {
    let nodes = network.graph.nodes
    for (node, cost) in zip(nodes, network.costs) where !node.isLeaf {
      let weights = node.operands.map { nodes[$0] }.filter(\.isParameter)
      rows.append([
        node.name, node.operation.name, "\(node.type)", cost.flops.shortCount,
        Double(weights.reduce(0) { $0 + $1.type.count }).shortCount,
      ])
    }
  }

  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let line = zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}

extension Graph.Node {
  fileprivate var isParameter: Bool { if case .parameter = operation { true } else { false } }

  fileprivate var isLeaf: Bool {
    switch operation {
    case .input, .parameter, .buffer, .constant: true
    default: false
    }
  }
}
