/// A number that may stand beside a tensor in arithmetic, without changing a floating-point
/// tensor's type.
public protocol TensorScalar: Sendable {
  /// The number, kept whole where it is whole.
  var asScalar: Scalar { get }
}

/// A number that keeps whether it is whole, because that decides the type of integer arithmetic.
public enum Scalar: Sendable, Hashable {
  case integer(Int)
  case real(Double)

  var argument: Argument {
    switch self {
    case .integer(let value): .integer(value)
    case .real(let value): .real(value)
    }
  }
}

extension Int: TensorScalar { public var asScalar: Scalar { .integer(self) } }
extension Float: TensorScalar { public var asScalar: Scalar { .real(Double(self)) } }
extension Double: TensorScalar { public var asScalar: Scalar { .real(self) } }

extension Operator {
  fileprivate static let addProduct = Operator("addcmul")
  fileprivate static let add = Operator("add", "Tensor")
  fileprivate static let addScalar = Operator("add", "Scalar")
  fileprivate static let subtract = Operator("sub", "Tensor")
  fileprivate static let subtractScalar = Operator("sub", "Scalar")
  fileprivate static let subtractFrom = Operator("rsub", "Scalar")
  fileprivate static let multiply = Operator("mul", "Tensor")
  fileprivate static let multiplyScalar = Operator("mul", "Scalar")
  fileprivate static let divide = Operator("div", "Tensor")
  fileprivate static let divideScalar = Operator("div", "Scalar")
  fileprivate static let floorDivide = Operator("floor_divide")
  fileprivate static let remainder = Operator("remainder", "Tensor")
  fileprivate static let truncatedRemainder = Operator("fmod", "Tensor")
  fileprivate static let power = Operator("pow", "Tensor_Tensor")
  fileprivate static let powerScalar = Operator("pow", "Tensor_Scalar")
  fileprivate static let minimum = Operator("minimum")
  fileprivate static let maximum = Operator("maximum")
  fileprivate static let interpolate = Operator("lerp", "Scalar")
}

/// Element by element, with broadcasting: axes are aligned at the end, and an axis of size 1
/// stretches.
extension Tensor {
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    Operator.add(.tensor(left), .tensor(right))
  }
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    Operator.subtract(.tensor(left), .tensor(right))
  }
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    Operator.multiply(.tensor(left), .tensor(right))
  }
  /// True division; integers become floating point.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    Operator.divide(.tensor(left), .tensor(right))
  }

  public static func + (left: Tensor, right: some TensorScalar) -> Tensor {
    Operator.addScalar(.tensor(left), right.asScalar.argument)
  }
  public static func - (left: Tensor, right: some TensorScalar) -> Tensor {
    Operator.subtractScalar(.tensor(left), right.asScalar.argument)
  }
  public static func * (left: Tensor, right: some TensorScalar) -> Tensor {
    Operator.multiplyScalar(.tensor(left), right.asScalar.argument)
  }
  public static func / (left: Tensor, right: some TensorScalar) -> Tensor {
    Operator.divideScalar(.tensor(left), right.asScalar.argument)
  }

  public static func + (left: some TensorScalar, right: Tensor) -> Tensor { right + left }
  public static func * (left: some TensorScalar, right: Tensor) -> Tensor { right * left }
  public static func - (left: some TensorScalar, right: Tensor) -> Tensor {
    Operator.subtractFrom(.tensor(right), left.asScalar.argument)
  }
  public static func / (left: some TensorScalar, right: Tensor) -> Tensor {
    right.reciprocal() * left
  }

  public static func += (left: inout Tensor, right: Tensor) { left = left + right }
  public static func -= (left: inout Tensor, right: Tensor) { left = left - right }
  public static func *= (left: inout Tensor, right: some TensorScalar) { left = left * right }

  /// `self + scale * other` in one pass.
  public func adding(_ other: Tensor, scaledBy scale: some TensorScalar) -> Tensor {
    Operator.add(.tensor(self), .tensor(other), scale.asScalar.argument)
  }

  /// `self + left * right`, in one pass.
  public func adding(productOf left: Tensor, _ right: Tensor) -> Tensor {
    Operator.addProduct(.tensor(self), .tensor(left), .tensor(right))
  }

  /// The quotient, rounded down.
  public func floorDivided(by other: Tensor) -> Tensor {
    Operator.floorDivide(.tensor(self), .tensor(other))
  }

  /// The remainder with the sign of the divisor.
  public func remainder(dividingBy other: Tensor) -> Tensor {
    Operator.remainder(.tensor(self), .tensor(other))
  }

  /// The remainder with the sign of the dividend, as C's `fmod` has it.
  public func truncatedRemainder(dividingBy other: Tensor) -> Tensor {
    Operator.truncatedRemainder(.tensor(self), .tensor(other))
  }

  public func power(_ exponent: Tensor) -> Tensor {
    Operator.power(.tensor(self), .tensor(exponent))
  }
  public func power(_ exponent: some TensorScalar) -> Tensor {
    Operator.powerScalar(.tensor(self), exponent.asScalar.argument)
  }

  /// The smaller of two elements; NaN if either is.
  public func minimum(_ other: Tensor) -> Tensor { Operator.minimum(.tensor(self), .tensor(other)) }
  /// The larger of two elements; NaN if either is.
  public func maximum(_ other: Tensor) -> Tensor { Operator.maximum(.tensor(self), .tensor(other)) }

  /// `self + fraction * (other - self)`.
  public func interpolated(to other: Tensor, fraction: Double) -> Tensor {
    Operator.interpolate(.tensor(self), .tensor(other), .real(fraction))
  }
}
