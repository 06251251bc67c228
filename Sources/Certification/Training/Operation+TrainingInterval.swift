import Networks
import Tensors

extension Operation {
  /// Returns the interval of this operation on the intervals `x`.
  ///
  /// - Shape: as in evaluation, for both bounds.
  /// - Throws: `NetworkError.unsupported` if there is no rule that training can use.
  func trainingInterval(
    of x: [TrainingInterval], in network: Network, input: TrainingInterval, at node: Graph.Node
  ) throws(NetworkError) -> TrainingInterval {
    func evaluated(_ operands: [Tensor]) -> Tensor {
      self.evaluated(on: operands, in: network, input: input.lower, mode: .inference)
    }
    func leaf(_ tensor: Tensor) -> TrainingInterval {
      TrainingInterval(
        point: tensor.dtype.isFloatingPoint ? tensor.cast(to: input.lower.dtype) : tensor)
    }
    /// For operations that never fall in their first operand, the only one that varies.
    func increasing() throws(NetworkError) -> TrainingInterval {
      guard x.dropFirst().allSatisfy(\.isPoint) else {
        throw unsupported(node, "More than one of its operands depends on the input.")
      }
      return x[0].increasing { evaluated([$0] + x.dropFirst().map(\.lower)) }
    }
    switch self {
    case .input: return input
    case .parameter(let index): return leaf(network.parameters.tensors[index])
    case .buffer(let index): return leaf(network.buffers.tensors[index])
    case .constant(let tensor): return leaf(tensor)
    default: break
    }
    if x.allSatisfy(\.isPoint) { return TrainingInterval(point: evaluated(x.map(\.lower))) }
    switch self {
    case .input, .parameter, .buffer, .constant: preconditionFailure("a leaf has no operands")
    case .map(let function):
      guard let result = function.trainingInterval(of: x[0]) else {
        throw unsupported(node, "It is not monotone.")
      }
      return result
    case .combine(let function):
      guard let result = function.trainingInterval(of: x[0], x[1]) else {
        throw unsupported(node, "Only sums, maxima, and products with what is known have a rule.")
      }
      return result
    case .linear, .matmul, .convolution, .transposedConvolution:
      guard x.dropFirst().allSatisfy(\.isPoint) else {
        throw unsupported(node, "Its weights depend on the input.")
      }
      let size = [x[1].lower.magnitude()]
      return x[0].image(
        { evaluated([$0] + x.dropFirst().map(\.lower)) }, magnitudes: { evaluated([$0] + size) })
    case .batchNormalization(let epsilon):
      guard x.dropFirst().allSatisfy(\.isPoint) else {
        throw unsupported(node, "Its statistics depend on the input.")
      }
      let shape = [1, x[1].lower.count] + Shape(repeating: 1, count: max(0, x[0].lower.rank - 2))
      let factor = (x[1].lower / (x[4].lower + epsilon).squareRoot()).reshaped(to: shape)
      let offset = x[2].lower.reshaped(to: shape) - x[3].lower.reshaped(to: shape) * factor
      return x[0].scaled(by: factor).increasing { $0 + offset }
    case .concatenate:
      return TrainingInterval(lower: evaluated(x.map(\.lower)), upper: evaluated(x.map(\.upper)))
    case .maxPool, .averagePool, .reshape, .transpose, .broadcast, .slice, .reverse, .gather, .pad:
      return try increasing()
    case .resize(_, let mode, _):
      if mode == .cubic { throw unsupported(node, "Cubic interpolation has weights below zero.") }
      return try increasing()
    case .reduce(let reduction, _, _):
      switch reduction {
      case .sum, .mean, .max, .min, .logSumExp: return try increasing()
      case .product, .sumOfMagnitudes, .sumOfSquares, .euclideanNorm, .logSum:
        throw unsupported(node, "It is not monotone.")
      }
    case .cast(let dtype):
      guard dtype.isFloatingPoint else {
        throw unsupported(node, "Conversions to integers have no slope.")
      }
      return x[0]
    case .choose, .layerNormalization, .groupNormalization, .softmax, .logSoftmax, .argmax:
      throw unsupported(node, "Train the network without it, or by another method.")
    }
  }

  private func unsupported(_ node: Graph.Node, _ hint: String) -> NetworkError {
    .unsupported(node: node.name, operation: name, interpretation: "certified training", hint: hint)
  }
}

extension ElementwiseFunction {
  /// Returns the interval of this function, or nil if it is not monotone where it is defined.
  fileprivate func trainingInterval(of x: TrainingInterval) -> TrainingInterval? {
    switch self {
    case .negate: TrainingInterval(lower: -x.upper, upper: -x.lower)
    case .absolute: x.magnitudes
    case .square: x.magnitudes.increasing { $0.square() }
    case .leakyRelu(let slope): slope >= 0 ? x.increasing(evaluated) : nil
    case .elu(let alpha), .hardSigmoid(let alpha, _): alpha >= 0 ? x.increasing(evaluated) : nil
    case .selu(let alpha, let gamma):
      alpha * gamma >= 0 && gamma >= 0 ? x.increasing(evaluated) : nil
    case .celu(let alpha): alpha > 0 ? x.increasing(evaluated) : nil
    case .relu, .exp, .arctangent, .sigmoid, .tanh, .softplus, .softsign, .errorFunction, .clip:
      x.increasing(evaluated)
    case .sign, .reciprocal, .log, .squareRoot, .sine, .cosine, .tangent, .floor, .ceiling, .round,
      .silu, .mish, .gelu, .hardSwish, .power, .not:
      nil
    }
  }
}

extension TrainingInterval {
  fileprivate var magnitudes: TrainingInterval {
    TrainingInterval(
      lower: lower.maximum(-upper).relu(), upper: lower.magnitude().maximum(upper.magnitude()))
  }
}

extension BinaryFunction {
  /// Returns the interval of this function, or nil if it has no rule.
  fileprivate func trainingInterval(
    of x: TrainingInterval, _ y: TrainingInterval
  ) -> TrainingInterval? {
    switch self {
    case .add: return TrainingInterval(lower: x.lower + y.lower, upper: x.upper + y.upper)
    case .subtract: return TrainingInterval(lower: x.lower - y.upper, upper: x.upper - y.lower)
    case .multiply:
      if y.isPoint { return x.scaled(by: y.lower) }
      return x.isPoint ? y.scaled(by: x.lower) : nil
    case .divide: return y.isPoint ? x.scaled(by: y.lower.reciprocal()) : nil
    case .minimum, .maximum:
      return TrainingInterval(
        lower: evaluatedEnds(x.lower, y.lower), upper: evaluatedEnds(x.upper, y.upper))
    case .parametricRelu, .power, .remainder, .truncatedRemainder, .equal, .less, .lessOrEqual,
      .greater, .greaterOrEqual, .and, .or, .exclusiveOr:
      return nil
    }
  }

  private func evaluatedEnds(_ x: Tensor, _ y: Tensor) -> Tensor {
    self == .minimum ? x.minimum(y) : x.maximum(y)
  }
}
