extension Operator {
  fileprivate static let negated = Operator("neg")
  fileprivate static let magnitude = Operator("abs")
  fileprivate static let sign = Operator("sign")
  fileprivate static let reciprocal = Operator("reciprocal")
  fileprivate static let exp = Operator("exp")
  fileprivate static let expMinusOne = Operator("expm1")
  fileprivate static let log = Operator("log")
  fileprivate static let logOnePlus = Operator("log1p")
  fileprivate static let squareRoot = Operator("sqrt")
  fileprivate static let reciprocalSquareRoot = Operator("rsqrt")
  fileprivate static let square = Operator("square")
  fileprivate static let sin = Operator("sin")
  fileprivate static let cos = Operator("cos")
  fileprivate static let tan = Operator("tan")
  fileprivate static let atan = Operator("atan")
  fileprivate static let floor = Operator("floor")
  fileprivate static let ceiling = Operator("ceil")
  fileprivate static let rounded = Operator("round")
  fileprivate static let truncated = Operator("trunc")
  fileprivate static let relu = Operator("relu")
  fileprivate static let sigmoid = Operator("sigmoid")
  fileprivate static let tanh = Operator("tanh")
  fileprivate static let selu = Operator("selu")
  fileprivate static let silu = Operator("silu")
  fileprivate static let hardSwish = Operator("hardswish")
  fileprivate static let mish = Operator("mish")
  fileprivate static let errorFunction = Operator("erf")
  fileprivate static let inverseErrorFunction = Operator("erfinv")
  fileprivate static let logSigmoid = Operator("log_sigmoid")
  fileprivate static let clamp = Operator("clamp")
  fileprivate static let clampTensor = Operator("clamp", "Tensor")
  fileprivate static let leakyRelu = Operator("leaky_relu")
  fileprivate static let elu = Operator("elu")
  fileprivate static let softplus = Operator("softplus")
  fileprivate static let gelu = Operator("gelu")
}

/// Functions of one element at a time; shapes and types stay as they are.
extension Tensor {
  public static prefix func - (operand: Tensor) -> Tensor { operand.negated() }

  /// The negative of each element.
  public func negated() -> Tensor { Operator.negated(.tensor(self)) }

  /// The absolute value of each element.
  public func magnitude() -> Tensor { Operator.magnitude(.tensor(self)) }

  /// -1, 0 or 1, as the element is negative, zero or positive.
  public func sign() -> Tensor { Operator.sign(.tensor(self)) }
  public func reciprocal() -> Tensor { Operator.reciprocal(.tensor(self)) }

  /// e to the power of each element.
  public func exp() -> Tensor { Operator.exp(.tensor(self)) }

  /// `exp(x) - 1`, exact near zero.
  public func expMinusOne() -> Tensor { Operator.expMinusOne(.tensor(self)) }

  /// The natural logarithm.
  public func log() -> Tensor { Operator.log(.tensor(self)) }

  /// `log(1 + x)`, exact near zero.
  public func logOnePlus() -> Tensor { Operator.logOnePlus(.tensor(self)) }
  public func squareRoot() -> Tensor { Operator.squareRoot(.tensor(self)) }
  public func reciprocalSquareRoot() -> Tensor { Operator.reciprocalSquareRoot(.tensor(self)) }
  public func square() -> Tensor { Operator.square(.tensor(self)) }
  public func sin() -> Tensor { Operator.sin(.tensor(self)) }
  public func cos() -> Tensor { Operator.cos(.tensor(self)) }
  public func tan() -> Tensor { Operator.tan(.tensor(self)) }
  public func atan() -> Tensor { Operator.atan(.tensor(self)) }
  public func floor() -> Tensor { Operator.floor(.tensor(self)) }
  public func ceiling() -> Tensor { Operator.ceiling(.tensor(self)) }

  /// The nearest integer; halves go to the even one.
  public func rounded() -> Tensor { Operator.rounded(.tensor(self)) }

  /// The integer nearest to zero beside each element.
  public func truncated() -> Tensor { Operator.truncated(.tensor(self)) }

  /// `max(x, 0)`.
  public func relu() -> Tensor { Operator.relu(.tensor(self)) }

  /// `1 / (1 + exp(-x))`.
  public func sigmoid() -> Tensor { Operator.sigmoid(.tensor(self)) }
  public func tanh() -> Tensor { Operator.tanh(.tensor(self)) }
  public func selu() -> Tensor { Operator.selu(.tensor(self)) }

  /// `x * sigmoid(x)`.
  public func silu() -> Tensor { Operator.silu(.tensor(self)) }

  /// `x * clip(x + 3, 0, 6) / 6`.
  public func hardSwish() -> Tensor { Operator.hardSwish(.tensor(self)) }

  /// `x * tanh(softplus(x))`.
  public func mish() -> Tensor { Operator.mish(.tensor(self)) }
  public func errorFunction() -> Tensor { Operator.errorFunction(.tensor(self)) }
  public func inverseErrorFunction() -> Tensor { Operator.inverseErrorFunction(.tensor(self)) }

  /// `log(sigmoid(x))`, without overflow.
  public func logSigmoid() -> Tensor { Operator.logSigmoid(.tensor(self)) }

  /// Limits each element to `range`; NaN stays NaN.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    clamped(from: Double(range.lowerBound), through: Double(range.upperBound))
  }

  /// Limits each element from below, from above, or both.
  public func clamped(from lower: Double? = nil, through upper: Double? = nil) -> Tensor {
    Operator.clamp(
      .tensor(self), lower.map(Argument.real) ?? .none, upper.map(Argument.real) ?? .none)
  }

  /// Limits each element to bounds of its own; they broadcast.
  public func clamped(from lower: Tensor, through upper: Tensor) -> Tensor {
    Operator.clampTensor(.tensor(self), .tensor(lower), .tensor(upper))
  }

  /// `x` where it is positive, `slope * x` elsewhere.
  public func leakyRelu(slope: Double) -> Tensor { Operator.leakyRelu(.tensor(self), .real(slope)) }

  /// `x` where it is positive, `alpha * (exp(x / scale) - 1)` elsewhere.
  ///
  /// With `scale` 1 it is ELU, with `scale` equal to `alpha` it is CELU.
  public func elu(alpha: Double = 1, scale: Double = 1) -> Tensor {
    Operator.elu(.tensor(self), .real(alpha), 1, .real(1 / scale))
  }

  /// `log(1 + exp(x))`, which is `x` to within rounding above 20.
  public func softplus() -> Tensor { Operator.softplus(.tensor(self)) }

  /// `x` times the normal distribution function of `x`, exactly or by the tanh formula.
  public func gelu(approximate: Bool = false) -> Tensor {
    approximate
      ? Operator.gelu(.tensor(self), .text("tanh")) : Operator.gelu(.tensor(self), .text("none"))
  }
}
