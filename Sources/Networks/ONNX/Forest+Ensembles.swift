import Tensors

/// Trees as files describe them: lists in which equal places belong to one node.
extension Forest {
  /// Reads the trees of `TreeEnsembleClassifier` and `TreeEnsembleRegressor`, whose nodes and leaves are
  /// in one list.
  ///
  /// - Parameters:
  ///   - prefix: what the names of the leaves' weights begin with.
  ///   - count: how many scores there are.
  init(
    listed node: ONNXFile.Node, prefix: String, count: Int, features featureCount: Int
  ) throws(Flaw) {
    func integers(_ name: String) -> [Int] { node.integers(name) ?? [] }
    let (trees, ids) = (integers("nodes_treeids"), integers("nodes_nodeids"))
    let (yes, no) = (integers("nodes_truenodeids"), integers("nodes_falsenodeids"))
    let (picked, values) = (integers("nodes_featureids"), node.reals("nodes_values"))
    let modes = node.attributes["nodes_modes"]?.texts ?? []
    let total = trees.count
    let missing = Self.filled(integers("nodes_missing_value_tracks_true"), count: total)
    guard total > 0,
      [ids.count, yes.count, no.count, picked.count, values.count, modes.count, missing.count]
        .allSatisfy({ $0 == total })
    else { throw Flaw(reason: "its lists of nodes differ in length") }

    struct Place: Hashable {
      let tree: Int
      let node: Int
    }
    var rows: [Place: Int] = [:]
    for row in 0..<total {
      guard rows.updateValue(row, forKey: Place(tree: trees[row], node: ids[row])) == nil else {
        throw Flaw(reason: "node \(ids[row]) of tree \(trees[row]) is there twice")
      }
    }
    var nodes: [Node] = []
    for row in 0..<total {
      guard modes[row] != "LEAF" else {
        nodes.append(.leaf)
        continue
      }
      guard let left = rows[Place(tree: trees[row], node: yes[row])],
        let right = rows[Place(tree: trees[row], node: no[row])]
      else { throw Flaw(reason: "node \(ids[row]) of tree \(trees[row]) has no such branch") }
      nodes.append(
        try Node(
          mode: modes[row], feature: picked[row], of: featureCount, threshold: values[row],
          yes: left, no: right, takesMissing: missing[row] != 0))
    }
    // Where each tree begins: at the node that is listed first, as the exporters write them.
    var seen: Set<Int> = []
    let roots = (0..<total).filter { seen.insert(trees[$0]).inserted }

    let share = try Self.share(of: node.text("aggregate_function", "SUM"), trees: roots.count)
    let (weightTrees, weightNodes) = (integers("\(prefix)_treeids"), integers("\(prefix)_nodeids"))
    let (targets, sizes) = (integers("\(prefix)_ids"), node.reals("\(prefix)_weights"))
    guard [weightNodes.count, targets.count, sizes.count].allSatisfy({ $0 == weightTrees.count })
    else { throw Flaw(reason: "its lists of weights differ in length") }
    let shares = weightTrees.indices.map { index in
      Share(
        leaf: rows[Place(tree: weightTrees[index], node: weightNodes[index])] ?? -1,
        score: targets[index], weight: sizes[index] * share)
    }
    let given = node.reals("base_values")
    guard given.isEmpty || given.count == count else {
      throw Flaw(reason: "it has \(given.count) base values for \(count) scores")
    }
    try self.init(
      nodes: nodes, roots: roots, shares: shares,
      base: given.isEmpty ? Array(repeating: 0, count: count) : given)
  }

