import Tensors

extension Operation {
  /// Returns this operation's value.
  ///
  /// - Shape: as type inference promised, for the batch that `input` has.
  package func evaluated(
    on x: [Tensor], in network: Network, input: Tensor, mode: EvaluationMode
  ) -> Tensor {
    switch self {
    // A network of double precision takes inputs of single precision too.
    case .input: network.graph.inputType.dtype == .float64 ? input.cast(to: .float64) : input
    case .parameter(let index): network.parameters.tensors[index]
    case .buffer(let index): network.buffers.tensors[index]
    case .constant(let tensor): tensor
    case .map(let function): function.evaluated(on: x[0])
    case .combine(let function): function.evaluated(on: x[0], x[1])
    case .choose: Tensor.choosing(x[1], where: x[0], otherwise: x[2])
    case .linear: x[0].linear(weight: x[1], bias: x.count > 2 ? x[2] : nil)
    case .matmul: x[0].matmul(x[1])
    case .convolution(let geometry):
      x[0].convolved(weight: x[1], bias: x.count > 2 ? x[2] : nil, geometry)
    case .transposedConvolution(let geometry, let outputPadding):
      x[0].transposedConvolved(
        weight: x[1], bias: x.count > 2 ? x[2] : nil, geometry, outputPadding: outputPadding)
    case .maxPool(let geometry): x[0].maxPooled(geometry)
    case .averagePool(let geometry, let countsPadding):
      x[0].averagePooled(geometry, countsPadding: countsPadding)
    case .batchNormalization(let epsilon):
      switch mode {
      case .inference:
        x[0].batchNormalized(
          scale: x[1], bias: x[2], mean: x[3], variance: x[4], epsilon: epsilon)
      case .training: x[0].batchNormalized(scale: x[1], bias: x[2], epsilon: epsilon)
      }
    case .layerNormalization(let axes, let epsilon):
      x[0].layerNormalized(
        shape: x[0].shape.suffix(axes), scale: x.count > 1 ? x[1] : nil,
        bias: x.count > 2 ? x[2] : nil, epsilon: epsilon)
    case .groupNormalization(let groups, let epsilon):
      x[0].groupNormalized(
        groups: groups, scale: x.count > 1 ? x[1] : nil, bias: x.count > 2 ? x[2] : nil,
        epsilon: epsilon)
    case .softmax(let axis): x[0].softmax(axis: axis)
    case .logSoftmax(let axis): x[0].logSoftmax(axis: axis)
    case .reshape(let shape): x[0].reshaped(to: shape.map { $0.resolved(batch: input.size(0)) })
    case .transpose(let axes): x[0].transposed(axes: axes)
    case .broadcast(let shape): x[0].broadcast(to: shape.map { $0.resolved(batch: input.size(0)) })
    case .concatenate(let axis): Tensor.concatenating(x, axis: axis)
    case .slice(let axis, let start, let end, let step):
      x[0].sliced(axis: axis, from: start, to: end, by: step)
    case .reverse(let axis): x[0].reversed(axes: [axis])
    case .gather(let axis): gathered(x[0], at: x[1], axis: axis)
    case .pad(let widths, let mode):
      x[0].padded(widths.trimmed.map { ($0.before, $0.after) }, mode: mode)
    case .resize(let sizes, let mode, let alignsCorners):
      x[0].resized(to: sizes, mode: mode, alignsCorners: alignsCorners)
    case .reduce(let reduction, let axes, let keepingAxes):
      reduction.evaluated(on: x[0], axes: axes, keepingAxes: keepingAxes)
    case .argmax(let axis, let keepingAxes): x[0].argmax(axis: axis, keepingAxes: keepingAxes)
    case .cast(let dtype): x[0].cast(to: dtype)
    }
  }

  /// Gathers along `axis`; a negative index counts from the end.
  private func gathered(_ x: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    let size = x.size(axis)
    let whole = indices.cast(to: .int64)
    let positive = whole.replacing(with: whole + size, where: whole .< 0)
    // Known indices were checked when the graph was made; computed ones end at the last entry.
    let legal = positive.clamped(from: 0, through: Double(size - 1)).cast(to: .int64)
    let rows = x.gathering(legal.flattened(), axis: axis)
    let shape = x.shape
    return rows.reshaped(to: shape[..<axis] + indices.shape + shape[(axis + 1)...])
  }
}

