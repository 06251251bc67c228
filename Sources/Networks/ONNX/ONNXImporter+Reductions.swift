import Tensors

extension ONNXImporter {
  static let reductionRules: [String: Rule] = {
    let reductions: [String: Reduction] = [
      "ReduceSum": .sum, "ReduceMean": .mean, "ReduceMax": .max, "ReduceMin": .min,
      "ReduceProd": .product, "ReduceL1": .sumOfMagnitudes, "ReduceL2": .euclideanNorm,
      "ReduceSumSquare": .sumOfSquares, "ReduceLogSumExp": .logSumExp, "ReduceLogSum": .logSum,
    ]
    var rules: [String: Rule] = [
      "ArgMax": { importer, node throws(NetworkError) in try importer.place(node, ofLeast: false) },
      "ArgMin": { importer, node throws(NetworkError) in try importer.place(node, ofLeast: true) },
    ]
    for (name, reduction) in reductions { rules[name] = rule(for: reduction) }
    return rules
  }()

  private static func rule(for reduction: Reduction) -> Rule {
    { importer, node throws(NetworkError) in try importer.reduced(reduction, node) }
  }

  /// The place of the largest or the least element.
  private mutating func place(
    _ node: ONNXFile.Node, ofLeast: Bool
  ) throws(NetworkError) -> [Imported] {
    guard node.integer("select_last_index", 0) == 0 else {
      throw unsupported(node, "Ties go to the first index here.")
    }
    var x = try operand(node, 0)
    if ofLeast { x = try builder.add(.map(.negate), [x]) }
    let axis = try self.axis(node.integer("axis", 0), rank: builder.type(of: x).shape.count, node)
    let operation = Operation.argmax(axis: axis, keepingAxes: node.integer("keepdims", 1) != 0)
    return [.value(try add(operation, [x], node))]
  }

  private mutating func reduced(
    _ reduction: Reduction, _ node: ONNXFile.Node
  ) throws(NetworkError) -> [Imported] {
    let given = try integers(node, 1, orAttribute: "axes") ?? []
    if reduction == .product, case .dimensions(let values, false) = try imported(node, 0) {
      let product = values.reduce(1) { saturatingProduct($0, $1.size) }.bounded
      let batches = values.filter(\.isPerExample).count
      guard batches <= 1 else { throw mismatch(node, "it squares the size of the batch") }
      return [
        .dimensions(
          [Dimension(product, isPerExample: batches == 1)],
          isScalar: node.integer("keepdims", 1) == 0)
      ]
    }
    if given.isEmpty, node.integer("noop_with_empty_axes", 0) != 0 {
      return try reducedOverNothing(reduction, node)
    }
    let rank = try shape(node, 0).count
    var axes: [Int] = []
    for axis in given.isEmpty ? Array(0..<rank) : given {
      axes.append(try self.axis(axis, rank: rank, node))
    }
    let operation = Operation.reduce(
      reduction, axes: axes.sorted(), keepingAxes: node.integer("keepdims", 1) != 0)
    return try addUnary(operation, node)
  }

  /// Without axes each element is reduced by itself.
  private mutating func reducedOverNothing(
    _ reduction: Reduction, _ node: ONNXFile.Node
  ) throws(NetworkError) -> [Imported] {
    switch reduction {
    case .sumOfSquares: try addUnary(.map(.square), node)
    case .sumOfMagnitudes, .euclideanNorm: try addUnary(.map(.absolute), node)
    case .logSum: try addUnary(.map(.log), node)
    case .sum, .mean, .max, .min, .product, .logSumExp: [try imported(node, 0)]
    }
  }
}
