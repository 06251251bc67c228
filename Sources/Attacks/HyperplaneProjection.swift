import Models
import Tensors

/// The shortest moves of points onto hyperplanes that stay within a domain.
///
/// - Source: "Minimally distorted Adversarial Examples with a Fast Adaptive Boundary Attack" (2019),
///   section 3.1 and appendix A.
struct HyperplaneProjection {
  /// What makes a move short.
  let norm: PerturbationNorm
  let domain: ClosedRange<Float>

  /// The length of each row.
  func length(_ moves: Tensor) -> Tensor {
    let order: Double =
      switch norm {
      case .l0, .l1: 1
      case .l2: 2
      case .linf: .infinity
      }
    return moves.norm(order: order, axes: [1])
  }

  /// Returns the move of each row onto its hyperplane `normal · x = offset`, or as near to it as the
  /// domain allows.
  ///
  /// Every norm moves features as far as they go, in some order; sorted by that order, the sums of
  /// what they give are known, and with them how far the move goes.
  ///
  /// - Shape: `points` and `normals` `[rows, features]`, `offsets` `[rows]`; points lie in the domain.
  func callAsFunction(_ points: Tensor, normals: Tensor, offsets: Tensor) -> Tensor {
    let lead = (points * normals).sum(axes: [1]) - offsets
    // Along this the lead falls.
    let way = -normals * lead.sign().expandedDimension(at: 1)
    let weights = way.magnitude()
    let room = Tensor.choosing(
      points.filled(with: Double(domain.upperBound)) - points, where: way .> 0,
      otherwise: points - Double(domain.lowerBound))
    let need = lead.magnitude().expandedDimension(at: 1)
    let sizes =
      switch norm {
      // A norm that counts features is no norm; the sparsest that is one takes its place.
      case .l0, .l1: sparse(weights, room, need)
      case .l2: spread(weights, rates: weights, room, need)
      case .linf: spread(weights, rates: weights.onesLike(), room, need)
      }
    return way.sign() * sizes
  }

  /// Sizes `min(λ · rate, room)` whose weighted sum is `need`.
  private func spread(_ weights: Tensor, rates: Tensor, _ room: Tensor, _ need: Tensor) -> Tensor {
    // Where a rate is zero nothing moves; it may stand last.
    let breaks = (room / rates.clamped(from: 1e-30)).clamped(to: 0...1e30)
    let (ends, order) = breaks.sorted(axis: 1)
    let given = (weights * room).gatheringElements(order, axis: 1).cumulativeSum(axis: 1)
    let gains = (weights * rates).gatheringElements(order, axis: 1)
    let left = (gains.sum(axes: [1], keepingAxes: true) - gains.cumulativeSum(axis: 1))
      .clamped(from: 0)
    // What all features give when the k-th has reached its end, for each k.
    let reached = given + ends * left
    let count = (reached .< need).cast(to: .int64).sum(axes: [1], keepingAxes: true)
    let last = Tensor(scalar: weights.size(1) - 1)
    let before = (count - 1).maximum(Tensor(scalar: 0))
    let isFirst = count .== 0
    let spent = given.gatheringElements(before.minimum(last), axis: 1)
    let remaining = left.gatheringElements(before.minimum(last), axis: 1)
    let whole = gains.sum(axes: [1], keepingAxes: true)
    let scale =
      (need - Tensor.choosing(spent.zerosLike(), where: isFirst, otherwise: spent))
      / Tensor.choosing(whole, where: isFirst, otherwise: remaining).clamped(from: 1e-30)
    let isOut = count .> last
    let sizes = (rates * scale.clamped(from: 0)).minimum(room)
    return Tensor.choosing(room, where: isOut, otherwise: sizes)
  }

  /// Sizes that use the features of the largest weights up to their ends, until `need` is met.
  private func sparse(_ weights: Tensor, _ room: Tensor, _ need: Tensor) -> Tensor {
    let (heavy, order) = weights.sorted(axis: 1, descending: true)
    let ends = room.gatheringElements(order, axis: 1)
    let gives = heavy * ends
    let before = gives.cumulativeSum(axis: 1) - gives
    let sizes = ((need - before).clamped(from: 0) / heavy.clamped(from: 1e-30)).minimum(ends)
    return weights.zerosLike().scattering(sizes, at: order, axis: 1)
  }
}
