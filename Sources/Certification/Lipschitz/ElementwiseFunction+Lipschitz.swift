import Networks

extension ElementwiseFunction {
  /// The largest slope of this function in magnitude over all numbers, rounded up; nil where there
  /// is none.
  ///
  /// - Soundness: in real arithmetic. Constants of smooth functions are their extreme slopes, with
  ///   the last digit raised.
  var steepestSlope: Double? {
    switch self {
    case .negate, .absolute, .sine, .cosine, .arctangent, .relu, .tanh, .softplus, .softsign: 1
    case .leakyRelu(let slope): max(1, abs(slope))
    case .elu(let alpha): max(1, abs(alpha))
    case .selu(let alpha, let gamma): abs(gamma) * max(1, abs(alpha))
    case .celu(let alpha): alpha > 0 ? 1 : nil
    case .sigmoid: 0.25
    // The slope of x · sigmoid(x) is largest where x is 2.3994.
    case .silu: 1.0998394
    // At x = 1.4906.
    case .mish: 1.0885
    case .errorFunction: 1.1283792
    // At x = √2; the tanh formula differs by less than the margin.
    case .gelu(let isApproximate): isApproximate ? 1.1295 : 1.1289044
    case .hardSigmoid(let alpha, _): abs(alpha)
    case .hardSwish: 1.5
    case .clip: 1
    case .power(let exponent): exponent == 1 ? 1 : nil
    case .sign, .reciprocal, .exp, .log, .squareRoot, .square, .tangent, .floor, .ceiling, .round,
      .not:
      nil
    }
  }
}
