import Tensors

/// Arithmetic with shapes, which is done when the file is read.
extension ONNXImporter {
  /// The most entries that a list of dimensions may have; a longer one is a tensor like any other.
  static let longestList = 1 << 12

  /// The operand at `index` as a list of dimensions, if it is a known scalar or short vector of
  /// integers.
  func dimensions(
    _ node: ONNXFile.Node, _ index: Int
  ) -> (values: [Dimension], isScalar: Bool)? {
    guard has(node, index), let source = names[node.inputs[index]] else { return nil }
    if case .dimensions(let values, let isScalar) = source { return (values, isScalar) }
    guard let tensor = known(node, index), !tensor.dtype.isFloatingPoint, tensor.rank <= 1,
      tensor.count <= Self.longestList
    else { return nil }
    let numbers = tensor.integers
    // Larger numbers are data, not sizes.
    guard numbers.allSatisfy({ $0.bounded == $0 }) else { return nil }
    return (numbers.map { Dimension($0) }, tensor.rank == 0)
  }

  /// Whether any operand is a list of dimensions.
  private func usesDimensions(_ node: ONNXFile.Node) -> Bool {
    node.inputs.contains { if case .dimensions? = names[$0] { true } else { false } }
  }

  func combinedDimensions(
    _ function: BinaryFunction, _ node: ONNXFile.Node
  ) throws(NetworkError) -> Imported? {
    guard usesDimensions(node), let left = dimensions(node, 0), let right = dimensions(node, 1)
    else {
      return nil
    }
    let count = max(left.values.count, right.values.count)
    guard [1, count].contains(left.values.count), [1, count].contains(right.values.count) else {
      throw mismatch(node, "lists of \(left.values.count) and \(right.values.count) numbers")
    }
    var values: [Dimension] = []
    for index in 0..<count {
      let x = left.values[left.values.count == 1 ? 0 : index]
      let y = right.values[right.values.count == 1 ? 0 : index]
      guard let value = function.evaluated(on: x, y) else {
        throw mismatch(node, "it computes with the size of the batch")
      }
      values.append(value)
    }
    return .dimensions(values, isScalar: left.isScalar && right.isScalar)
  }

  func chosenDimensions(_ node: ONNXFile.Node) throws(NetworkError) -> Imported? {
    guard usesDimensions(node), let condition = dimensions(node, 0),
      let left = dimensions(node, 1), let right = dimensions(node, 2),
      Set([condition, left, right].map(\.values.count)).count == 1
    else { return nil }
    let values = condition.values.indices.map {
      condition.values[$0].size != 0 ? left.values[$0] : right.values[$0]
    }
    return .dimensions(values, isScalar: condition.isScalar)
  }
}

extension BinaryFunction {
  /// The result for two dimensions, or nil where it would not be one.
  fileprivate func evaluated(on x: Dimension, _ y: Dimension) -> Dimension? {
    let isPerExample = x.isPerExample || y.isPerExample
    switch self {
    case .multiply where !(x.isPerExample && y.isPerExample):
      return Dimension(
        x.size.multipliedReportingOverflow(by: y.size).partialValue.bounded,
        isPerExample: isPerExample)
    case .divide where y.size != 0 && !y.isPerExample && (!x.isPerExample || x.size % y.size == 0):
      return Dimension(x.size / y.size, isPerExample: x.isPerExample)
    case .divide where y.size != 0 && x.isPerExample && y.isPerExample && x.size % y.size == 0:
      return Dimension(x.size / y.size)
    case .equal: return Dimension(x == y ? 1 : 0)
    case .add where !isPerExample || x == 0 || y == 0:
      return Dimension((x.size + y.size).bounded, isPerExample: isPerExample)
    case .subtract where !isPerExample || y == 0:
      return Dimension((x.size - y.size).bounded, isPerExample: isPerExample)
    case .less where !isPerExample: return Dimension(x.size < y.size ? 1 : 0)
    case .greater where !isPerExample: return Dimension(x.size > y.size ? 1 : 0)
    default: return nil
    }
  }
}
