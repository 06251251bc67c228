import Tensors

/// What may be done to an input, and how far: a set of points around each center.
///
/// Attacks, certificates, robust training and smoothing take the same values, so that an attack's
/// upper bound and a certificate's lower bound are about the same set.
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
  ///
  /// - Soundness: what is accepted lies in the set's box, rounded outward, over which certificates
  ///   are computed: a candidate that rounding moved out of the set cannot contradict one.
  public func contains(
    _ candidate: Tensor, around center: Tensor, tolerance: Float = 1e-5
  ) -> Tensor {
    let box = box(around: center).roundedOutward()
    let place = candidate.cast(to: .float64)
    let isBoxed = ((place .>= box.lower) .& (place .<= box.upper)).flattenedRows().all(axes: [1])
    let isLegal =
      ((place .>= (domain.lowerBound - tolerance)) .& (place .<= (domain.upperBound + tolerance)))
      .flattenedRows().all(axes: [1])
    let isNear = distance(of: candidate, from: center) .<= (radius + tolerance * max(1, radius))
    return isBoxed .& isLegal .& isNear
  }

  /// Returns, for each row, whether the set holds anything: its center may lie too far outside its
  /// domain.
  public func isInhabited(around center: Tensor) -> Tensor {
    contains(projection(of: center, around: center), around: center)
  }

  /// - Throws: `PerturbationError.empty` if there is nothing around one of the centers.
  public func checkInhabited(around center: Tensor) throws(PerturbationError) {
    let empty = isInhabited(around: center).booleans.count { !$0 }
    guard empty == 0 else {
      throw .empty(centers: empty, domain: domain)
    }
  }
}

/// Why a perturbation set does not exist.
public enum PerturbationError: Error, Equatable, CustomStringConvertible {
  case invalidRadius(Float)
  case emptyDomain(lower: Float, upper: Float)
  /// Around so many inputs there is nothing of the set.
  case empty(centers: Int, domain: ClosedRange<Float>)

  public var description: String {
    switch self {
    case .invalidRadius(let radius):
      "A radius of \(radius) makes no set; it must be a number that is not negative."
    case .emptyDomain(let lower, let upper): "No value lies between \(lower) and \(upper)."
    case .empty(let centers, let domain):
      "\(centers) of the inputs lie too far outside the valid range "
        + "\(domain.lowerBound) to \(domain.upperBound). Are inputs scaled otherwise?"
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

  /// The box in double precision, larger by what points and corners computed in single precision
  /// may have lost.
  ///
  /// A feature whose ends are one number has lost nothing: it stays that number.
  public func roundedOutward() -> Box {
    let (low, high) = (lower.cast(to: .float64), upper.cast(to: .float64))
    guard lower.dtype == .float32 else { return Box(lower: low, upper: high) }
    let slack = low.magnitude().maximum(high.magnitude()) * 0x1p-20
    let isPoint = low .== high
    return Box(
      lower: Tensor.choosing(low, where: isPoint, otherwise: low - slack),
      upper: Tensor.choosing(high, where: isPoint, otherwise: high + slack))
  }

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
  package func aligned(_ numbers: Tensor) -> Tensor {
    numbers.reshaped(to: [size(0)] + Shape(repeating: 1, count: rank - 1))
  }

  /// The norm of each row, of shape `[batch]`.
  func rowNorm(order: Double) -> Tensor { flattenedRows().norm(order: order, axes: [1]) }
}
