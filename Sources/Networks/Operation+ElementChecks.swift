import Tensors

extension Operation {
  /// Checks what this operation asks of its operands' elements: their type, and that there are some.
  func checkElements(of x: [ValueType]) throws(TypeMismatch) {
    func demand(_ isMet: (ValueType) -> Bool, _ reason: String) throws(TypeMismatch) {
      guard x.allSatisfy(isMet) else { throw TypeMismatch(reason) }
    }
    switch elementDemand {
    case .any: break
    case .real:
      try demand({ $0.dtype.isFloatingPoint }, "its operands are not of a floating-point type")
    case .number: try demand({ $0.dtype != .bool }, "its operands are truth values, not numbers")
    case .truth: try demand({ $0.dtype == .bool }, "its operands are no truth values")
    }
    if needsElements { try demand({ $0.count > 0 }, "an operand has no elements") }
  }

  fileprivate enum ElementDemand {
    case any, real, number, truth
  }

  private var elementDemand: ElementDemand {
    switch self {
    case .input, .parameter, .buffer, .constant, .choose, .reshape, .transpose, .broadcast,
      .concatenate, .slice, .reverse, .gather, .pad, .cast:
      .any
    case .linear, .convolution, .transposedConvolution, .maxPool, .averagePool,
      .batchNormalization, .layerNormalization, .groupNormalization, .softmax, .logSoftmax,
      .resize:
      .real
    case .matmul, .argmax: .number
    case .map(let function): function.elementDemand
    case .combine(let function): function.elementDemand
    case .reduce(let reduction, _, _):
      switch reduction {
      case .sum, .max, .min, .product, .sumOfSquares, .sumOfMagnitudes: .number
      case .mean, .euclideanNorm, .logSumExp, .logSum: .real
      }
    }
  }

  /// Whether an empty operand leaves nothing to compute from.
  private var needsElements: Bool {
    switch self {
    case .linear, .convolution, .transposedConvolution, .maxPool, .averagePool,
      .batchNormalization, .layerNormalization, .groupNormalization, .softmax, .logSoftmax,
      .resize, .reduce, .argmax, .matmul:
      true
    case .input, .parameter, .buffer, .constant, .map, .combine, .choose, .reshape, .transpose,
      .broadcast, .concatenate, .slice, .reverse, .gather, .pad, .cast:
      false
    }
  }
}

extension ElementwiseFunction {
  fileprivate var elementDemand: Operation.ElementDemand {
    switch self {
    case .not: .truth
    case .negate, .absolute, .sign, .square, .relu, .clip: .number
    default: .real
    }
  }
}

extension BinaryFunction {
  fileprivate var elementDemand: Operation.ElementDemand {
    switch self {
    case .and, .or, .exclusiveOr: .truth
    case .equal: .any
    case .parametricRelu: .real
    case .add, .subtract, .multiply, .divide, .power, .minimum, .maximum, .remainder,
      .truncatedRemainder, .less, .lessOrEqual, .greater, .greaterOrEqual:
      .number
    }
  }
}
