import Networks
import Tensors

/// Ensembles of trees in graphs, as reading a file composes them: comparisons, a product that
/// counts how many of a path's decisions are taken, a comparison with their number, and a weighted
/// sum.
extension DecisionForest {
  /// The ensembles of a network, by the node of the weighted sum.
  static func all(in network: Network) -> [Graph.ValueID: DecisionForest] {
    var found: [Graph.ValueID: DecisionForest] = [:]
    for (id, node) in network.graph.nodes.enumerated() {
      guard case .linear = node.operation, let forest = DecisionForest(at: node, in: network) else {
        continue
      }
      found[id] = forest
    }
    return found
  }

  private init?(at sum: Graph.Node, in network: Network) {
    let graph = network.graph
    /// What a value is before it is converted to real numbers and laid out anew.
    func origin(of id: Graph.ValueID) -> Graph.ValueID {
      var id = id
      while true {
        let node = graph.nodes[id]
        switch node.operation {
        case .reshape: id = node.operands[0]
        case .cast(let dtype) where dtype.isFloatingPoint: id = node.operands[0]
        default: return id
        }
      }
    }
    func constant(_ id: Graph.ValueID) -> Tensor? {
      switch graph.nodes[id].operation {
      case .constant(let tensor): tensor.cast(to: .float64)
      case .parameter(let index): network.parameters.tensors[index].cast(to: .float64)
      default: nil
      }
    }
    func sizes(_ id: Graph.ValueID) -> [Int] { graph.nodes[id].type.shape.dropFirst().map(\.size) }
    let reached = graph.nodes[origin(of: sum.operands[0])]
    guard case .combine(.greaterOrEqual) = reached.operation,
      let needed = constant(reached.operands[1])
    else { return nil }
    let product = graph.nodes[reached.operands[0]]
    guard case .matmul = product.operation, let paths = constant(product.operands[1]),
      let weights = constant(sum.operands[1])
    else { return nil }
    let decisions = origin(of: product.operands[0])
    guard paths.rank == 3, graph.nodes[decisions].type.dtype == .bool else { return nil }
    let (trees, inner, leaves) = (paths.size(0), paths.size(1), paths.size(2))
    guard needed.count == trees * leaves, weights.rank == 2, weights.size(1) == trees * leaves,
      sizes(decisions) == [trees * inner], sizes(product.operands[0]) == [trees, 1, inner],
      sizes(sum.operands[0]) == [trees * leaves],
      graph.nodes[sum.operands[0]].type.isBatched, graph.nodes[decisions].type.isBatched
    else { return nil }
    guard
      let checked = PathCheck(
        paths.elements(as: Double.self), needed: needed.elements(as: Double.self), trees: trees,
        inner: inner, leaves: leaves)
    else { return nil }
    self.decisions = decisions
    (truePaths, falsePaths) = (paths.relu(), (-paths).relu())
    isLeaf = Tensor(checked.isLeaf, shape: [trees, leaves]).cast(to: .bool)
    depths = Tensor(checked.depths, shape: [trees, inner])
    self.weights = weights.reshaped(to: [weights.size(0), trees, leaves])
  }
}

/// Checks that every outcome of the comparisons reaches exactly one leaf of each tree.
private struct PathCheck {
  /// 1 for each column that stands for a leaf.
  private(set) var isLeaf: [Double]
  private(set) var depths: [Double]

  private struct Step {
    let inner: Int
    let isTrue: Bool
  }

  /// - Returns: nil if paths do not objective binary trees.
  init?(_ paths: [Double], needed: [Double], trees: Int, inner: Int, leaves: Int) {
    isLeaf = Array(repeating: 0, count: trees * leaves)
    depths = Array(repeating: 0, count: trees * inner)
    for tree in 0..<trees {
      var steps = [[Step]](repeating: [], count: leaves)
      for node in 0..<inner {
        for leaf in 0..<leaves {
          switch paths[(tree * inner + node) * leaves + leaf] {
          case 0: break
          case 1: steps[leaf].append(Step(inner: node, isTrue: true))
          case -1: steps[leaf].append(Step(inner: node, isTrue: false))
          default: return nil
          }
        }
      }
      var real: [Int] = []
      for leaf in 0..<leaves {
        // The product is an integer: at most that of the steps to true branches.
        let most = Double(steps[leaf].count { $0.isTrue })
        let least = needed[tree * leaves + leaf]
        if least > most { continue }
        guard least > most - 1 else { return nil }
        real.append(leaf)
        isLeaf[tree * leaves + leaf] = 1
      }
      guard divides(real, steps, tree * inner) else { return nil }
    }
  }

  /// Whether leaves are those of one tree: a single one, or two trees on both sides of a comparison
  /// that is part of all their paths. Nodes are numbered from the root down.
  private mutating func divides(_ leaves: [Int], _ steps: [[Step]], _ first: Int) -> Bool {
    var open = [(leaves: leaves, depth: 0)]
    while let (some, depth) = open.popLast() {
      guard let one = some.first else { return false }
      if steps[one].count == depth {
        guard some.count == 1 else { return false }
        continue
      }
      let node = steps[one][depth].inner
      guard some.allSatisfy({ steps[$0].count > depth && steps[$0][depth].inner == node }) else {
        return false
      }
      depths[first + node] = Double(depth)
      open.append((some.filter { steps[$0][depth].isTrue }, depth + 1))
      open.append((some.filter { !steps[$0][depth].isTrue }, depth + 1))
    }
    return true
  }
}
