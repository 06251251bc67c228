import Tensors

/// Distances between rows, of which scikit-learn's exporter makes models of neighbors.
extension ONNXImporter {
  static let distanceRules: [String: Rule] = [
    "com.microsoft.CDist": { importer, node throws(NetworkError) in
      try importer.distances(node)
    }
  ]

  /// The distance of each row of the first operand to each of the second, `[batch, rows]`.
  private mutating func distances(_ node: ONNXFile.Node) throws(NetworkError) -> [Imported] {
    let (left, right) = (try realOperand(node, 0), try realOperand(node, 1))
    let (own, other) = (builder.type(of: left).shape, builder.type(of: right).shape)
    guard own.count == 2, other.count == 2, own[1] == other[1],
      !other.contains(where: \.isPerExample)
    else { throw mismatch(node, "rows of \(own) and \(other) cannot be compared") }
    let metric = node.text("metric", "sqeuclidean")
    guard ["euclidean", "sqeuclidean"].contains(metric) else {
      throw unsupported(node, "Its metric is not known.")
    }
    let column = try builder.add(.reshape([own[0], 1, own[1]]), [left])
    let difference = try builder.add(.combine(.subtract), [column, right])
    let reduction: Reduction = metric == "euclidean" ? .euclideanNorm : .sumOfSquares
    return [.value(try add(.reduce(reduction, axes: [2], keepingAxes: false), [difference], node))]
  }
}
