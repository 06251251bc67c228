import Tensors

/// Every input at a Euclidean distance of at most `radius` from a center, cut to a legal domain.
public struct L2Ball: PerturbationSet, Hashable {
  public static let name = "l2"
  public let radius: Float
  public let domain: ClosedRange<Float>

  /// - Throws: `PerturbationError.invalidRadius` if `radius` is negative, infinite or NaN.
  public init(radius: Float, domain: ClosedRange<Float> = 0...1) throws(PerturbationError) {
    self.radius = try checkedRadius(radius)
    self.domain = domain
  }

  public func resized(to radius: Float) throws(PerturbationError) -> L2Ball {
    try L2Ball(radius: radius, domain: domain)
  }

  /// Returns `candidate`, drawn straight toward the center until it lies in the ball, then cut to
  /// the domain.
  ///
  /// Cutting only shortens moves from a center inside the domain, so the result lies in both; it is
  /// the nearest such point where the domain does not bind.
  public func projection(of candidate: Tensor, around center: Tensor) -> Tensor {
    let move = candidate - center
    let length = move.rowNorm(order: 2)
    let scale = (length.filled(with: Double(radius)) / length.clamped(from: 1e-30)).clamped(
      through: 1)
    return (center + move * move.aligned(scale)).clamped(to: domain)
  }

  /// Returns a point spread evenly over the ball, then cut to the domain.
  public func randomPoint(
    around center: Tensor, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let direction = Tensor.normal(center.shape, using: &generator)
    let features = Double(center.count / max(1, center.size(0)))
    let share = Tensor.uniform([center.size(0)], using: &generator).power(1 / features) * radius
    let scale = share / direction.rowNorm(order: 2).clamped(from: 1e-30)
    return (center + direction * center.aligned(scale)).clamped(to: domain)
  }

  public func steepestStep(along gradient: Tensor) -> Tensor {
    gradient * gradient.aligned(radius / gradient.rowNorm(order: 2).clamped(from: 1e-30))
  }

  public func distance(of candidate: Tensor, from center: Tensor) -> Tensor {
    (candidate - center).rowNorm(order: 2)
  }

  public func dualNorm(of rows: Tensor) -> Tensor { rows.rowNorm(order: 2) }

  public func box(around center: Tensor) -> Box {
    Box(
      lower: (center - radius).clamped(to: domain), upper: (center + radius).clamped(to: domain))
  }
}