extension [PaddingWidth] {
  /// Without the leading axes that are not padded.
  var trimmed: ArraySlice<PaddingWidth> { drop { $0.before == 0 && $0.after == 0 } }
}

extension ElementwiseFunction {
  package func evaluated(on x: Tensor) -> Tensor {
    switch self {
    case .negate: -x
    case .absolute: x.magnitude()
    case .sign: x.sign()
    case .reciprocal: x.reciprocal()
    case .exp: x.exp()
    case .log: x.log()
    case .squareRoot: x.squareRoot()
    case .square: x.square()
    case .sine: x.sin()
    case .cosine: x.cos()
    case .tangent: x.tan()
    case .arctangent: x.atan()
    case .floor: x.floor()
    case .ceiling: x.ceiling()
    case .round: x.rounded()
    case .relu: x.relu()
    case .leakyRelu(let slope): x.leakyRelu(slope: slope)
    case .elu(let alpha): x.elu(alpha: alpha)
    case .selu(let alpha, let gamma): x.elu(alpha: alpha) * gamma
    case .celu(let alpha): x.elu(alpha: alpha, scale: alpha)
    case .sigmoid: x.sigmoid()
    case .tanh: x.tanh()
    case .softplus: x.softplus()
    case .softsign: x / (x.magnitude() + 1)
    case .silu: x.silu()
    case .mish: x.mish()
    case .errorFunction: x.errorFunction()
    case .gelu(let approximate): x.gelu(approximate: approximate)
    case .hardSigmoid(let alpha, let beta): (x * alpha + beta).clamped(from: 0, through: 1)
    case .hardSwish: x.hardSwish()
    case .clip(nil, nil): x
    case .clip(let lower, let upper): x.clamped(from: lower, through: upper).cast(to: x.dtype)
    case .power(let exponent): x.power(exponent)
    case .not: !x
    }
  }
}

extension BinaryFunction {
  func evaluated(on x: Tensor, _ y: Tensor) -> Tensor {
    switch self {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide:
      // Double precision holds every quotient of numbers below 2⁵³; single precision would round
      // from 2²⁴ on.
      x.dtype.isFloatingPoint
        ? x / y : (x.cast(to: .float64) / y.cast(to: .float64)).truncated().cast(to: x.dtype)
    case .power: x.power(y)
    case .minimum: x.minimum(y)
    case .maximum: x.maximum(y)
    case .parametricRelu: x.relu() - (-x).relu() * y
    case .remainder: x.remainder(dividingBy: Self.divisor(y))
    case .truncatedRemainder: x.truncatedRemainder(dividingBy: Self.divisor(y))
    case .equal: x .== y
    case .less: x .< y
    case .lessOrEqual: x .<= y
    case .greater: x .> y
    case .greaterOrEqual: x .>= y
    case .and: x .& y
    case .or: x .| y
    case .exclusiveOr: x.exclusiveOr(y)
    }
  }
}

extension BinaryFunction {
  /// Integers have no remainder by zero; 1 stands in for it, which leaves 0.
  fileprivate static func divisor(_ y: Tensor) -> Tensor {
    y.dtype.isFloatingPoint ? y : y.replacing(with: y.onesLike(), where: y .== 0)
  }
}

extension Reduction {
  func evaluated(on x: Tensor, axes: [Int], keepingAxes: Bool) -> Tensor {
    switch self {
    case .sum: x.sum(axes: axes, keepingAxes: keepingAxes)
    case .mean: x.mean(axes: axes, keepingAxes: keepingAxes)
    case .max: x.max(axes: axes, keepingAxes: keepingAxes)
    case .min: x.min(axes: axes, keepingAxes: keepingAxes)
    case .product:
      axes.sorted(by: >).reduce(x) { $0.product(axis: $1, keepingAxes: keepingAxes) }
    case .sumOfMagnitudes: x.magnitude().sum(axes: axes, keepingAxes: keepingAxes)
    case .euclideanNorm: x.norm(order: 2, axes: axes, keepingAxes: keepingAxes)
    case .sumOfSquares: x.square().sum(axes: axes, keepingAxes: keepingAxes)
    case .logSumExp: x.logSumExp(axes: axes, keepingAxes: keepingAxes)
    case .logSum: x.sum(axes: axes, keepingAxes: keepingAxes).log()
    }
  }
}
