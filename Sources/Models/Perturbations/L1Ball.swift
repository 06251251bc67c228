import Tensors

/// Every input whose features together differ from a center by at most `radius`, cut to a legal
/// domain.
public struct L1Ball: PerturbationSet, Hashable {
  public static let name = "l1"
  public let radius: Float
  public let domain: ClosedRange<Float>

  /// - Throws: `PerturbationError.invalidRadius` if `radius` is negative, infinite or NaN.
  public init(radius: Float, domain: ClosedRange<Float> = 0...1) throws(PerturbationError) {
    self.radius = try checkedRadius(radius)
    self.domain = domain
  }

  public func resized(to radius: Float) throws(PerturbationError) -> L1Ball {
    try L1Ball(radius: radius, domain: domain)
  }

  /// Returns the nearest point of the ball, then cut to the domain, which only shortens moves.
  ///
  /// - Source: "Efficient Projections onto the l1-Ball for Learning in High Dimensions" (2008),
  ///   figure 1.
  public func projection(of candidate: Tensor, around center: Tensor) -> Tensor {
    let move = (candidate - center).flattenedRows()
    let sizes = move.magnitude()
    let sorted = sizes.sorted(axis: 1, descending: true).values
    let excess = sorted.cumulativeSum(axis: 1) - radius
    let ranks = Tensor.range(1..<move.size(1) + 1, dtype: move.dtype)
    let isKept = (sorted * ranks .> excess).cast(to: .int64)
    let last = (isKept.sum(axes: [1], keepingAxes: true) - 1).maximum(Tensor(scalar: 0))
    let threshold =
      excess.gatheringElements(last, axis: 1) / (last + 1).cast(to: move.dtype)
    let shrunk = (sizes - threshold.clamped(from: 0)).relu() * move.sign()
    let isInside = sizes.sum(axes: [1], keepingAxes: true) .<= radius
    let result = Tensor.choosing(move, where: isInside, otherwise: shrunk)
    return (center + result.reshaped(to: center.shape)).clamped(to: domain)
  }

  /// Returns a point spread evenly over the ball, then cut to the domain.
  ///
  /// - Source: "A probabilistic approach to the geometry of the lⁿₚ-ball" (2005), theorem 1.
  public func randomPoint(
    around center: Tensor, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    func exponential(_ shape: Shape) -> Tensor {
      -Tensor.uniform(shape, in: 1e-7...1, using: &generator).log()
    }
    let rows = center.flattenedRows()
    let sizes = exponential(rows.shape)
    let signs = Tensor.uniform(rows.shape, in: -1...1, using: &generator).sign()
    let total = sizes.sum(axes: [1], keepingAxes: true) + exponential([rows.size(0), 1])
    let move = sizes * signs / total * radius
    return (center + move.reshaped(to: center.shape)).clamped(to: domain)
  }

  /// Returns the step that spends the whole radius on the feature of largest gradient.
  public func steepestStep(along gradient: Tensor) -> Tensor {
    let rows = gradient.flattenedRows()
    let place = rows.magnitude().argmax(axis: 1, keepingAxes: true)
    let signs = rows.gatheringElements(place, axis: 1).sign() * radius
    return rows.zerosLike().scattering(signs, at: place, axis: 1).reshaped(to: gradient.shape)
  }

  public func distance(of candidate: Tensor, from center: Tensor) -> Tensor {
    (candidate - center).rowNorm(order: 1)
  }

  public func dualNorm(of rows: Tensor) -> Tensor { rows.rowNorm(order: .infinity) }

  public func box(around center: Tensor) -> Box {
    Box(
      lower: (center - radius).clamped(to: domain), upper: (center + radius).clamped(to: domain))
  }
}
