import Tensors

/// Ensembles of decision trees, as compositions of ordinary operations.
///
/// Every inner node of every tree is compared at once; a leaf is reached where as many of its path's
/// comparisons go its way as the path is long. So a whole forest is a few comparisons and two products of
/// matrices, for any batch.
extension ONNXImporter {
  static let treeRules: [String: Rule] = [
    "ai.onnx.ml.TreeEnsembleClassifier": { importer, node throws(NetworkError) in
      try importer.treeClassifier(node)
    },
    "ai.onnx.ml.TreeEnsembleRegressor": { importer, node throws(NetworkError) in
      let targets = try importer.targetCount(node)
      let scores = try importer.treeScores(node, prefix: "target", count: targets)
      return [.value(try importer.transformedNumbers(scores, count: targets, node))]
    },
    "ai.onnx.ml.TreeEnsemble": { importer, node throws(NetworkError) in
      try importer.treeEnsemble(node)
    },
  ]

  private mutating func treeClassifier(_ node: ONNXFile.Node) throws(NetworkError) -> [Imported] {
    let integers = node.integers("classlabels_int64s")?.count ?? 0
    let classes = max(integers, node.attributes["classlabels_strings"]?.texts.count ?? 0)
    guard classes > 1 else { throw mismatch(node, "it names \(classes) classes") }
    guard classes == 2 else {
      let scores = try treeScores(node, prefix: "class", count: classes)
      return try decided(transformed(scores, node), node)
    }
    let bases = node.reals("base_values").count
    let scoresFirstOnly = node.integers("class_ids")?.allSatisfy { $0 == 0 } ?? false
    guard bases == 0 || bases == 1 && scoresFirstOnly else {
      throw unsupported(node, "Runtimes disagree on base values of two classes.")
    }
    guard scoresFirstOnly else {
      guard !isNeeded(node.outputs.first ?? "") else {
        throw unsupported(node, "Runtimes disagree on its class; use its scores.")
      }
      let scores = try treeScores(node, prefix: "class", count: 2)
      return try decided(transformed(scores, node), node)
    }
    // What is written as the first class's is the score of the second. Weights that are all positive
    // make it a share.
    let score = try treeScores(node, prefix: "class", count: 1)
    let isShare = node.reals("class_weights").allSatisfy { $0 >= 0 }
    return try decided(
      bothClasses(of: score, isShare: isShare, node), node,
      winner: isAbove(isShare ? 0.5 : 0, score))
  }

  private func targetCount(_ node: ONNXFile.Node) throws(NetworkError) -> Int {
    let count = node.integer("n_targets", 1)
    guard 1..<(1 << 16) ~= count else { throw mismatch(node, "it has \(count) targets") }
    return count
  }

  /// The trees of operator set 5 of this domain, which stand for both older operators.
  private mutating func treeEnsemble(_ node: ONNXFile.Node) throws(NetworkError) -> [Imported] {
    let targets = try targetCount(node)
    let scores = try treeScores(node, count: targets) { features throws(Forest.Flaw) in
      try Forest(ensemble: node, count: targets, features: features)
    }
    guard node.integer("post_transform", 0) == 0 else {
      throw unsupported(node, "Runtimes disagree on what its transform means.")
    }
    return [.value(scores)]
  }

  private mutating func treeScores(
    _ node: ONNXFile.Node, prefix: String, count: Int
  ) throws(NetworkError) -> Graph.ValueID {
    try treeScores(node, count: count) { features throws(Forest.Flaw) in
      try Forest(listed: node, prefix: prefix, count: count, features: features)
    }
  }

  /// The sums of the leaves that an example reaches; shape `[batch, count]`.
  private mutating func treeScores(
    _ node: ONNXFile.Node, count: Int, reading: (Int) throws(Forest.Flaw) -> Forest
  ) throws(NetworkError) -> Graph.ValueID {
    let value = try realOperand(node, 0)
    guard let features = builder.type(of: value).shape.last?.size,
      builder.type(of: value).shape.count == 2
    else { throw mismatch(node, "it takes rows of features") }
    let forest: Forest
    do throws(Forest.Flaw) {
      forest = try reading(features)
    } catch {
      throw error.isUnsupported ? unsupported(node, error.reason) : mismatch(node, error.reason)
    }
    let (trees, inner, leaves) = (forest.treeCount, forest.innerCount, forest.leafCount)
    var decided: [Graph.ValueID] = []
    for group in forest.groups {
      let picked = try builder.add(
        .gather(axis: 1), [value, builder.addConstant(Tensor(group.features))])
      let thresholds = builder.addConstant(own(Tensor(group.thresholds)))
      let isTrue = try builder.add(.combine(group.comparison), [picked, thresholds])
      decided.append(
        try builder.add(
          .reshape([.batch, Dimension(trees), 1, Dimension(group.width)]),
          [builder.add(.cast(real), [isTrue])]))
    }
    let decisions =
      decided.count == 1 ? decided[0] : try builder.add(.concatenate(axis: 3), decided)
    // Going the other way counts as one minus the comparison.
    let paths = builder.addConstant(own(Tensor(forest.paths, shape: [trees, inner, leaves])))
    let matches = try builder.add(.matmul, [decisions, paths])
    let needed = builder.addConstant(own(Tensor(forest.needed, shape: [trees, 1, leaves])))
    let isReached = try builder.add(.combine(.greaterOrEqual), [matches, needed])
    let reached = try builder.add(
      .reshape([.batch, Dimension(trees * leaves)]), [builder.add(.cast(real), [isReached])])
    let weight = builder.addParameter(
      own(Tensor(forest.weights, shape: [count, trees * leaves])), name: "\(node.name).leaves")
    let base = builder.addParameter(own(Tensor(forest.base)), name: "\(node.name).base")
    return try add(.linear, [reached, weight, base], node)
  }
}
