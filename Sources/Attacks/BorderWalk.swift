import Foundation
import Models
import Tensors

/// Points of a batch on the border of their decisions, as `HopSkipJump` and `BoundaryAttack` move them.
///
/// All examples that have a start ask the same number of queries; the budget is counted for each.
struct BorderWalk<Model: DecisionOracle> {
  /// The nearest misclassified point of each example; the input itself where there is none.
  private(set) var nearest: Tensor
  /// The examples that have a misclassified point.
  private(set) var rows: Tensor

  private let model: Model
  private let labels: Tensor
  private let inputs: Tensor
  let domain: ClosedRange<Float>
  private let isLargestChange: Bool
  private let features: Double
  /// How many queries an example may still ask.
  private var budget: Int
  /// The current point of each example in `rows`, and how far it was before the last bisection.
  var points: Tensor
  private var lengths: Tensor

  init(
    _ model: Model, from inputs: Tensor, labels: Tensor, domain: ClosedRange<Float>,
    isLargestChange: Bool, budget: Int
  ) throws {
    (self.model, self.inputs, self.labels, self.domain) = (model, inputs, labels, domain)
    (self.isLargestChange, self.budget) = (isLargestChange, budget - 1)
    features = Double(inputs.count / max(1, inputs.size(0)))
    nearest = inputs
    let standing = (Tensor(try model.labels(of: inputs)) .== labels).indicesOfTrue()
    rows = standing
    points = inputs.gathering(standing)
    lengths = Tensor.zeros([standing.count])
  }

  /// Looks for a random point of the domain that is misclassified, for each example; those without
  /// one are left alone.
  mutating func start(tries: Int, using generator: inout some RandomNumberGenerator) throws {
    var found = Tensor.full(0, [rows.count]).cast(to: .bool)
    for _ in 0..<tries where budget > 0 && rows.count > 0 && !found.all().booleans[0] {
      budget -= 1
      let noise = Tensor.uniform(
        points.shape, in: Double(domain.lowerBound)...Double(domain.upperBound),
        dtype: points.dtype, using: &generator)
      let isNew = try isFooled(noise, rows) .& !found
      points = Tensor.choosing(noise, where: points.aligned(isNew), otherwise: points)
      found = (found .| isNew)
    }
    keep(found.indicesOfTrue())
  }

  /// Brings each point to the border between it and the input.
  mutating func bisect(tolerance: Double) throws {
    guard rows.count > 0 else { return }
    let center = inputs.gathering(rows)
    lengths = length(points - center)
    // For the largest change, a share is a bound of each feature's change.
    var high = isLargestChange ? lengths : Tensor.ones([rows.count])
    var low = high.zerosLike()
    let width =
      tolerance / (isLargestChange ? features * features : features * features.squareRoot())
    let threshold =
      isLargestChange ? (high * width).clamped(through: width) : high.filled(with: width)
    func blend(_ share: Tensor) -> Tensor {
      let move = points - center
      guard isLargestChange else { return center + move * points.aligned(share) }
      return center + move.maximum(-points.aligned(share)).minimum(points.aligned(share))
    }
    while budget > 0, ((high - low) .> threshold).any().booleans[0] {
      let middle = (low + high) * 0.5
      // Halving ends where numbers do.
      guard ((middle .> low) .& (middle .< high)).any().booleans[0] else { break }
      budget -= 1
      let isOut = try isFooled(blend(middle), rows)
      high = Tensor.choosing(middle, where: isOut, otherwise: high)
      low = Tensor.choosing(low, where: isOut, otherwise: middle)
    }
    points = blend(high)
    note()
  }

