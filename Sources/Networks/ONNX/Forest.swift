/// An ensemble of decision trees, laid out for products of matrices.
///
/// Trees are padded to the largest: missing comparisons take part in no path, and missing leaves need
/// more than there is.
struct Forest {
  /// Why a file's trees cannot be read, in words that follow the node's name.
  struct Flaw: Error {
    let reason: String
    var isUnsupported = false
  }

  let comparison: BinaryFunction
  let treeCount: Int
  /// The most inner nodes of a tree, and at least one.
  let innerCount: Int
  /// The most leaves of a tree.
  let leafCount: Int
  /// The feature and the threshold of each inner node; `[trees * inner]`.
  private(set) var features: [Int]
  private(set) var thresholds: [Double]
  /// 1 where a leaf's path takes the true branch of a node, -1 where it takes the false one;
  /// `[trees, inner, leaves]`.
  private(set) var paths: [Double]
  /// How much the products with `paths` come to where a leaf is reached, less a half;
  /// `[trees, leaves]`.
  private(set) var needed: [Double]
  /// What a leaf adds to each score; `[count, trees * leaves]`.
  private(set) var weights: [Double]
  let base: [Double]

  /// The most numbers that `paths` may have.
  private static let largestLayout = 1 << 26

  private struct Place: Hashable {
    let tree: Int
    let node: Int
  }

