import Networks
import Tensors

/// A part of a graph that reflects groups of features at a plane, where they lie behind it: what
/// `Householder` appends.
struct HouseholderPattern {
  /// The value whose features are reflected.
  let source: Graph.ValueID
  /// The normal of the plane, of length 1 up to rounding.
  let normal: [Double]

  init?(endingAt id: Graph.ValueID, in network: Network) {
    let nodes = network.graph.nodes
    guard case .reshape = nodes[id].operation else { return nil }
    let sum = nodes[nodes[id].operands[0]]
    guard case .combine(.add) = sum.operation else { return nil }
    let (groups, push) = (nodes[sum.operands[0]], nodes[sum.operands[1]])
    guard case .reshape = groups.operation, case .matmul = push.operation else { return nil }
    let depth = nodes[push.operands[0]]
    guard case .map(.relu) = depth.operation else { return nil }
    let product = nodes[depth.operands[0]]
    guard case .matmul = product.operation, product.operands[0] == sum.operands[0],
      let inward = network.leafValue(product.operands[1])?.cast(to: .float64),
      let outward = network.leafValue(push.operands[1])?.cast(to: .float64),
      inward.rank == 2, inward.size(1) == 1, outward.shape == [1, inward.size(0)],
      ((outward + 2 * inward.transposed()) .== 0.0).all().booleans[0],
      groups.type.shape.last?.size == inward.size(0)
    else { return nil }
    source = groups.operands[0]
    normal = inward.elements(as: Double.self).map { -$0 }
  }

  /// The Lipschitz constant: that of the steeper of the two linear pieces.
  func gain(_ norm: LipschitzNorm) -> Double {
    let slack = 1 + Rounding.sum(normal.count)
    switch norm {
    case .l2:
      let square = normal.reduce(0) { $0 + $1 * $1 }
      return max(1, abs(1 - 2 * square) * slack + 4 * Double(normal.count) * Rounding.unit)
    case .linf:
      let rows = normal.indices.map { row in
        normal.indices.reduce(0.0) { sum, column in
          sum + abs((row == column ? 1 : 0) - 2 * normal[row] * normal[column])
        }
      }
      return max(1, (rows.max() ?? 1) * slack)
    }
  }
}
