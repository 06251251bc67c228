import Models
import Networks
import Tensors

/// The inputs that bounds are about: a box for each row and, for norms other than the largest
/// change, balls inside it.
///
/// - Shape: `[batch] + features`.
struct InputRegion: Sendable {
  let center: Tensor
  let spread: Tensor
  private let joint: JointPerturbation?
  /// The box that the region was made of, where it was one: the center and the spread reach a
  /// little further.
  private let corners: Box?

  init(_ box: Box) {
    let box = box.roundedOutward()
    center = box.center
    // The center is rounded: the spread reaches both bounds from where it is.
    let reach = (box.upper - center).maximum(center - box.lower)
    // Also once the center less the spread is rounded again.
    let slack = (reach + center.magnitude()) * DType.float64.slack
    spread = Tensor.choosing(reach + slack, where: reach .> 0, otherwise: reach)
    joint = nil
    corners = box
  }

  init(_ set: some PerturbationSet, around center: Tensor) {
    let box = InputRegion(set.box(around: center))
    (self.center, spread) = (box.center, box.spread)
    let isBox = set is LinfBall || set is BoxSet
    let middle = center.cast(to: .float64).flattenedRows()
    let block = JointPerturbation.Block(
      set: set, start: 0, shape: Array(center.shape.dropFirst()), scale: nil)
    joint =
      isBox ? nil : JointPerturbation(center: middle, rest: middle.zerosLike(), blocks: [block])
    corners = nil
  }

  private init(center: Tensor, spread: Tensor, joint: JointPerturbation?, corners: Box? = nil) {
    (self.center, self.spread, self.joint, self.corners) = (center, spread, joint, corners)
  }

  /// These inputs followed by features of their own, in one row for each example.
  ///
  /// - Shape: features `[features]` to `[batch, own + features]`.
  func joined(with features: ParameterRegion) -> InputRegion {
    let other = InputRegion(features.box)
    func row(_ own: Tensor, _ others: Tensor) -> Tensor {
      let rows = others.expandedDimension(at: 0).broadcast(to: [batch, others.count])
      return .concatenating([own.flattenedRows(), rows], axis: 1)
    }
    let start = center.flattenedRows().size(1)
    let blocks = features.blocks.map {
      JointPerturbation.Block(
        set: $0.set, start: start + $0.start, shape: $0.shape, scale: $0.scale)
    }
    let isBox = joint == nil && blocks.isEmpty
    return InputRegion(
      center: row(center, other.center), spread: row(spread, other.spread),
      joint: isBox
        ? nil
        : JointPerturbation(
          center: row(joint?.center ?? center, other.center),
          rest: row(joint?.rest ?? spread, blocks.isEmpty ? other.spread : features.rest),
          blocks: (joint?.blocks ?? []) + blocks))
  }

  var batch: Int { center.size(0) }
  var box: Box { corners ?? Box(lower: center - spread, upper: center + spread) }
  /// The largest magnitude of each feature.
  var magnitude: Tensor { center.magnitude() + spread }

  func cast(to dtype: DType) -> InputRegion {
    InputRegion(
      center: center.cast(to: dtype), spread: spread.cast(to: dtype),
      joint: joint?.cast(to: dtype), corners: corners)
  }

  /// Whether every feature varies by itself.
  var isBox: Bool { joint == nil }

  /// A box whose center and spread are made of these.
  ///
  /// - Precondition: the region is a box.
  func mapBox(_ change: (Tensor) -> Tensor) -> InputRegion {
    precondition(isBox, "only boxes are the product of their features' ranges")
    return InputRegion(center: change(center), spread: change(spread), joint: nil)
  }

  func rows(_ indices: Tensor) -> InputRegion {
    InputRegion(
      center: center.gathering(indices), spread: spread.gathering(indices),
      joint: joint?.rows(indices),
      corners: corners.map {
        Box(lower: $0.lower.gathering(indices), upper: $0.upper.gathering(indices))
      })
  }

  /// Returns the smallest value of each objective over the region.
  ///
  /// - Shape: coefficients `[batch or 1, rows] + features` to `[batch, rows]`.
  func minimum(of objectives: LinearObjectives) -> Tensor {
    let coefficients = objectives.coefficients.flattened(from: 2)
    func row(_ x: Tensor) -> Tensor { x.flattenedRows().expandedDimension(at: 1) }
    let least =
      objectives.constants
      + coefficients.dot(positive: row(center - spread), negative: row(center + spread))
    let boxed: Tensor
    if least.dtype == .float64 {
      let size = row(magnitude)
      boxed =
        least
        - (coefficients.dot(positive: size, negative: -size) + objectives.constants.magnitude())
        * Rounding.sum(coefficients.size(2) + 10)
    } else {
      boxed = least
    }
    return joint.map { boxed.maximum($0.minimum(of: objectives)) } ?? boxed
  }

  /// Returns, for each objective, the point of the region where it is smallest.
  ///
  /// - Shape: `[batch or 1, rows] + features` to `[batch, rows] + features`.
  func minimizer(of coefficients: Tensor) -> Tensor {
    guard let joint else {
      return center.expandedDimension(at: 1) - coefficients.sign() * spread.expandedDimension(at: 1)
    }
    return joint.minimizer(of: coefficients)
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
