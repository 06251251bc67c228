import Tensors

extension Operation {
  /// Checks that the operation computes with elements of these types.
  func checkElementTypes(_ x: [ValueType]) throws(TypeMismatch) {
    let needsReals: Bool
    switch self {
    case .input, .parameter, .buffer, .constant, .choose, .reshape, .transpose, .broadcast,
      .concatenate, .slice, .reverse, .cast:
      return
    case .gather:
      if x.count > 1, x[1].dtype.isFloatingPoint || x[1].dtype == .bool {
        throw TypeMismatch("indices are not integers")
      }
      return
    case .map(let function): return try function.checkElementType(x)
    case .combine(let function): return try function.checkElementTypes(x)
    case .linear, .matmul, .convolution, .transposedConvolution, .maxPool, .averagePool,
      .batchNormalization, .layerNormalization, .groupNormalization, .softmax, .logSoftmax, .resize:
      needsReals = true
    case .pad(_, let mode):
      if case .constant = mode { needsReals = false } else { needsReals = true }
    case .reduce(let reduction, _, _):
      switch reduction {
      case .sum, .max, .min, .product: needsReals = false
      case .mean, .sumOfMagnitudes, .euclideanNorm, .sumOfSquares, .logSumExp, .logSum:
        needsReals = true
      }
    case .argmax: needsReals = false
    }
    try expectNumbers(x, areReals: needsReals)
  }
}

extension ElementwiseFunction {
  fileprivate func checkElementType(_ x: [ValueType]) throws(TypeMismatch) {
    switch self {
    case .not:
      guard x.allSatisfy({ $0.dtype == .bool }) else { throw TypeMismatch("it needs booleans") }
    case .negate, .absolute, .sign, .relu, .square, .clip: try expectNumbers(x, areReals: false)
    case .reciprocal, .exp, .log, .squareRoot, .sine, .cosine, .tangent, .arctangent, .floor,
      .ceiling,
      .round, .leakyRelu, .elu, .selu, .celu, .sigmoid, .tanh, .softplus, .softsign, .silu, .mish,
      .errorFunction, .gelu, .hardSigmoid, .hardSwish, .power:
      try expectNumbers(x, areReals: true)
    }
  }
}

extension BinaryFunction {
  fileprivate func checkElementTypes(_ x: [ValueType]) throws(TypeMismatch) {
    switch self {
    case .equal: return
    case .add, .subtract, .multiply, .divide, .minimum, .maximum, .remainder, .truncatedRemainder,
      .less, .lessOrEqual, .greater, .greaterOrEqual:
      try expectNumbers(x, areReals: false)
    case .power, .parametricRelu: try expectNumbers(x, areReals: true)
    case .and, .or, .exclusiveOr:
      guard x.allSatisfy({ $0.dtype == .bool }) else { throw TypeMismatch("it needs booleans") }
    }
  }
}

private func expectNumbers(_ x: [ValueType], areReals: Bool) throws(TypeMismatch) {
  for type in x where type.dtype == .bool || areReals && !type.dtype.isFloatingPoint {
    throw TypeMismatch("it does not compute with elements of type \(type.dtype)")
  }
}