  /// Reads the trees of `TreeEnsemble`, whose leaves are in a list of their own.
  init(ensemble node: ONNXFile.Node, count: Int, features featureCount: Int) throws(Flaw) {
    func integers(_ name: String) -> [Int] { node.integers(name) ?? [] }
    func numbers(_ name: String) -> [Double] {
      node.attributes[name]?.tensor?.elements(as: Double.self) ?? []
    }
    let (yes, no) = (integers("nodes_truenodeids"), integers("nodes_falsenodeids"))
    let (endsYes, endsNo) = (integers("nodes_trueleafs"), integers("nodes_falseleafs"))
    let (picked, values) = (integers("nodes_featureids"), numbers("nodes_splits"))
    let modes = numbers("nodes_modes")
    let total = yes.count
    let missing = Self.filled(integers("nodes_missing_value_tracks_true"), count: total)
    guard total > 0,
      [
        no.count, endsYes.count, endsNo.count, picked.count, values.count, modes.count,
        missing.count,
      ]
      .allSatisfy({ $0 == total })
    else { throw Flaw(reason: "its lists of nodes differ in length") }
    let (targets, sizes) = (integers("leaf_targetids"), numbers("leaf_weights"))
    guard targets.count == sizes.count else {
      throw Flaw(reason: "its lists of leaves differ in length")
    }
    let names = [
      "BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ",
      "BRANCH_MEMBER",
    ]
    // Leaves come after the inner nodes.
    func branch(_ place: Int, isLeaf: Int) -> Int {
      guard isLeaf != 0 else { return 0..<total ~= place ? place : -1 }
      return targets.indices ~= place ? total + place : -1
    }
    var nodes: [Node] = []
    for row in 0..<total {
      let mode = Int(exactly: modes[row]) ?? -1
      nodes.append(
        try Node(
          mode: names.indices ~= mode ? names[mode] : "", feature: picked[row], of: featureCount,
          threshold: values[row], yes: branch(yes[row], isLeaf: endsYes[row]),
          no: branch(no[row], isLeaf: endsNo[row]), takesMissing: missing[row] != 0))
    }
    nodes += Array(repeating: .leaf, count: targets.count)
    let roots = integers("tree_roots")
    let rules = ["AVERAGE", "SUM", "MIN", "MAX"]
    let rule = node.integer("aggregate_function", 1)
    let share = try Self.share(
      of: rules.indices ~= rule ? rules[rule] : "", trees: max(1, roots.count))
    try self.init(
      nodes: nodes, roots: roots,
      shares: targets.indices.map {
        Share(leaf: total + $0, score: targets[$0], weight: sizes[$0] * share)
      }, base: Array(repeating: 0, count: count))
  }

  /// What an entry of a list is that may be left out.
  private static func filled(_ list: [Int], count: Int) -> [Int] {
    list.isEmpty ? Array(repeating: 0, count: count) : list
  }

  /// How much of a leaf's weight counts.
  private static func share(of rule: String, trees: Int) throws(Flaw) -> Double {
    switch rule {
    case "SUM": return 1
    case "AVERAGE": return 1 / Double(trees)
    default: throw Flaw(reason: "Its trees are not summed.", isUnsupported: true)
    }
  }
}

extension Forest.Node {
  /// An inner node, by the name of its comparison.
  ///
  /// A feature that is no number fails every comparison. Where it is to take the true branch, the
  /// opposite comparison with the branches exchanged says the same of all numbers, and that of the others.
  fileprivate init(
    mode: String, feature: Int, of features: Int, threshold: Double, yes: Int, no: Int,
    takesMissing: Bool
  ) throws(Forest.Flaw) {
    guard 0..<features ~= feature else {
      throw Forest.Flaw(reason: "it asks for feature \(feature) of \(features)")
    }
    let kinds: [String: (holds: BinaryFunction?, fails: BinaryFunction?)] = [
      "BRANCH_LEQ": (.lessOrEqual, .greater), "BRANCH_LT": (.less, .greaterOrEqual),
      "BRANCH_GTE": (.greaterOrEqual, .less), "BRANCH_GT": (.greater, .lessOrEqual),
      "BRANCH_EQ": (.equal, nil), "BRANCH_NEQ": (nil, .equal),
    ]
    guard let kind = kinds[mode] else {
      throw Forest.Flaw(reason: "Its nodes compare as \(mode).", isUnsupported: true)
    }
    func test(_ comparison: BinaryFunction) -> Forest.Test {
      Forest.Test(comparison: comparison, feature: feature, threshold: threshold)
    }
    if !takesMissing, let holds = kind.holds {
      self = .inner(test(holds), yes: yes, no: no)
    } else if takesMissing || kind.holds == nil, let fails = kind.fails {
      self = .inner(test(fails), yes: no, no: yes)
    } else {
      throw Forest.Flaw(
        reason: "Missing features equal its thresholds; fill them in before the model.",
        isUnsupported: true)
    }
  }
}

extension ONNXFile.Node {
  func reals(_ name: String) -> [Double] { attributes[name]?.reals ?? [] }
}
