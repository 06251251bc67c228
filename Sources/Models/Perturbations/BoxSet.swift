import Tensors

/// Every input between two corners, whatever the center: different widths for different features.
///
/// - Shape: both corners are one example, or one for each row.
public struct BoxSet: PerturbationSet {
  public static let name = "box"
  public let lower: Tensor
  public let upper: Tensor
  public let domain: ClosedRange<Float>
  /// The scale of the box; 1 for the corners that it was made with.
  public let radius: Float
  private let middle: Tensor
  private let spread: Tensor

  /// - Throws: `PerturbationError.emptyDomain` if a lower corner lies above the upper one or is
  ///   NaN.
  /// - Precondition: the corners have one shape.
  public init(lower: Tensor, upper: Tensor) throws(PerturbationError) {
    precondition(lower.shape == upper.shape, "corners of shapes \(lower.shape) and \(upper.shape)")
    guard (lower .<= upper).all().booleans[0], lower.isFinite.all().booleans[0],
      upper.isFinite.all().booleans[0]
    else {
      throw .emptyDomain(lower: Float(lower.max().item()), upper: Float(upper.min().item()))
    }
    self.init(middle: (lower + upper) * 0.5, spread: (upper - lower) * 0.5, radius: 1)
  }

  private init(middle: Tensor, spread: Tensor, radius: Float) {
    (self.middle, self.spread, self.radius) = (middle, spread, radius)
    (lower, upper) = (middle - spread * radius, middle + spread * radius)
    domain = Float(lower.min().item())...Float(upper.max().item())
  }

  /// Returns a box of the same middle, `radius` times as wide as the one first made.
  public func resized(to radius: Float) throws(PerturbationError) -> BoxSet {
    BoxSet(middle: middle, spread: spread, radius: try checkedRadius(radius))
  }

  public func projection(of candidate: Tensor, around center: Tensor) -> Tensor {
    candidate.clamped(from: lower, through: upper)
  }

  public func randomPoint(
    around center: Tensor, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    lower + (upper - lower) * Tensor.uniform(center.shape, using: &generator)
  }

  public func steepestStep(along gradient: Tensor) -> Tensor { gradient.sign() * spread * radius }

  /// Returns how far each row lies from the box's middle, 1 being the corner of the box first made.
  public func distance(of candidate: Tensor, from center: Tensor) -> Tensor {
    ((candidate - middle).magnitude() / spread.clamped(from: 1e-12)).rowNorm(order: .infinity)
  }

  public func dualNorm(of rows: Tensor) -> Tensor { (rows * spread).rowNorm(order: 1) }

  public func box(around center: Tensor) -> Box {
    Box(lower: lower.broadcast(to: center.shape), upper: upper.broadcast(to: center.shape))
  }
}
