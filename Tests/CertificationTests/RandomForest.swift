import Networks
import Tensors

/// A random ensemble of trees, in the composition that reading a file makes of one, and beside it.
struct RandomForest {
  indirect enum Tree {
    case leaf([Double])
    case split(feature: Int, threshold: Double, below: Tree, above: Tree)

    func value(at x: [Double]) -> [Double] {
      switch self {
      case .leaf(let value): value
      case .split(let feature, let threshold, let below, let above):
        (x[feature] <= threshold ? below : above).value(at: x)
      }
    }

    func thresholds(of feature: Int) -> [Double] {
      guard case .split(let own, let threshold, let below, let above) = self else { return [] }
      return (own == feature ? [threshold] : []) + below.thresholds(of: feature)
        + above.thresholds(of: feature)
    }
  }

  let trees: [Tree]
  let features: Int
  let values: Int

  init(seed: UInt64, trees: Int, features: Int, values: Int, depth: Int) {
    var generator = Generator(seed: seed)
    func grow(_ depth: Int, _ low: [Double], _ high: [Double]) -> Tree {
      if depth == 0 || Int.random(in: 0..<6, using: &generator) == 0 {
        return .leaf(
          (0..<values).map { _ in Double(Int.random(in: -64...64, using: &generator)) / 16 })
      }
      let feature = Int.random(in: 0..<features, using: &generator)
      // Quarters come up in several trees, and numbers of single precision hold them.
      let from = Int((low[feature] * 4).rounded(.up)) + 1
      let to = Int((high[feature] * 4).rounded(.down)) - 1
      guard from <= to else { return grow(0, low, high) }
      let threshold = Double(Int.random(in: from...to, using: &generator)) / 4
      var (upper, lower) = (high, low)
      (upper[feature], lower[feature]) = (threshold, threshold)
      return .split(
        feature: feature, threshold: threshold, below: grow(depth - 1, low, upper),
        above: grow(depth - 1, lower, high))
    }
    (self.features, self.values) = (features, values)
    self.trees = (0..<trees).map { _ in
      grow(depth, Array(repeating: -4, count: features), Array(repeating: 4, count: features))
    }
  }

  func value(at x: [Double]) -> [Double] {
    trees.reduce(Array(repeating: 0, count: values)) { sum, tree in
      zip(sum, tree.value(at: x)).map { $0 + $1 }
    }
  }

  /// The value in every cell between the thresholds that meets a box.
  func values(over lower: [Double], _ upper: [Double]) -> [[Double]] {
    var points: [[Double]] = [[]]
    for feature in 0..<features {
      let inside = Set(trees.flatMap { $0.thresholds(of: feature) })
        .filter { lower[feature] <= $0 && $0 < upper[feature] }
      let places = [lower[feature], upper[feature]] + inside + inside.map(\.nextUp)
      points = points.flatMap { point in places.map { point + [$0] } }
    }
    return points.map { value(at: $0) }
  }

  func network() throws -> Network {
    struct Leaf {
      let path: [(node: Int, isTrue: Bool)]
      let value: [Double]
    }
    var (nodes, leaves): ([[(Int, Double)]], [[Leaf]]) = ([], [])
    for tree in trees {
      var (own, ends): ([(Int, Double)], [Leaf]) = ([], [])
      func walk(_ tree: Tree, _ path: [(node: Int, isTrue: Bool)]) {
        switch tree {
        case .leaf(let value): ends.append(Leaf(path: path, value: value))
        case .split(let feature, let threshold, let below, let above):
          let node = own.count
          own.append((feature, threshold))
          walk(above, path + [(node, false)])
          walk(below, path + [(node, true)])
        }
      }
      walk(tree, [])
      nodes.append(own)
      leaves.append(ends)
    }
    let inner = max(1, nodes.map(\.count).max()!)
    let width = leaves.map(\.count).max()!
    var places = [Int](repeating: 0, count: trees.count * inner)
    var thresholds = [Double](repeating: 0, count: trees.count * inner)
    var paths = [Double](repeating: 0, count: trees.count * inner * width)
    var needed = [Double](repeating: Double(inner) + 1, count: trees.count * width)
    var weights = [Double](repeating: 0, count: values * trees.count * width)
    for tree in trees.indices {
      for (node, (feature, threshold)) in nodes[tree].enumerated() {
        (places[tree * inner + node], thresholds[tree * inner + node]) = (feature, threshold)
      }
      for (place, leaf) in leaves[tree].enumerated() {
        for step in leaf.path {
          paths[(tree * inner + step.node) * width + place] = step.isTrue ? 1 : -1
        }
        needed[tree * width + place] = Double(leaf.path.count { $0.isTrue }) - 0.5
        for (index, value) in leaf.value.enumerated() {
          weights[(index * trees.count + tree) * width + place] = value
        }
      }
    }
    var builder = GraphBuilder()
    let input = builder.addInput(ValueType([.batch, Dimension(features)]))
    let picked = try builder.add(.gather(axis: 1), [input, builder.addConstant(Tensor(places))])
    let isTrue = try builder.add(
      .combine(.lessOrEqual), [picked, builder.addConstant(Tensor(thresholds).cast(to: .float32))])
    let decisions = try builder.add(
      .reshape([.batch, Dimension(trees.count), 1, Dimension(inner)]),
      [builder.add(.cast(.float32), [isTrue])])
    let matches = try builder.add(
      .matmul,
      [
        decisions,
        builder.addConstant(Tensor(paths, shape: [trees.count, inner, width]).cast(to: .float32)),
      ])
    let isReached = try builder.add(
      .combine(.greaterOrEqual),
      [
        matches,
        builder.addConstant(Tensor(needed, shape: [trees.count, 1, width]).cast(to: .float32)),
      ])
    let reached = try builder.add(
      .reshape([.batch, Dimension(trees.count * width)]),
      [builder.add(.cast(.float32), [isReached])])
    let weight = builder.addParameter(
      Tensor(weights, shape: [values, trees.count * width]).cast(to: .float32), name: "leaves")
    let base = builder.addParameter(Tensor.zeros([values]), name: "base")
    let output = try builder.add(.linear, [reached, weight, base])
    return builder.network(output: output)
  }
}
