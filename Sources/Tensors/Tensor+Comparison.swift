infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence
infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .& : LogicalConjunctionPrecedence
infix operator .| : LogicalDisjunctionPrecedence

extension Operator {
  fileprivate static let less = Operator("lt", "Tensor")
  fileprivate static let lessScalar = Operator("lt", "Scalar")
  fileprivate static let lessOrEqual = Operator("le", "Tensor")
  fileprivate static let lessOrEqualScalar = Operator("le", "Scalar")
  fileprivate static let greater = Operator("gt", "Tensor")
  fileprivate static let greaterScalar = Operator("gt", "Scalar")
  fileprivate static let greaterOrEqual = Operator("ge", "Tensor")
  fileprivate static let greaterOrEqualScalar = Operator("ge", "Scalar")
  fileprivate static let equal = Operator("eq", "Tensor")
  fileprivate static let equalScalar = Operator("eq", "Scalar")
  fileprivate static let notEqual = Operator("ne", "Tensor")
  fileprivate static let notEqualScalar = Operator("ne", "Scalar")
  fileprivate static let and = Operator("logical_and")
  fileprivate static let or = Operator("logical_or")
  fileprivate static let exclusiveOr = Operator("logical_xor")
  fileprivate static let not = Operator("logical_not")
  fileprivate static let isFinite = Operator("isfinite")
  fileprivate static let isNaN = Operator("isnan")
  fileprivate static let choose = Operator("where", "self")
}

/// Element by element, with broadcasting; the result is of type `bool`. Comparisons with NaN are
/// false.
extension Tensor {
  public static func .< (left: Tensor, right: Tensor) -> Tensor {
    Operator.less(.tensor(left), .tensor(right))
  }
  public static func .< (left: Tensor, right: some TensorScalar) -> Tensor {
    Operator.lessScalar(.tensor(left), right.asScalar.argument)
  }
  public static func .<= (left: Tensor, right: Tensor) -> Tensor {
    Operator.lessOrEqual(.tensor(left), .tensor(right))
  }
  public static func .<= (left: Tensor, right: some TensorScalar) -> Tensor {
    Operator.lessOrEqualScalar(.tensor(left), right.asScalar.argument)
  }
  public static func .> (left: Tensor, right: Tensor) -> Tensor {
    Operator.greater(.tensor(left), .tensor(right))
  }
  public static func .> (left: Tensor, right: some TensorScalar) -> Tensor {
    Operator.greaterScalar(.tensor(left), right.asScalar.argument)
  }
  public static func .>= (left: Tensor, right: Tensor) -> Tensor {
    Operator.greaterOrEqual(.tensor(left), .tensor(right))
  }
  public static func .>= (left: Tensor, right: some TensorScalar) -> Tensor {
    Operator.greaterOrEqualScalar(.tensor(left), right.asScalar.argument)
  }
  public static func .== (left: Tensor, right: Tensor) -> Tensor {
    Operator.equal(.tensor(left), .tensor(right))
  }
  public static func .== (left: Tensor, right: some TensorScalar) -> Tensor {
    Operator.equalScalar(.tensor(left), right.asScalar.argument)
  }
  public static func .!= (left: Tensor, right: Tensor) -> Tensor {
    Operator.notEqual(.tensor(left), .tensor(right))
  }
  public static func .!= (left: Tensor, right: some TensorScalar) -> Tensor {
    Operator.notEqualScalar(.tensor(left), right.asScalar.argument)
  }

  public static func .& (left: Tensor, right: Tensor) -> Tensor {
    Operator.and(.tensor(left), .tensor(right))
  }
  public static func .| (left: Tensor, right: Tensor) -> Tensor {
    Operator.or(.tensor(left), .tensor(right))
  }
  public func exclusiveOr(_ other: Tensor) -> Tensor {
    Operator.exclusiveOr(.tensor(self), .tensor(other))
  }
  public static prefix func ! (operand: Tensor) -> Tensor { Operator.not(.tensor(operand)) }

  /// True where an element is neither infinite nor NaN.
  public var isFinite: Tensor { Operator.isFinite(.tensor(self)) }
  public var isNaN: Tensor { Operator.isNaN(.tensor(self)) }

  /// `other` where `condition` holds, `self` elsewhere.
  public func replacing(with other: Tensor, where condition: Tensor) -> Tensor {
    Tensor.choosing(other, where: condition, otherwise: self)
  }

  /// `first` where `condition` holds, `second` elsewhere; all three broadcast.
  public static func choosing(
    _ first: Tensor, where condition: Tensor, otherwise second: Tensor
  ) -> Tensor {
    Operator.choose(.tensor(condition), .tensor(first), .tensor(second))
  }
}
