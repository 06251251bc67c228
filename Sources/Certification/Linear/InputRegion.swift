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

  var batch: Int { center.size(0) }
  var box: Box { Box(lower: center - spread, upper: center + spread) }
  /// The largest magnitude of each feature.
  var magnitude: Tensor { center.magnitude() + spread }

  func cast(to dtype: DType) -> InputRegion {
    InputRegion(
      center: center.cast(to: dtype), spread: spread.cast(to: dtype),
      ball: ball.map { Ball(set: $0.set, center: $0.center.cast(to: dtype)) })
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
    let (middle, reach) = (center.flattenedRows(), spread.flattenedRows())
    func dot(_ rows: Tensor, _ x: Tensor) -> Tensor {
      rows.matmul(x.expandedDimension(at: 2)).squeezed(axes: [2])
    }
    let size = coefficients.magnitude()
    let least = forms.constants + dot(coefficients, middle) - dot(size, reach)
    let boxed =
      least.dtype == .float64
      ? least - (dot(size, middle.magnitude() + reach) + forms.constants.magnitude())
        * Rounding.sum(coefficients.size(2) + 10) : least
    guard let ball else { return boxed }
    return boxed.maximum(ballMinimum(of: forms, ball))
  }

  private func ballMinimum(of forms: LinearForms, _ ball: Ball) -> Tensor {
    let rows = forms.coefficients.forEach(batch: batch)
    let flat = rows.flattened(from: 2)
    let norms = ball.set.dualNorm(of: rows.reshaped(to: [-1] + rows.shape.dropFirst(2)))
      .reshaped(to: [batch, rows.size(1)])
    let middle = ball.center.flattenedRows().expandedDimension(at: 2)
    let reach = norms * ball.set.radius
    let least = forms.constants + flat.matmul(middle).squeezed(axes: [2]) - reach
    guard least.dtype == .float64 else { return least }
    // A candidate counts as inside when single precision cannot tell it from the ball.
    let size = flat.magnitude().matmul(middle.magnitude()).squeezed(axes: [2])
    return least - reach * 0x1p-20
      - (size + reach + forms.constants.magnitude()) * Rounding.sum(flat.size(2) + 10)
  }

  /// Returns, for each form, the point of the region where it is smallest.
  ///
  /// - Shape: `[batch or 1, rows] + features` to `[batch, rows] + features`.
  func minimizer(of coefficients: Tensor) -> Tensor {
    guard let ball else {
      return center.expandedDimension(at: 1) - coefficients.sign() * spread.expandedDimension(at: 1)
    }
    let rows = coefficients.forEach(batch: batch)
    let step = ball.set.steepestStep(along: rows.reshaped(to: [-1] + rows.shape.dropFirst(2)))
    return ball.center.expandedDimension(at: 1) - step.reshaped(to: rows.shape)
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
