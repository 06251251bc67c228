/// What a file calls the classes that it scores.
extension ONNXFile {
  /// The classes whose scores a value holds, in their order; empty if nothing says, or if they are
  /// the numbers from 0 that they have anyway.
  func classNames(of value: String) -> [String] {
    var value = value
    // Probabilities may be made of a classifier's scores by steps that keep their order.
    for _ in 0..<8 {
      for node in nodes where node.operation.hasPrefix("ai.onnx.ml.") {
        let names = node.classNames
        let isMap = node.operation == "ai.onnx.ml.ZipMap" && node.inputs.first == value
        let isMaker = node.outputs.count == 2 && node.outputs[1] == value
        guard isMap || isMaker, !names.isEmpty else { continue }
        return names == names.indices.map { "\($0)" } ? [] : names
      }
      let steps = ["ai.onnx.ml.Normalizer", "Identity", "Cast", "Softmax", "Sigmoid"]
      guard let maker = nodes.first(where: { $0.outputs.first == value }),
        steps.contains(maker.operation), let source = maker.inputs.first
      else { return [] }
      value = source
    }
    return []
  }
}

extension ONNXFile.Node {
  /// The names of classes in the node's attributes, integers as text.
  fileprivate var classNames: [String] {
    if let texts = attributes["classlabels_strings"]?.texts, !texts.isEmpty { return texts }
    let lists = ["classlabels_int64s", "classlabels_ints"].compactMap { integers($0) }
    return lists.first { !$0.isEmpty }?.map { "\($0)" } ?? []
  }
}