  init(_ node: ONNXFile.Node, prefix: String, count: Int, features featureCount: Int) throws(Flaw) {
    func integers(_ name: String) -> [Int] { node.integers(name) ?? [] }
    let (trees, ids) = (integers("nodes_treeids"), integers("nodes_nodeids"))
    let (yes, no) = (integers("nodes_truenodeids"), integers("nodes_falsenodeids"))
    let (picked, values) = (
      integers("nodes_featureids"), node.attributes["nodes_values"]?.reals ?? []
    )
    let modes = node.attributes["nodes_modes"]?.texts ?? []
    let total = trees.count
    guard total > 0,
      [ids.count, yes.count, no.count, picked.count, values.count, modes.count]
        .allSatisfy({ $0 == total })
    else { throw Flaw(reason: "its lists of nodes differ in length") }
    guard ["SUM", "AVERAGE"].contains(node.text("aggregate_function", "SUM")) else {
      throw Flaw(reason: "Its trees are not summed.", isUnsupported: true)
    }
    let kinds = Set(modes).subtracting(["LEAF"])
    let comparisons: [String: BinaryFunction] = [
      "BRANCH_LEQ": .lessOrEqual, "BRANCH_LT": .less, "BRANCH_GTE": .greaterOrEqual,
      "BRANCH_GT": .greater, "BRANCH_EQ": .equal,
    ]
    guard kinds.count <= 1, let comparison = comparisons[kinds.first ?? "BRANCH_LEQ"] else {
      throw Flaw(
        reason: "Its nodes compare as \(kinds.sorted().joined(separator: ", ")).",
        isUnsupported: true)
    }
    // Here a feature that is no number fails every comparison, which is what 0 asks for.
    guard integers("nodes_missing_value_tracks_true").allSatisfy({ $0 == 0 }) else {
      throw Flaw(
        reason: "Missing features take its true branches; fill them in before the model.",
        isUnsupported: true)
    }
    self.comparison = comparison

    var rows: [Place: Int] = [:]
    for row in 0..<total {
      guard rows.updateValue(row, forKey: Place(tree: trees[row], node: ids[row])) == nil else {
        throw Flaw(reason: "node \(ids[row]) of tree \(trees[row]) is there twice")
      }
    }
    // Where each tree begins: at the node that is listed first, as the exporters write them.
    var roots: [Int] = []
    var seen: Set<Int> = []
    for row in 0..<total where seen.insert(trees[row]).inserted { roots.append(row) }

    var layouts: [Layout] = []
    for root in roots {
      var layout = Layout()
      try layout.grow(from: root) { row throws(Flaw) in
        if modes[row] == "LEAF" { return nil }
        guard let left = rows[Place(tree: trees[row], node: yes[row])],
          let right = rows[Place(tree: trees[row], node: no[row])]
        else { throw Flaw(reason: "node \(ids[row]) of tree \(trees[row]) has no such branch") }
        guard 0..<featureCount ~= picked[row] else {
          throw Flaw(reason: "it asks for feature \(picked[row]) of \(featureCount)")
        }
        return (left, right)
      }
      layouts.append(layout)
    }
    treeCount = layouts.count
    innerCount = max(1, layouts.map(\.inner.count).max() ?? 1)
    leafCount = layouts.map(\.leaves.count).max() ?? 1
    guard
      saturatingProduct(saturatingProduct(treeCount, innerCount), leafCount) <= Self.largestLayout
    else { throw Flaw(reason: "Its trees are too large.", isUnsupported: true) }

    features = Array(repeating: 0, count: treeCount * innerCount)
    thresholds = Array(repeating: 0, count: treeCount * innerCount)
    paths = Array(repeating: 0, count: treeCount * innerCount * leafCount)
    needed = Array(repeating: Double(innerCount) + 1, count: treeCount * leafCount)
    weights = Array(repeating: 0, count: count * treeCount * leafCount)
    var leafPlaces: [Place: Int] = [:]
    for (tree, layout) in layouts.enumerated() {
      for (place, row) in layout.inner.enumerated() {
        features[tree * innerCount + place] = picked[row]
        thresholds[tree * innerCount + place] = values[row]
      }
      for (place, leaf) in layout.leaves.enumerated() {
        for step in leaf.path {
          let row = (tree * innerCount + step.inner) * leafCount + place
          paths[row] = step.isTrue ? 1 : -1
        }
        needed[tree * leafCount + place] = Double(leaf.path.count { $0.isTrue }) - 0.5
        leafPlaces[Place(tree: trees[leaf.row], node: ids[leaf.row])] = tree * leafCount + place
      }
    }
    let share = node.text("aggregate_function", "SUM") == "AVERAGE" ? 1 / Double(treeCount) : 1
    let (weightTrees, weightNodes) = (integers("\(prefix)_treeids"), integers("\(prefix)_nodeids"))
    let (targets, sizes) = (
      integers("\(prefix)_ids"), node.attributes["\(prefix)_weights"]?.reals ?? []
    )
    guard [weightNodes.count, targets.count, sizes.count].allSatisfy({ $0 == weightTrees.count })
    else { throw Flaw(reason: "its lists of weights differ in length") }
    for (index, tree) in weightTrees.enumerated() {
      guard let place = leafPlaces[Place(tree: tree, node: weightNodes[index])],
        0..<count ~= targets[index]
      else { throw Flaw(reason: "a weight belongs to no leaf or no score") }
      weights[targets[index] * treeCount * leafCount + place] += sizes[index] * share
    }
    let given = node.attributes["base_values"]?.reals ?? []
    guard given.isEmpty || given.count == count || given.count == 1 else {
      throw Flaw(reason: "it has \(given.count) base values for \(count) scores")
    }
    base =
      given.count == count
      ? given : Array(repeating: given.first ?? 0, count: count)
  }

  /// The nodes of one tree in the order of a walk.
  private struct Layout {
    struct Step {
      let inner: Int
      let isTrue: Bool
    }

    private(set) var inner: [Int] = []
    private(set) var leaves: [(row: Int, path: [Step])] = []

    /// Walks the tree; `branches` gives the rows of a node's two branches, and nil for a leaf.
    ///
    /// - Throws: what `branches` throws, and `Flaw` if a node is reached twice.
    mutating func grow(
      from root: Int, _ branches: (Int) throws(Flaw) -> (Int, Int)?
    ) throws(Flaw) {
      var open: [(row: Int, path: [Step])] = [(root, [])]
      var visited: Set<Int> = []
      while let (row, path) = open.popLast() {
        guard visited.insert(row).inserted else {
          throw Flaw(reason: "its branches form no tree")
        }
        guard path.count <= 4096 else { throw Flaw(reason: "a tree is too deep") }
        guard let (left, right) = try branches(row) else {
          leaves.append((row, path))
          continue
        }
        open.append((left, path + [Step(inner: inner.count, isTrue: true)]))
        open.append((right, path + [Step(inner: inner.count, isTrue: false)]))
        inner.append(row)
      }
    }
  }
}