  /// Estimates the border's normal by noisy copies, steps along it, and bisects.
  ///
  /// - Returns: whether there was budget for it.
  mutating func step(
    round: Int, copies: Int, tolerance: Double, using generator: inout some RandomNumberGenerator
  ) throws -> Bool {
    let copies = min(copies, budget - 1)
    guard copies > 0 else { return false }
    let center = inputs.gathering(rows)
    let normal = try normal(round: round, copies: copies, tolerance: tolerance, using: &generator)
    budget -= copies
    var size = length(points - center) / Double(round).squareRoot()
    var stepped = points
    var isLeft = Tensor.ones([rows.count]).cast(to: .bool)
    while budget > 0, isLeft.any().booleans[0] {
      budget -= 1
      let proposal = (points + normal * points.aligned(size)).clamped(to: domain)
      let isOut = try isFooled(proposal, rows) .& isLeft
      stepped = Tensor.choosing(proposal, where: points.aligned(isOut), otherwise: stepped)
      isLeft = (isLeft .& !isOut)
      size = size * 0.5
      // A step that rounds to none stays where it is.
      isLeft = (isLeft .& (size .> 1e-9))
    }
    points = stepped
    try bisect(tolerance: tolerance)
    return true
  }

  /// The direction in which decisions turn wrong, of unit length, or its signs for the largest
  /// change.
  private func normal(
    round: Int, copies: Int, tolerance: Double, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let count = rows.count
    let reach = noiseReach(round: round, tolerance: tolerance)
    let shape: Shape = [count, copies] + Shape(points.shape.dropFirst())
    let noise =
      isLargestChange
      ? Tensor.uniform(shape, in: -1...1, dtype: points.dtype, using: &generator)
      : Tensor.normal(shape, dtype: points.dtype, using: &generator)
    let flat = noise.reshaped(to: [count, copies, -1])
    let unit = flat / flat.norm(axes: [2], keepingAxes: true).clamped(from: 1e-30)
    let center = points.flattenedRows().expandedDimension(at: 1)
    let wide = reach.reshaped(to: [count, 1, 1])
    let noisy = (center + unit * wide).clamped(to: domain)
    let moves = (noisy - center) / wide
    let asked = noisy.reshaped(to: [count * copies] + Shape(points.shape.dropFirst()))
    let isOut = try isFooled(asked, rows.repeatingElements(copies, axis: 0))
      .cast(to: points.dtype).reshaped(to: [count, copies, 1])
    let signs = isOut * 2 - 1
    let mean = signs.mean(axes: [1], keepingAxes: true)
    // Copies on one side alone tell by where they are, others by how they differ from the mean.
    let isOneSided = mean.magnitude() .>= 1
    let weights = Tensor.choosing(signs, where: isOneSided, otherwise: signs - mean)
    let sum = (weights * moves).mean(axes: [1])
    let direction =
      isLargestChange
      ? sum.sign() : sum / sum.norm(axes: [1], keepingAxes: true).clamped(from: 1e-30)
    return direction.reshaped(to: points.shape)
  }

  /// The inputs of the examples in `rows`.
  var centers: Tensor { inputs.gathering(rows) }

  /// Takes queries of each example from the budget; false, and none, if there are not as many.
  mutating func spend(_ queries: Int) -> Bool {
    guard queries <= budget else { return false }
    budget -= queries
    return true
  }

  /// How far noisy copies are from their point.
  private func noiseReach(round: Int, tolerance: Double) -> Tensor {
    let width = Double(domain.upperBound) - Double(domain.lowerBound)
    guard round > 1 else { return lengths.filled(with: 0.1 * width) }
    return (lengths * (tolerance / features)).clamped(from: 1e-9)
  }

  func isFooled(_ candidates: Tensor, _ places: Tensor) throws -> Tensor {
    Tensor(try model.labels(of: candidates)) .!= labels.gathering(places)
  }

  func length(_ moves: Tensor) -> Tensor {
    moves.flattenedRows().norm(order: isLargestChange ? .infinity : 2, axes: [1])
  }

  /// Keeps points that are nearer than those before.
  mutating func note() {
    let center = inputs.gathering(rows)
    let before = nearest.gathering(rows)
    let (new, old) = (length(points - center), length(before - center))
    let isBetter = (old .== 0) .| (new .< old)
    nearest = nearest.replacingRows(
      at: rows, with: Tensor.choosing(points, where: points.aligned(isBetter), otherwise: before))
  }

  private mutating func keep(_ places: Tensor) {
    rows = rows.gathering(places)
    (points, lengths) = (points.gathering(places), lengths.gathering(places))
    nearest = nearest.replacingRows(at: rows, with: points)
  }
}
