/// A function of one element at a time.
public enum ElementwiseFunction: Sendable, Hashable {
  case negate, absolute, sign, reciprocal, exp, log, squareRoot, square
  case sine, cosine, tangent, arctangent
  case floor, ceiling, round
  /// `max(x, 0)`.
  case relu
  /// `x`, or `slope * x` where that is negative.
  case leakyRelu(slope: Double)
  /// `x`, or `alpha * (exp(x) - 1)` where `x` is negative.
  case elu(alpha: Double)
  /// `gamma * x`, or `gamma * alpha * (exp(x) - 1)` where `x` is negative.
  case selu(alpha: Double, gamma: Double)
  /// `x`, or `alpha * (exp(x / alpha) - 1)` where `x` is negative.
  case celu(alpha: Double)
  case sigmoid, tanh, softplus, softsign, silu, mish, errorFunction
  /// `x` times the normal distribution function of `x`, exactly or by the tanh formula.
  case gelu(approximate: Bool)
  /// `clip(alpha * x + beta, 0, 1)`.
  case hardSigmoid(alpha: Double, beta: Double)
  /// `x * clip(x + 3, 0, 6) / 6`.
  case hardSwish
  /// Limits to a range; a missing end does not limit.
  case clip(lower: Double?, upper: Double?)
  /// `x` to a fixed power.
  case power(Double)
  case not
}

/// A function of two elements at a time, with broadcasting.
public enum BinaryFunction: String, Sendable, Hashable, CaseIterable {
  case add, subtract, multiply, divide, power, minimum, maximum
  /// `x`, or `slope * x` where `x` is negative; the slope is the second operand.
  case parametricRelu
  /// The remainder with the sign of the divisor.
  case remainder
  /// The remainder with the sign of the dividend.
  case truncatedRemainder
  case equal, less, lessOrEqual, greater, greaterOrEqual
  case and, or, exclusiveOr

  /// Whether the result is a boolean.
  public var isPredicate: Bool {
    switch self {
    case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or, .exclusiveOr: true
    case .add, .subtract, .multiply, .divide, .power, .minimum, .maximum, .parametricRelu,
      .remainder, .truncatedRemainder:
      false
    }
  }
}

/// What becomes of the elements along reduced axes.
public enum Reduction: String, Sendable, Hashable, CaseIterable {
  case sum, mean, max, min, product, sumOfMagnitudes, euclideanNorm, sumOfSquares, logSumExp, logSum
}
