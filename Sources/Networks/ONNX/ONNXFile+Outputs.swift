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

  /// The nodes that a value needs, in the file's order; all of them if it is the only output.
  func nodes(for name: String) -> [Node] {
    if outputs.map(\.name) == [name] { return nodes }
    var makers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty { makers[output] = index }
    }
    var needed: Set<Int> = []
    var open = [name]
    while let name = open.popLast() {
      guard let maker = makers[name], needed.insert(maker).inserted else { continue }
      open += nodes[maker].inputs
    }
    return needed.sorted().map { nodes[$0] }
  }
}
