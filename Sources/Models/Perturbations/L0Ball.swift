import Tensors

/// Every input that differs from a center in at most `radius` features, each of which may take any
/// legal value.
///
/// - Units: features, not input units; a radius is rounded down to an integer of them.
public struct L0Ball: PerturbationSet, Hashable {
  public static let name = "l0"
  public let radius: Float
  public let domain: ClosedRange<Float>

  /// - Throws: `PerturbationError.invalidRadius` if `radius` is negative, infinite or NaN.
  public init(radius: Float, domain: ClosedRange<Float> = 0...1) throws(PerturbationError) {
    self.radius = try checkedRadius(radius).rounded(.down)
    self.domain = domain
  }

  public func resized(to radius: Float) throws(PerturbationError) -> L0Ball {
    try L0Ball(radius: radius, domain: domain)
  }

  /// Returns the candidate with all but its largest changes undone, cut to the domain.
  public func projection(of candidate: Tensor, around center: Tensor) -> Tensor {
    let legal = candidate.clamped(to: domain)
    let move = (legal - center).flattenedRows()
    let mask = largest(of: move)
    return Tensor.choosing(legal, where: mask.reshaped(to: center.shape), otherwise: center)
  }

  /// Returns the center with that many features, picked at random, set to random legal values.
  public func randomPoint(
    around center: Tensor, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let mask = largest(of: .uniform(center.flattenedRows().shape, using: &generator))
    let range = Double(domain.lowerBound)...Double(domain.upperBound)
    let values = Tensor.uniform(center.shape, in: range, using: &generator)
    return Tensor.choosing(values, where: mask.reshaped(to: center.shape), otherwise: center)
  }

  /// Returns the step by the domain's width of the features of largest gradient.
  public func steepestStep(along gradient: Tensor) -> Tensor {
    let rows = gradient.flattenedRows()
    let width = domain.upperBound - domain.lowerBound
    let step = rows.sign() * width * largest(of: rows).cast(to: rows.dtype)
    return step.reshaped(to: gradient.shape)
  }

  public func distance(of candidate: Tensor, from center: Tensor) -> Tensor {
    (candidate - center).rowNorm(order: 0)
  }

  /// Returns the sum of the `radius` largest magnitudes, divided by the radius, times the domain's
  /// width.
  ///
  /// The set is no ball of a norm; this is what makes `radius * dualNorm` the most that `row ·
  /// move` can be.
  public func dualNorm(of rows: Tensor) -> Tensor {
    let flat = rows.flattenedRows().magnitude()
    let count = min(Int(radius), flat.size(1))
    guard count > 0 else { return .zeros([flat.size(0)]) }
    let width = domain.upperBound - domain.lowerBound
    return flat.topElements(count, axis: 1).values.sum(axes: [1]) * width / radius
  }

  public func box(around center: Tensor) -> Box {
    guard radius >= 1 else { return Box(lower: center, upper: center) }
    return Box(
      lower: center.filled(with: Double(domain.lowerBound)).minimum(center),
      upper: center.filled(with: Double(domain.upperBound)).maximum(center))
  }

  /// Returns booleans for the `radius` entries of largest magnitude in each row.
  private func largest(of rows: Tensor) -> Tensor {
    let count = min(Int(radius), rows.size(1))
    let none = rows.zerosLike()
    guard count > 0 else { return none.cast(to: .bool) }
    let places = rows.magnitude().topElements(count, axis: 1).indices
    let ones = Tensor.ones(places.shape, dtype: rows.dtype)
    return none.scattering(ones, at: places, axis: 1).cast(to: .bool)
  }
}
