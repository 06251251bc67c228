import Models
import Networks
import Tensors

/// Features some of which move together, in balls, around a center.
///
/// - Shape: all of an example's features in one row, `[batch, features]`.
struct JointMoves: Sendable {
  /// Consecutive features whose moves, each divided by its scale, lie in a set around 0.
  struct Part: Sendable {
    let set: any PerturbationSet
    let start: Int
    /// What the set takes for features of one example.
    let shape: Shape
    /// `[features]`; nil for 1.
    let scale: Tensor?

    var count: Int { shape.reduce(1, *) }
  }

  let center: Tensor
  /// How far each feature moves by itself, beside the parts' moves.
  let rest: Tensor
  let parts: [Part]

  func cast(to dtype: DType) -> JointMoves {
    JointMoves(
      center: center.cast(to: dtype), rest: rest.cast(to: dtype),
      parts: parts.map {
        Part(set: $0.set, start: $0.start, shape: $0.shape, scale: $0.scale?.cast(to: dtype))
      })
  }

  func rows(_ indices: Tensor) -> JointMoves {
    JointMoves(
      center: center.gathering(indices), rest: rest.gathering(indices), parts: parts)
  }

  /// Returns the smallest value of each form.
  ///
  /// - Shape: coefficients `[batch or 1, rows] + features` to `[batch, rows]`.
  func minimum(of forms: LinearForms) -> Tensor {
    let flat = forms.coefficients.forEach(batch: center.size(0)).flattened(from: 2)
    func sum(_ coefficients: Tensor, _ values: Tensor) -> Tensor {
      coefficients.matmul(values.expandedDimension(at: 2)).squeezed(axes: [2])
    }
    let size = flat.magnitude()
    let reach = parts.map { $0.reach(along: flat) }.reduce(forms.constants.zerosLike(), +)
    let least = forms.constants + sum(flat, center) - reach - sum(size, rest)
    guard least.dtype == .float64 else { return least }
    // A candidate counts as inside when single precision cannot tell it from the ball.
    return least - reach * 0x1p-20
      - (sum(size, center.magnitude() + rest) + reach + forms.constants.magnitude())
      * Rounding.sum(flat.size(2) + 10)
  }

  /// Returns, for each form, the point where it is smallest.
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
    for part in parts {
      still(to: part.start)
      steps.append(part.steepestStep(along: flat))
      end = part.start + part.count
    }
    still(to: flat.size(2))
    let move = flat.sign() * rest.expandedDimension(at: 1) + .concatenating(steps, axis: 2)
    return (center.expandedDimension(at: 1) - move).reshaped(to: rows.shape)
  }
}

extension JointMoves.Part {
  /// The most that moves add to each form; `[batch, rows, features]` to `[batch, rows]`.
  fileprivate func reach(along coefficients: Tensor) -> Tensor {
    let norms = set.dualNorm(of: own(coefficients))
    return norms.reshaped(to: coefficients.shape.prefix(2) + []) * set.radius
  }

  /// The moves of this part's features that add most to each form.
  fileprivate func steepestStep(along coefficients: Tensor) -> Tensor {
    let step = set.steepestStep(along: own(coefficients))
      .reshaped(to: coefficients.shape.prefix(2) + [count])
    return scale.map { step * $0 } ?? step
  }

  /// The coefficients of the moves before they are scaled, one row for each form.
  private func own(_ coefficients: Tensor) -> Tensor {
    let rows = coefficients.narrowed(axis: 2, from: start, count: count)
    return (scale.map { rows * $0 } ?? rows).reshaped(to: [-1] + shape)
  }
}
