import Networks
import Tensors

/// A part of a graph that sorts groups of features: slices, pairs of maximum and minimum, a join.
///
/// However the pairs are arranged, each replaces two values by the larger and the smaller of them.
/// That moves no two points farther apart, in any norm of this package, and keeps sums. Slices that
/// together hold every element once and the join move elements only.
struct SortingPattern {
  /// The value whose elements are sorted.
  let source: Graph.ValueID
  let axis: Int
  /// The features of each group, and where its values go: the `j`-th element of group `i` is feature
  /// `places[i][j]` of the source; the `j`-th slot of the group is feature `slots[i][j]` of the
  /// result.
  let places: [[Int]]
  let slots: [[Int]]

  init?(endingAt id: Graph.ValueID, in graph: Graph) {
    let node = graph.nodes[id]
    guard case .concatenate(let axis) = node.operation, node.operands.count > 1,
      node.operands.contains(where: { graph.nodes[$0].isExtremum })
    else { return nil }
    var lanes = Set(node.operands)
    guard lanes.count == node.operands.count else { return nil }
    // Undoes one pair at a time, the last one first.
    while let last = lanes.filter({ graph.nodes[$0].isExtremum }).max() {
      let pair = graph.nodes[last].operands
      guard pair.count == 2, pair[0] != pair[1],
        let partner = lanes.first(where: { other in
          other != last && graph.nodes[other].isExtremum
            && graph.nodes[other].operation.name != graph.nodes[last].operation.name
            && Set(graph.nodes[other].operands) == Set(pair)
        }), graph.nodes[pair[0]].type == graph.nodes[pair[1]].type
      else { return nil }
      lanes.subtract([last, partner])
      guard lanes.isDisjoint(with: pair) else { return nil }
      lanes.formUnion(pair)
    }
    let slices = lanes.sorted()
    guard let source = graph.nodes[slices[0]].operands.first,
      let features = Self.features(of: slices, from: source, along: axis, in: graph)
    else { return nil }
    (self.source, self.axis) = (source, axis)
    let width = features[0].count
    places = (0..<width).map { group in features.map { $0[group] } }
    slots = (0..<width).map { group in features.indices.map { $0 * width + group } }
  }

  /// The features of each slice, if all have one width and hold each feature once.
  private static func features(
    of slices: [Graph.ValueID], from source: Graph.ValueID, along axis: Int, in graph: Graph
  ) -> [[Int]]? {
    var features: [[Int]] = []
    for id in slices {
      guard case .slice(axis, let start, let end, let step) = graph.nodes[id].operation, step > 0,
        graph.nodes[id].operands == [source]
      else { return nil }
      let size = graph.nodes[source].type.shape[axis].size
      let first = start < 0 ? start + size : start
      let last = min(end < 0 ? end + size : end, size)
      features.append(Array(stride(from: first, to: last, by: step)))
    }
    let size = graph.nodes[source].type.shape[axis].size
    guard Set(features.map(\.count)).count == 1, features.joined().sorted() == Array(0..<size)
    else { return nil }
    return features
  }
}

extension Graph.Node {
  fileprivate var isExtremum: Bool {
    switch operation {
    case .combine(.maximum), .combine(.minimum): true
    default: false
    }
  }
}
