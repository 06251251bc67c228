import Networks
import Tensors

extension ElementwiseFunction {
  /// Returns linear lower and upper bounds of this function over an argument between the bounds
  /// `x`.
  ///
  /// Where the bounds are not finite, or the function has no value everywhere between them, slopes
  /// are NaN: nothing is known.
  ///
  /// - Soundness: in double precision, in real arithmetic; intercepts are moved outward by more
  ///   than rounding can take from them.
  /// - Source: "Efficient Neural Network Robustness Certification with General Activation
  ///   Functions" (2018), section 3.3, for the choice of tangents and chords.
  func relaxation(over x: Bounds) -> Relaxation {
    switch shape {
    case .kink(let kink): return .kink(kink, over: x).forEveryRow
    case .stepFunction(let below, let above):
      return Relaxation.stepFunction(below: below, above: above, over: x, evaluated).forEveryRow
    case .sign: return Relaxation.sign(over: x).forEveryRow
    case .curve(let convexity):
      let curve = Curve(value: evaluated, bounds: x)
      let lines = curve.lines(convexity).known(where: curve.isDefined(convexity))
      return lines.forEveryRow
    }
  }

  /// The slopes of the function's two rays, if it is made of two that meet at 0, so that knowing
  /// the argument's sign makes it linear.
  var kink: Kink? {
    if case .kink(let kink) = shape { kink } else { nil }
  }

  /// The shape of a function, which decides how it is relaxed.
  enum ActivationShape {
    case kink(Kink)
    case curve(Convexity)
    /// Never falls, and lies between `x - below` and `x + above`.
    case stepFunction(below: Double, above: Double)
    case sign

    /// The slope falls, rises, and falls again.
    static func bell(from first: Double, to last: Double) -> ActivationShape {
      .curve(.pieces([first, last], rises: [false, true, false]))
    }
  }

  var shape: ActivationShape {
    switch self {
    case .relu: .kink(Kink(left: 0, right: 1))
    case .leakyRelu(let slope): .kink(Kink(left: slope, right: 1))
    case .absolute: .kink(Kink(left: -1, right: 1))
    case .exp, .square, .softplus: .curve(.convex)
    case .log, .squareRoot: .curve(.concaveAboveZero)
    case .reciprocal: .curve(.power(-1))
    case .sigmoid, .tanh, .arctangent, .softsign, .errorFunction: .curve(.convexThenConcave)
    case .elu(let alpha) where 0...1 ~= alpha: .curve(.convex)
    case .celu: .curve(.convex)
    case .elu(let alpha): .curve(.pieces([0], rises: [alpha > 0, true]))
    case .selu(let alpha, let gamma): .curve(.pieces([0], rises: [alpha * gamma > 0, true]))
    case .silu: .bell(from: -2.399357280515468, to: 2.399357280515468)
    case .gelu(false): .bell(from: -2.0.squareRoot(), to: 2.0.squareRoot())
    case .gelu(true): .bell(from: -1.4286894276, to: 1.4286894276)
    case .mish: .bell(from: -2.2563944668, to: 1.4905768042)
    case .hardSwish: .bell(from: -3, to: 3)
    case .power(let exponent): .curve(.power(exponent))
    case .sine: .curve(.periodic(from: 0, hasPoles: false))
    case .cosine: .curve(.periodic(from: .pi / 2, hasPoles: false))
    case .tangent: .curve(.periodic(from: 0, hasPoles: true))
    case .floor: .stepFunction(below: 1, above: 0)
    case .ceiling: .stepFunction(below: 0, above: 1)
    case .round: .stepFunction(below: 0.5, above: 0.5)
    case .sign: .sign
    case .negate, .hardSigmoid, .clip, .not:
      preconditionFailure("'\(self)' is decomposed or refused before it is relaxed")
    }
  }
}

/// Two rays that meet at 0.
struct Kink: Sendable {
  let left: Double
  let right: Double

  /// The slope that lies so large a share of the way from the left ray's to the right one's.
  ///
  /// What rounding moves it beyond the rays is less than what a pass adds for rounding.
  func slope(at share: Tensor) -> Tensor {
    left == 0 && right == 1 ? share : share * (right - left) + left
  }
}

/// Where a smooth function is convex and where concave.
enum Convexity {
  case convex
  /// Concave, and without a value below 0.
  case concaveAboveZero
  /// Convex below 0, concave above.
  case convexThenConcave
  /// The power function of this exponent.
  case power(Double)
  /// The slope rises, or falls, between neighboring points of these, and before and after them.
  case pieces([Double], rises: [Bool])
  /// The slope turns at a point and at every multiple of π away from it; between two turns may be a
  /// pole.
  case periodic(from: Double, hasPoles: Bool)
}

extension Relaxation {
  /// The chord of two rays that meet at 0, and a line through their corner.
  ///
  /// - Source: "Efficient Neural Network Robustness Certification with General Activation
  ///   Functions" (2018), section 3.3: under an unstable kink the ray of the longer side.
  static func kink(_ kink: Kink, over x: Bounds) -> Relaxation {
    let (left, right) = (kink.left, kink.right)
    let (isRight, isLeft) = (x.lower .>= 0, x.upper .<= 0)
    func stable(_ open: Tensor) -> Tensor {
      Tensor.choosing(
        open.filled(with: right), where: isRight,
        otherwise: .choosing(open.filled(with: left), where: isLeft, otherwise: open))
    }
    let chord = (x.upper * right - x.lower * left) / (x.upper - x.lower)
    let isRightLonger = x.upper .> -x.lower
    let corner =
      Tensor.choosing(
        chord.filled(with: right), where: isRightLonger, otherwise: chord.filled(with: left))
      + chord * 0
    let isOpen = !(isRight .| isLeft)
    let low = x.lower * left - chord * x.lower
    let high = x.upper * right - chord * x.upper
    let steepest = max(1, abs(left), abs(right))
    let slack =
      (x.lower.magnitude() + x.upper.magnitude()) * (steepest * chord.dtype.slack)
    let isConvex = left <= right
    let middle = isConvex ? low.maximum(high) + slack : low.minimum(high) - slack
    let intercept = Tensor.choosing(middle, where: isOpen, otherwise: middle.zerosLike())
    let none = middle.zerosLike()
    return isConvex
      ? Relaxation(
        lowerSlopes: [stable(corner)], upperSlopes: [stable(chord)], lowerIntercept: none,
        upperIntercept: intercept, isOpen: left < right ? isOpen : nil)
      : Relaxation(
        lowerSlopes: [stable(chord)], upperSlopes: [stable(corner)], lowerIntercept: intercept,
        upperIntercept: none)
  }

  /// These lines where `condition` holds; elsewhere nothing is known.
  func known(where condition: Tensor) -> Relaxation {
    func known(_ x: Tensor) -> Tensor {
      Tensor.choosing(x, where: condition, otherwise: x.filled(with: .nan))
    }
    var copy = self
    copy.lowerSlopes = lowerSlopes.map(known)
    copy.upperSlopes = upperSlopes.map(known)
    return copy
  }
}
