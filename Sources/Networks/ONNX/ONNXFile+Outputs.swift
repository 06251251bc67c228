/// Which output of a file counts, and what it needs.
extension ONNXFile {
  /// The name of the value that a network of this file ends in.
  ///
  /// An output that maps class names to probabilities stands for the probabilities.
  ///
  /// - Throws: `NetworkError.malformed` if there is no output, or none of this name.
  func output(named name: String?) throws(NetworkError) -> String {
    guard let first = outputs.first else {
      throw .malformed(file: path, reason: "it has no output.")
    }
    if let name {
      guard outputs.contains(where: { $0.name == name }) else {
        let known = outputs.map { "'\($0.name)'" }.joined(separator: ", ")
        throw .malformed(file: path, reason: "it has no output '\(name)'. There are: \(known).")
      }
      return mapped(name)
    }
    let scores = outputs.first { holdsReals($0) || mapped($0.name) != $0.name }
    return mapped((scores ?? first).name)
  }

  private func holdsReals(_ value: Value) -> Bool {
    ONNXElementType(rawValue: value.elementType)?.dtype.isFloatingPoint ?? false
  }

  /// The tensor that an output made by `ZipMap` was made of.
  private func mapped(_ name: String) -> String {
    let maker = nodes.first { $0.operation == "ai.onnx.ml.ZipMap" && $0.outputs.first == name }
    return maker?.inputs.first ?? name
  }

  /// The nodes that a value needs, each after those that it needs; all of them if it is the only
  /// output.
  func nodes(for name: String) -> [Node] {
    if outputs.map(\.name) == [name] { return sorted(nodes) }
    var makers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty { makers[output] = index }
    }
    var needed: Set<Int> = []
    var open = [name]
    while let name = open.popLast() {
      guard let maker = makers[name], needed.insert(maker).inserted else { continue }
      open += nodes[maker].needs
    }
    return sorted(needed.sorted().map { nodes[$0] })
  }

  /// Nodes in the file's order, except that one which comes too early waits for what it needs.
  ///
  /// Nodes of a cycle stay at the end.
  private func sorted(_ nodes: [Node]) -> [Node] {
    var makers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty { makers[output] = index }
    }
    let needs = nodes.map { Set($0.needs.compactMap { makers[$0] }) }
    guard needs.indices.contains(where: { index in needs[index].contains { $0 >= index } }) else {
      return nodes
    }
    var waiting = needs.map(\.count)
    var users = [[Int]](repeating: [], count: nodes.count)
    for (user, makers) in needs.enumerated() {
      for maker in makers { users[maker].append(user) }
    }
    var ready = nodes.indices.filter { waiting[$0] == 0 }
    var order: [Int] = []
    var next = 0
    while next < ready.count {
      let index = ready[next]
      next += 1
      order.append(index)
      for user in users[index] {
        waiting[user] -= 1
        if waiting[user] == 0 { ready.append(user) }
      }
    }
    let sorted = Set(order)
    return (order + nodes.indices.filter { !sorted.contains($0) }).map { nodes[$0] }
  }
}
