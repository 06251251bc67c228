import Networks
import Tensors

/// An ensemble of decision trees that was found in a graph: of each tree's leaves exactly one is
/// reached, and the sum of what the reached leaves weigh is the ensemble's value.
///
/// Taken one by one, leaves that a box may reach would add up; taken as a tree, only the least and
/// the largest of them count. That exactly one is reached is checked, not believed.
struct DecisionForest: Sendable {
  /// The node of the comparisons' booleans, of shape `[batch, trees * inner]`.
  let decisions: Graph.ValueID
  /// 1 where the path to a leaf takes the true branch of an inner node; `[trees, inner, leaves]`.
  let truePaths: Tensor
  /// 1 where it takes the false branch.
  let falsePaths: Tensor
  /// Whether a column stands for a leaf; `[trees, leaves]`.
  let isLeaf: Tensor
  /// How far below its tree's root each inner node lies; `[trees, inner]`.
  let depths: Tensor
  /// What each leaf adds to each value; `[values, trees, leaves]`.
  let weights: Tensor

  var treeCount: Int { isLeaf.size(0) }
  var innerCount: Int { truePaths.size(1) }

  /// Returns which leaves a box may reach: those on whose path no comparison is decided against it.
  ///
  /// - Shape: `[batch, trees * inner]` to booleans `[batch, trees, leaves]`.
  func reachable(by decisions: Interval) -> Tensor {
    func rows(_ condition: Tensor) -> Tensor {
      condition.cast(to: .float64).reshaped(to: [-1, treeCount, 1, innerCount])
    }
    let against =
      rows(decisions.upper .<= 0).matmul(truePaths) + rows(decisions.lower .>= 1).matmul(falsePaths)
    return (against.squeezed(axes: [2]) .<= 0) .& isLeaf
  }

  /// The least and the largest weight of a reachable leaf of each tree, for each value.
  ///
  /// - Shape: bounds `[batch, values, trees]`.
  func ranges(_ reachable: Tensor) -> Interval {
    var (lower, upper): ([Tensor], [Tensor]) = ([], [])
    for value in 0..<weights.size(0) {
      let own = weights[value].broadcast(to: reachable.shape)
      func pick(_ other: Double) -> Tensor {
        Tensor.choosing(own, where: reachable, otherwise: own.filled(with: other))
      }
      lower.append(pick(.infinity).min(axes: [2]))
      upper.append(pick(-.infinity).max(axes: [2]))
    }
    return Interval(lower: .stacking(lower, axis: 1), upper: .stacking(upper, axis: 1))
  }

  /// Returns a box that contains the sums of the leaves that are reached.
  ///
  /// - Shape: `[batch, trees * inner]` to `[batch, values]`.
  /// - Soundness: in real arithmetic. Where comparisons are about features that vary by themselves,
  ///   each tree's bounds are reached.
  func sum(over decisions: Interval) -> Interval {
    ranges(reachable(by: decisions)).averaged(terms: treeCount) { $0.sum(axes: [2]) }
  }
}
