import Tensors

/// Graphs inside of nodes.
extension ONNXImporter {
  static let branchRules: [String: Rule] = ["If": branch]

  /// The branch that a condition known at import chooses; its nodes become nodes of the graph.
  private static let branch: Rule = { importer, node throws(NetworkError) in
    let condition = importer.known(node, 0).flatMap { $0.count == 1 ? $0.cast(to: .float64) : nil }
    guard let condition else {
      throw importer.unsupported(node, "Its condition must be known when the model is read.")
    }
    let name = condition.item() != 0 ? "then_branch" : "else_branch"
    guard let graph = node.attributes[name]?.graph else {
      throw importer.mismatch(node, "it has no '\(name)'")
    }
    // Names of the branch are its own, whatever they mean around it.
    let own = Set(graph.initializers.map(\.name) + graph.nodes.flatMap(\.outputs))
    let (outerNames, outerTypes) = (importer.names, importer.wholeTypes)
    for name in own { (importer.names[name], importer.wholeTypes[name]) = (nil, nil) }
    defer {
      for name in own {
        (importer.names[name], importer.wholeTypes[name]) = (outerNames[name], outerTypes[name])
      }
    }
    for (name, tensor) in graph.initializers {
      importer.names[name] = .known(importer.own(tensor), name: name)
    }
    importer.wholeTypes.merge(graph.wholeTypes) { $1 }
    for inner in graph.nodes { try importer.add(inner) }
    var results: [Imported] = []
    for output in graph.outputs {
      guard let value = importer.names[output] else {
        throw importer.mismatch(node, "nothing in its branch makes '\(output)'")
      }
      results.append(value)
    }
    return results
  }
}
