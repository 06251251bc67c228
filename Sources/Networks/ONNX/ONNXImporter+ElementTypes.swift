import Tensors

/// The element types that a file gives integers, some of which have no type of their own here.
extension ONNXImporter {
  /// Operators whose result has elements of their first operand.
  private static let movers: Set = [
    "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Slice", "Gather",
    "Concat", "Expand", "Tile", "Split", "Pad", "Relu", "MaxPool", "Max", "Min", "Clip",
    "GatherElements", "GatherND", "DepthToSpace", "SpaceToDepth",
  ]

  /// Keeps the element type that the file gives integers, through what only moves them.
  mutating func inheritWholeType(_ node: ONNXFile.Node) {
    guard let output = node.outputs.first, wholeTypes[output] == nil else { return }
    if Self.movers.contains(node.operation), let input = node.inputs.first,
      let type = wholeTypes[input]
    {
      for output in node.outputs { wholeTypes[output] = type }
    }
  }

  /// Refuses arithmetic with quantized values, which are kept as real numbers and would not wrap.
  func checkQuantized(_ node: ONNXFile.Node) throws(NetworkError) {
    let computes = ["Add", "Sub", "Mul", "Div", "Mod", "Pow", "Sum", "Mean", "Neg", "CastLike"]
    guard computes.contains(node.operation) else { return }
    for name in node.inputs where wholeTypes[name] != nil {
      if case .value(let id)? = names[name], builder.type(of: id).dtype.isFloatingPoint {
        throw unsupported(node, "It computes with quantized numbers; dequantize them first.")
      }
    }
  }

  /// The element type of a zero point, which is the result's; bytes if there is none.
  func zeroType(
    _ node: ONNXFile.Node, _ index: Int
  ) throws(NetworkError) -> ONNXElementType {
    guard has(node, index) else { return .uint8 }
    guard let type = wholeTypes[node.inputs[index]] else {
      throw unsupported(node, "The element type of its zero point is not known.")
    }
    return type
  }
}
