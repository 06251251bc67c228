import Tensors

extension Network {
  /// This network with double-precision numbers of the same values, so that it is evaluated in double
  /// precision.
  public func inDoublePrecision() throws -> Network {
    if graph.inputType.dtype == .float64 { return self }
    return try rewritten { builder, node, operands in
      switch node.operation {
      case .input:
        builder.addInput(
          ValueType(node.type.shape, .float64), name: node.name, parts: graph.inputParts)
      case .parameter(let index):
        builder.addParameter(parameters.tensors[index].cast(to: .float64), name: node.name)
      case .buffer(let index):
        builder.addBuffer(buffers.tensors[index].cast(to: .float64), name: node.name)
      case .constant(let tensor) where tensor.dtype.isFloatingPoint:
        builder.addConstant(tensor.cast(to: .float64), name: node.name)
      case .cast(.float32): try builder.add(.cast(.float64), operands, name: node.name)
      default: nil
      }
    }
  }
}
