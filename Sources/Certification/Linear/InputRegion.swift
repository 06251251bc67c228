import Models
import Networks
import Tensors

/// The inputs that bounds are about: a box for each row and, for norms other than the largest
/// change, a ball inside it.
///
/// - Shape: `[batch] + features`.
struct InputRegion: Sendable {
  let center: Tensor
  let spread: Tensor
  private let ball: Ball?

  /// A ball of the first features.
  private struct Ball: Sendable {
    let set: any PerturbationSet
    let center: Tensor
  }

  init(_ box: Box) {
    let box = box.roundedOutward()
    center = box.center
    // The center is rounded: the spread reaches both ends from where it is.
    let reach = (box.upper - center).maximum(center - box.lower)
    // Also once the center less the spread is rounded again.
    let slack = (reach + center.magnitude()) * DType.float64.slack
    spread = Tensor.choosing(reach + slack, where: reach .> 0, otherwise: reach)
    ball = nil
  }

  init(_ set: some PerturbationSet, around center: Tensor) {
    let box = InputRegion(set.box(around: center))
    (self.center, spread) = (box.center, box.spread)
    let isBox = set is LinfBall || set is BoxSet
    ball = isBox ? nil : Ball(set: set, center: center.cast(to: .float64))
  }

  private init(center: Tensor, spread: Tensor, ball: Ball?) {
    (self.center, self.spread, self.ball) = (center, spread, ball)
  }

  /// These inputs followed by features that vary by themselves, in one row for each example.
  ///
  /// - Shape: `box` `[features]` to `[batch, own + features]`.
  func joined(with box: Box) -> InputRegion {
    let other = InputRegion(box)
    func row(_ own: Tensor, _ others: Tensor) -> Tensor {
      let rows = others.expandedDimension(at: 0).broadcast(to: [batch, others.count])
      return .concatenating([own.flattenedRows(), rows], axis: 1)
    }
    return InputRegion(
      center: row(center, other.center), spread: row(spread, other.spread), ball: ball)
  }

  var batch: Int { center.size(0) }
  var box: Box { Box(lower: center - spread, upper: center + spread) }
  /// The largest magnitude of each feature.
  var magnitude: Tensor { center.magnitude() + spread }

  func cast(to dtype: DType) -> InputRegion {
    InputRegion(
      center: center.cast(to: dtype), spread: spread.cast(to: dtype),
      ball: ball.map { Ball(set: $0.set, center: $0.center.cast(to: dtype)) })
  }

  /// Whether every feature varies by itself.
  var isBox: Bool { ball == nil }

  /// A box whose center and spread are made of these.
  ///
  /// - Precondition: the region is a box.
  func mapBox(_ change: (Tensor) -> Tensor) -> InputRegion {
    precondition(isBox, "only boxes are the product of their features' ranges")
    return InputRegion(center: change(center), spread: change(spread), ball: nil)
  }

  func rows(_ indices: Tensor) -> InputRegion {
    InputRegion(
      center: center.gathering(indices), spread: spread.gathering(indices),
      ball: ball.map { Ball(set: $0.set, center: $0.center.gathering(indices)) })
  }

  /// Returns the smallest value of each form over the region.
  ///
  /// - Shape: coefficients `[batch or 1, rows] + features` to `[batch, rows]`.
  func minimum(of forms: LinearForms) -> Tensor {
    let coefficients = forms.coefficients.flattened(from: 2)
    func row(_ x: Tensor) -> Tensor { x.flattenedRows().expandedDimension(at: 1) }
    let least =
      forms.constants
      + coefficients.dot(positive: row(center - spread), negative: row(center + spread))
    let boxed: Tensor
    if least.dtype == .float64 {
      let size = row(magnitude)
      boxed =
        least - (coefficients.dot(positive: size, negative: -size) + forms.constants.magnitude())
        * Rounding.sum(coefficients.size(2) + 10)
    } else {
      boxed = least
    }
    guard let ball else { return boxed }
    return boxed.maximum(ballMinimum(of: forms, ball))
  }

  private func ballMinimum(of forms: LinearForms, _ ball: Ball) -> Tensor {
    let flat = forms.coefficients.forEach(batch: batch).flattened(from: 2)
    let inner = ball.center.flattenedRows().size(1)
    let rows = flat.narrowed(axis: 2, from: 0, count: inner)
    let norms = ball.set.dualNorm(of: rows.reshaped(to: [-1] + ball.center.shape.dropFirst()))
      .reshaped(to: [batch, rows.size(1)])
    let (middle, rest) = (center(of: ball), spread(beside: ball))
    let reach = norms * ball.set.radius
    let least =
      forms.constants + flat.matmul(middle).squeezed(axes: [2]) - reach
      - flat.magnitude().matmul(rest).squeezed(axes: [2])
    guard least.dtype == .float64 else { return least }
    // A candidate counts as inside when single precision cannot tell it from the ball.
    let size = flat.magnitude().matmul(middle.magnitude() + rest).squeezed(axes: [2])
    return least - reach * 0x1p-20
      - (size + reach + forms.constants.magnitude()) * Rounding.sum(flat.size(2) + 10)
  }

  /// The ball's center, followed by that of the features beside it; `[batch, features, 1]`.
  private func center(of ball: Ball) -> Tensor {
    let inner = ball.center.flattenedRows()
    let row = center.flattenedRows()
    let rest = row.narrowed(axis: 1, from: inner.size(1), count: row.size(1) - inner.size(1))
    return .concatenating([inner, rest], axis: 1).expandedDimension(at: 2)
  }

  /// How far the features beside the ball reach, and 0 for its own; `[batch, features, 1]`.
  private func spread(beside ball: Ball) -> Tensor {
    let inner = ball.center.flattenedRows()
    let row = spread.flattenedRows()
    let rest = row.narrowed(axis: 1, from: inner.size(1), count: row.size(1) - inner.size(1))
    return .concatenating([inner.zerosLike(), rest], axis: 1).expandedDimension(at: 2)
  }

  /// Returns, for each form, the point of the region where it is smallest.
  ///
  /// - Shape: `[batch or 1, rows] + features` to `[batch, rows] + features`.
  func minimizer(of coefficients: Tensor) -> Tensor {
    guard let ball else {
      return center.expandedDimension(at: 1) - coefficients.sign() * spread.expandedDimension(at: 1)
    }
    let rows = coefficients.forEach(batch: batch)
    let flat = rows.flattened(from: 2)
    let inner = ball.center.flattenedRows().size(1)
    let own = flat.narrowed(axis: 2, from: 0, count: inner)
    let step = ball.set.steepestStep(
      along: own.reshaped(to: [-1] + ball.center.shape.dropFirst())
    ).reshaped(to: own.shape)
    let rest = flat.narrowed(axis: 2, from: inner, count: flat.size(2) - inner)
    let spread = spread(beside: ball).squeezed(axes: [2]).expandedDimension(at: 1)
      .narrowed(axis: 2, from: inner, count: rest.size(2))
    let move = Tensor.concatenating([step, rest.sign() * spread], axis: 2)
    return (center(of: ball).transposed() - move).reshaped(to: rows.shape)
  }
}

extension Tensor {
  /// The same elements with the axes from `axis` on made one.
  func flattened(from axis: Int) -> Tensor {
    let shape = shape
    return reshaped(to: shape[..<axis] + [shape[axis...].reduce(1, *)])
  }

  /// Rows that are the same for every example, repeated for a batch without copying.
  func forEach(batch: Int) -> Tensor {
    size(0) == batch ? self : broadcast(to: [batch] + shape.dropFirst())
  }
}
