import Networks
import Tensors

/// Linear lower and upper bounds of a step's value wherever its operands are within bounds.
///
/// - Shape: each tensor is `[batch or 1, rows or 1] + step`, so that every row of a linear
///   objective may have its own.
struct Relaxation: Sendable {
  /// One slope for each operand.
  var lowerSlopes: [Tensor]
  var upperSlopes: [Tensor]
  var lowerIntercept: Tensor
  var upperIntercept: Tensor
  /// Where the lower slope may be any number between those of the two rays without touching the
  /// intercept: at unstable convex kinks, such as ReLUs. Nil where no choice is open.
  var isOpen: Tensor?
  /// Between which points the lower line, and the upper one, may touch a curve wherever it does not
  /// by itself; no choice is open where the bounds are not in order, or nil.
  var lowerTangents: Bounds?
  var upperTangents: Bounds?

  func map(_ change: (Tensor) -> Tensor) -> Relaxation {
    Relaxation(
      lowerSlopes: lowerSlopes.map(change), upperSlopes: upperSlopes.map(change),
      lowerIntercept: change(lowerIntercept), upperIntercept: change(upperIntercept),
      isOpen: isOpen.map(change), lowerTangents: lowerTangents?.map(change),
      upperTangents: upperTangents?.map(change))
  }
}

/// The relaxation of a product of two matrices that both vary: planes for each product of elements,
/// of which only what sums need is kept.
struct MatmulRelaxation: Sendable {
  let left: Bounds
  let right: Bounds
}

/// The relaxation of a step.
enum StepRelaxation: Sendable {
  case planes(Relaxation)
  case matmul(MatmulRelaxation)
  /// Between two constants; `[batch] + step`.
  case box(Bounds)
}

extension StepRelaxation {
  func cast(to dtype: DType) -> StepRelaxation {
    switch self {
    case .planes(let planes):
      .planes(planes.map { $0.dtype.isFloatingPoint ? $0.cast(to: dtype) : $0 })
    case .matmul(let planes):
      .matmul(
        MatmulRelaxation(left: planes.left.cast(to: dtype), right: planes.right.cast(to: dtype)))
    case .box(let bounds): .box(bounds.cast(to: dtype))
    }
  }
}

/// Lower and upper bounds of one step, of shape `[batch] + step`, in the plan's arithmetic.
///
/// NaN and infinity mean that nothing is known.
struct Bounds: Sendable {
  var lower: Tensor
  var upper: Tensor

  func map(_ change: (Tensor) -> Tensor) -> Bounds {
    Bounds(lower: change(lower), upper: change(upper))
  }

  func cast(to dtype: DType) -> Bounds { map { $0.cast(to: dtype) } }

  /// The points between the bounds that are nearest to these.
  func nearest(to x: Tensor) -> Tensor { x.maximum(lower).minimum(upper) }

  /// What both know; where one knows nothing, the other.
  func meeting(_ other: Bounds) -> Bounds {
    Bounds(
      lower: Tensor.choosing(other.lower, where: other.lower .> lower, otherwise: lower)
        .replacing(with: other.lower, where: lower.isNaN),
      upper: Tensor.choosing(other.upper, where: other.upper .< upper, otherwise: upper)
        .replacing(with: other.upper, where: upper.isNaN))
  }

  var magnitude: Tensor { lower.magnitude().maximum(upper.magnitude()) }
}

extension LinearRule {
  /// Returns the relaxation of a step whose operands lie within `bounds`, or nil if it is exact.
  func relaxation(over bounds: [Bounds]) -> StepRelaxation? {
    switch self {
    case .source, .constant, .affine, .sum, .concatenation: return nil
    case .activation(let function): return .planes(function.relaxation(over: bounds[0]))
    case .product: return .planes(.product(bounds[0], bounds[1]))
    case .matmul: return .matmul(MatmulRelaxation(left: bounds[0], right: bounds[1]))
    case .gate(let factor): return .planes(.gate(factor, over: bounds[0]))
    case .choice: return .planes(.choice(bounds[0], bounds[1], bounds[2]))
    case .interval(let operation): return .box(operation.bounds(over: bounds))
    }
  }
}

extension Relaxation {
  /// McCormick planes under and over `x · y` that touch it along two edges of the box.
  ///
  /// - Source: "Computability of Global Solutions to Factorable Nonconvex Programs: Part I" (1976).
  static func product(_ x: Bounds, _ y: Bounds) -> Relaxation {
    let (low, high) = (x.lower * y.lower, x.lower * y.upper)
    return Relaxation(
      lowerSlopes: [y.lower, x.lower], upperSlopes: [y.upper, x.lower],
      lowerIntercept: -(low + low.magnitude() * low.dtype.slack),
      upperIntercept: -(high - high.magnitude() * high.dtype.slack)
    ).forEveryRow
  }

  /// Chords over and under a number times a factor between two bounds.
  ///
  /// What such products reach is bent at 0 only: the chords are the tightest lines there are.
  ///
  /// - Source: "Efficiently Computing Local Lipschitz Constants of Neural Networks via Bound
  ///   Propagation" (2022), section 3.3.
  static func gate(_ factor: Bounds, over x: Bounds) -> Relaxation {
    func line(_ below: Tensor, _ above: Tensor, _ isUpper: Bool) -> (
      slope: Tensor, intercept: Tensor
    ) {
      func value(_ x: Tensor) -> Tensor {
        Tensor.choosing(above, where: x .> 0, otherwise: below) * x
      }
      let (first, last) = (value(x.lower), value(x.upper))
      let width = x.upper - x.lower
      let slope = Tensor.choosing((last - first) / width, where: width .> 0, otherwise: above)
      let (low, high) = (first - slope * x.lower, last - slope * x.upper)
      let slack =
        (first.magnitude() + last.magnitude() + slope.magnitude() * x.magnitude)
        * (slope.dtype.slack * 4)
      return (slope, isUpper ? low.maximum(high) + slack : low.minimum(high) - slack)
    }
    let lower = line(factor.upper, factor.lower, false)
    let upper = line(factor.lower, factor.upper, true)
    return Relaxation(
      lowerSlopes: [lower.slope], upperSlopes: [upper.slope], lowerIntercept: lower.intercept,
      upperIntercept: upper.intercept
    ).forEveryRow
  }

  /// With an axis for the rows of an objective.
  var forEveryRow: Relaxation {
    Relaxation(
      lowerSlopes: lowerSlopes.map { $0.expandedDimension(at: 1) },
      upperSlopes: upperSlopes.map { $0.expandedDimension(at: 1) },
      lowerIntercept: lowerIntercept.expandedDimension(at: 1),
      upperIntercept: upperIntercept.expandedDimension(at: 1),
      isOpen: isOpen?.expandedDimension(at: 1),
      lowerTangents: lowerTangents?.map { $0.expandedDimension(at: 1) },
      upperTangents: upperTangents?.map { $0.expandedDimension(at: 1) })
  }
}

extension DType {
  /// What an intercept is moved outward by, relative to what it is made of: in double precision
  /// more than rounding can take from it; in single precision nothing, because such bounds are only
  /// searched with.
  var slack: Double { self == .float64 ? 0x1p-48 : 0 }
}
