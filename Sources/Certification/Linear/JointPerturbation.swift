import Models
import Networks
import Tensors

/// A perturbation of blocks of features, each in a norm ball, around a center.
///
/// - Shape: all of an example's features in one row, `[batch, features]`.
struct JointPerturbation: Sendable {
  /// Consecutive features whose perturbations, each divided by its scale, lie in a set around 0.
  struct Block: Sendable {
    let set: any PerturbationSet
    let start: Int
    /// What the set takes for features of one example.
    let shape: Shape
    /// `[features]`; nil for 1.
    let scale: Tensor?

    var count: Int { shape.reduce(1, *) }
  }

  let center: Tensor
  /// How far each feature is perturbed by itself, beside the blocks' perturbations.
  let rest: Tensor
  let blocks: [Block]

  func cast(to dtype: DType) -> JointPerturbation {
    JointPerturbation(
      center: center.cast(to: dtype), rest: rest.cast(to: dtype),
      blocks: blocks.map {
        Block(set: $0.set, start: $0.start, shape: $0.shape, scale: $0.scale?.cast(to: dtype))
      })
  }

  func rows(_ indices: Tensor) -> JointPerturbation {
    JointPerturbation(
      center: center.gathering(indices), rest: rest.gathering(indices), blocks: blocks)
  }

  /// Returns the smallest value of each objective.
  ///
  /// - Shape: coefficients `[batch or 1, rows] + features` to `[batch, rows]`.
  func minimum(of objectives: LinearObjectives) -> Tensor {
    let flat = objectives.coefficients.forEach(batch: center.size(0)).flattened(from: 2)
    func sum(_ coefficients: Tensor, _ values: Tensor) -> Tensor {
      coefficients.matmul(values.expandedDimension(at: 2)).squeezed(axes: [2])
    }
    let size = flat.magnitude()
    let reach = blocks.map { $0.reach(along: flat) }.reduce(objectives.constants.zerosLike(), +)
    let least = objectives.constants + sum(flat, center) - reach - sum(size, rest)
    guard least.dtype == .float64 else { return least }
    // A candidate counts as inside when single precision cannot tell it from the ball.
    return least - reach * 0x1p-20
      - (sum(size, center.magnitude() + rest) + reach + objectives.constants.magnitude())
      * Rounding.sum(flat.size(2) + 10)
  }

  /// Returns, for each objective, the point where it is smallest.
  ///
  /// - Shape: `[batch or 1, rows] + features` to `[batch, rows] + features`.
  func minimizer(of coefficients: Tensor) -> Tensor {
    let rows = coefficients.forEach(batch: center.size(0))
    let flat = rows.flattened(from: 2)
    var steps: [Tensor] = []
    var end = 0
    func still(to place: Int) {
      guard place > end else { return }
      steps.append(flat.narrowed(axis: 2, from: end, count: place - end).zerosLike())
    }
    for block in blocks {
      still(to: block.start)
      steps.append(block.steepestStep(along: flat))
      end = block.start + block.count
    }
    still(to: flat.size(2))
    let move = flat.sign() * rest.expandedDimension(at: 1) + .concatenating(steps, axis: 2)
    return (center.expandedDimension(at: 1) - move).reshaped(to: rows.shape)
  }
}

extension JointPerturbation.Block {
  /// The most that perturbations add to each objective; `[batch, rows, features]` to `[batch,
  /// rows]`.
  fileprivate func reach(along coefficients: Tensor) -> Tensor {
    let norms = set.dualNorm(of: own(coefficients))
    return norms.reshaped(to: coefficients.shape.prefix(2) + []) * set.radius
  }

  /// The perturbation of this block's features that adds most to each objective.
  fileprivate func steepestStep(along coefficients: Tensor) -> Tensor {
    let step = set.steepestStep(along: own(coefficients))
      .reshaped(to: coefficients.shape.prefix(2) + [count])
    return scale.map { step * $0 } ?? step
  }

  /// The coefficients of the perturbation before it is scaled, one row for each objective.
  private func own(_ coefficients: Tensor) -> Tensor {
    let rows = coefficients.narrowed(axis: 2, from: start, count: count)
    return (scale.map { rows * $0 } ?? rows).reshaped(to: [-1] + shape)
  }
}
