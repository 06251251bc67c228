import Tensors

/// Every input whose features each differ from a center by at most `radius`, cut to a legal domain.
///
/// - Units: input units. For images scaled to `0...1`, a radius of `8 / 255` is eight gray levels.
/// - Source: "Explaining and Harnessing Adversarial Examples" (2014), section 3.
public struct LinfBall: PerturbationSet, Hashable {
  public static let name = "linf"
  public let radius: Float
  public let domain: ClosedRange<Float>

  /// - Throws: `PerturbationError.invalidRadius` if `radius` is negative, infinite or NaN.
  public init(radius: Float, domain: ClosedRange<Float> = 0...1) throws(PerturbationError) {
    self.radius = try checkedRadius(radius)
    self.domain = domain
  }

  public func resized(to radius: Float) throws(PerturbationError) -> LinfBall {
    try LinfBall(radius: radius, domain: domain)
  }

  /// Returns the point of the set that is nearest to `candidate` in every feature.
  public func projection(of candidate: Tensor, around center: Tensor) -> Tensor {
    candidate.clamped(from: center - radius, through: center + radius).clamped(to: domain)
  }

  public func randomPoint(
    around center: Tensor, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let move = Tensor.uniform(center.shape, in: -1...1, using: &generator) * radius
    return (center + move).clamped(to: domain)
  }

  public func steepestStep(along gradient: Tensor) -> Tensor { gradient.sign() * radius }

  public func distance(of candidate: Tensor, from center: Tensor) -> Tensor {
    (candidate - center).rowNorm(order: .infinity)
  }

  public func dualNorm(of rows: Tensor) -> Tensor { rows.rowNorm(order: 1) }

  public func box(around center: Tensor) -> Box {
    Box(
      lower: (center - radius).clamped(to: domain), upper: (center + radius).clamped(to: domain))
  }
}
