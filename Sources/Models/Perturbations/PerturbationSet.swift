import Tensors

/// What may be done to an input, and how far: a set of points around each center.
///
/// Attacks, certificates, robust training and smoothing take the same values, so that an attack's upper bound and a
/// certificate's lower bound are about the same set.
///
/// - Shape: centers and candidates are `[batch] + features`; results keep the shape they are given.
/// - Units: input units.
public protocol PerturbationSet: Sendable {
  /// The size of the set, in the units of its norm.
  var radius: Float { get }
  /// The values that a feature may take.
  var domain: ClosedRange<Float> { get }
  /// What the set is called in tables and files, such as `linf`.
  static var name: String { get }

  /// Returns the same kind of set with another size.
  ///
  /// - Throws: `PerturbationError.invalidRadius`.
  func resized(to radius: Float) throws(PerturbationError) -> Self

  /// Returns a point of the set near `candidate`; a candidate in the set is returned as it is.
  func projection(of candidate: Tensor, around center: Tensor) -> Tensor

  /// Returns a random point of the set.
  func randomPoint(around center: Tensor, using generator: inout some RandomNumberGenerator)
    -> Tensor

  /// Returns the move, as long as the set is wide, that raises a function of this gradient most.
  func steepestStep(along gradient: Tensor) -> Tensor

  /// Returns how far each candidate is from its center, in the set's norm; shape `[batch]`.
  func distance(of candidate: Tensor, from center: Tensor) -> Tensor

  /// Returns the dual norm of each row: the most that `row · move` can be over moves of length 1.
  func dualNorm(of rows: Tensor) -> Tensor

  /// Returns the smallest box that holds the set.
  func box(around center: Tensor) -> Box
}

extension PerturbationSet {
  /// Returns, for each row, whether the candidate lies in the set, up to rounding.
  public func contains(
    _ candidate: Tensor, around center: Tensor, tolerance: Float = 1e-5
  ) -> Tensor {
    let rows = candidate.flattenedRows()
    let isLegal =
      (rows .>= (domain.lowerBound - tolerance)).all(axes: [1])
      .& (rows .<= (domain.upperBound + tolerance)).all(axes: [1])
    let isNear = distance(of: candidate, from: center) .<= (radius + tolerance * max(1, radius))
    return isLegal .& isNear
  }
}

/// Why a perturbation set does not exist.
public enum PerturbationError: Error, Equatable, CustomStringConvertible {
  case invalidRadius(Float)
  case emptyDomain(lower: Float, upper: Float)

  public var description: String {
    switch self {
    case .invalidRadius(let radius):
      "A radius of \(radius) makes no set; it must be a number that is not negative."
    case .emptyDomain(let lower, let upper): "No value lies between \(lower) and \(upper)."
    }
  }
}

/// Lower and upper corners of a box for each row of a batch.
public struct Box: Sendable {
  public let lower: Tensor
  public let upper: Tensor

  /// - Precondition: the shapes are equal.
  public init(lower: Tensor, upper: Tensor) {
    precondition(lower.shape == upper.shape, "corners of shapes \(lower.shape) and \(upper.shape)")
    (self.lower, self.upper) = (lower, upper)
  }

  public var center: Tensor { (lower + upper) * 0.5 }
  public var spread: Tensor { (upper - lower) * 0.5 }

  /// Returns a point whose features each lie at one of the two ends.
  public func randomCorner(using generator: inout some RandomNumberGenerator) -> Tensor {
    let isUpper = Tensor.uniform(lower.shape, using: &generator) .< 0.5
    return Tensor.choosing(upper, where: isUpper, otherwise: lower)
  }
}

func checkedRadius(_ radius: Float) throws(PerturbationError) -> Float {
  guard radius >= 0, radius.isFinite else { throw .invalidRadius(radius) }
  return radius
}

extension Tensor {
  /// Numbers of shape `[batch]`, reshaped so that they broadcast against this tensor.
  func aligned(_ numbers: Tensor) -> Tensor {
    numbers.reshaped(to: [size(0)] + Shape(repeating: 1, count: rank - 1))
  }

  /// The norm of each row, of shape `[batch]`.
  func rowNorm(order: Double) -> Tensor { flattenedRows().norm(order: order, axes: [1]) }
}
