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

  /// A node of any of the trees; branches are places in the list of all nodes.
  enum Node {
    case leaf
    /// Goes to `yes` where the feature compares with the threshold, else to `no`; a feature that is no
    /// number compares with none.
    case inner(Test, yes: Int, no: Int)
  }

  struct Test {
    let comparison: BinaryFunction
    let feature: Int
    let threshold: Double
  }

  /// What a leaf adds to one of the scores.
  struct Share {
    let leaf: Int
    let score: Int
    let weight: Double
  }

  /// The inner nodes that compare in one way, so many places for each tree.
  struct Group {
    let comparison: BinaryFunction
    let width: Int
    /// The feature and the threshold of each node; `[trees * width]`.
    fileprivate(set) var features: [Int]
    fileprivate(set) var thresholds: [Double]
  }

  private(set) var groups: [Group]
  let treeCount: Int
  /// The places for inner nodes that each tree has, over all groups; at least one.
  let innerCount: Int
  /// The most leaves of a tree.
  let leafCount: Int
  /// 1 where a leaf's path takes the true branch of a node, -1 where it takes the false one;
  /// `[trees, inner, leaves]`, the groups one after the other.
  private(set) var paths: [Double]
  /// How much the products with `paths` come to where a leaf is reached, less a half;
  /// `[trees, leaves]`.
  private(set) var needed: [Double]
  /// What a leaf adds to each score; `[count, trees * leaves]`.
  private(set) var weights: [Double]
  let base: [Double]

  /// The most numbers that `paths` may have.
  private static let largestLayout = 1 << 26

  /// Lays out the trees with these roots; `base` is what each of the scores begins with.
  init(nodes: [Node], roots: [Int], shares: [Share], base: [Double]) throws(Flaw) {
    var layouts: [Layout] = []
    guard Set(roots).count == roots.count else {
      throw Flaw(reason: "two of its trees have the same root")
    }
    for root in roots { layouts.append(try Layout(of: nodes, root: root)) }
    var kinds: [BinaryFunction] = []
    for layout in layouts {
      for test in layout.tests where !kinds.contains(test.comparison) {
        kinds.append(test.comparison)
      }
    }
    if kinds.isEmpty { kinds = [.lessOrEqual] }
    let widths = kinds.map { kind in
      max(1, layouts.map { $0.tests.count { $0.comparison == kind } }.max() ?? 1)
    }
    let (trees, inner) = (layouts.count, widths.reduce(0, +))
    let leaves = layouts.map(\.leaves.count).max() ?? 1
    (treeCount, innerCount, leafCount, self.base) = (trees, inner, leaves, base)
    guard trees > 0 else { throw Flaw(reason: "it has no trees") }
    let sizes = [inner, base.count].map { saturatingProduct(saturatingProduct(trees, leaves), $0) }
    guard sizes.allSatisfy({ $0 <= Self.largestLayout }) else {
      throw Flaw(reason: "Its trees are too large.", isUnsupported: true)
    }

    groups = zip(kinds, widths).map { kind, width in
      Group(
        comparison: kind, width: width, features: Array(repeating: 0, count: trees * width),
        thresholds: Array(repeating: 0, count: trees * width))
    }
    let starts = widths.indices.map { widths[..<$0].reduce(0, +) }
    paths = Array(repeating: 0, count: trees * inner * leaves)
    needed = Array(repeating: Double(inner) + 1, count: trees * leaves)
    weights = Array(repeating: 0, count: base.count * trees * leaves)
    var places: [Int: [Int]] = [:]
    for (tree, layout) in layouts.enumerated() {
      var taken = Array(repeating: 0, count: kinds.count)
      var columns: [Int] = []
      for test in layout.tests {
        let kind = kinds.firstIndex(of: test.comparison)!
        groups[kind].features[tree * widths[kind] + taken[kind]] = test.feature
        groups[kind].thresholds[tree * widths[kind] + taken[kind]] = test.threshold
        columns.append(starts[kind] + taken[kind])
        taken[kind] += 1
      }
      for (place, leaf) in layout.leaves.enumerated() {
        for step in leaf.path {
          paths[(tree * inner + columns[step.test]) * leaves + place] = step.isTrue ? 1 : -1
        }
        needed[tree * leaves + place] = Double(leaf.path.count { $0.isTrue }) - 0.5
        places[leaf.node, default: []].append(tree * leaves + place)
      }
    }
    for share in shares {
      guard let found = places[share.leaf], base.indices ~= share.score else {
        throw Flaw(reason: "a weight belongs to no leaf or no score")
      }
      for place in found { weights[share.score * trees * leaves + place] += share.weight }
    }
  }

  /// The nodes of one tree in the order of a walk.
  private struct Layout {
    struct Step {
      let test: Int
      let isTrue: Bool
    }

    private(set) var tests: [Test] = []
    private(set) var leaves: [(node: Int, path: [Step])] = []

    /// - Throws: `Flaw` if a branch leads nowhere, or an inner node is reached twice.
    init(of nodes: [Node], root: Int) throws(Flaw) {
      var open: [(node: Int, path: [Step])] = [(root, [])]
      var visited: Set<Int> = []
      while let (node, path) = open.popLast() {
        guard nodes.indices ~= node else { throw Flaw(reason: "a branch leads to no node") }
        guard path.count <= 4096 else { throw Flaw(reason: "a tree is too deep") }
        guard case .inner(let test, let yes, let no) = nodes[node] else {
          leaves.append((node, path))
          continue
        }
        guard visited.insert(node).inserted else {
          throw Flaw(reason: "its branches form no tree")
        }
        open.append((yes, path + [Step(test: tests.count, isTrue: true)]))
        open.append((no, path + [Step(test: tests.count, isTrue: false)]))
        tests.append(test)
      }
    }
  }
}
