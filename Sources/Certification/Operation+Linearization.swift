import Networks
import Tensors

/// The linear map that an operation is next to a point, with its coefficients or their magnitudes.
///
/// With coefficients as they are, composing the maps of a graph gives its gradient at the point.
/// With magnitudes, it gives how far interval bounds let each value stray.
struct Linearization {
  /// Whether each operation's coefficients are replaced by their magnitudes.
  let usesMagnitudes: Bool

  private func coefficients(_ tensor: Tensor) -> Tensor {
    let exact = tensor.cast(to: .float64)
    return usesMagnitudes ? exact.magnitude() : exact
  }

  /// Returns how the result of `operation` changes with its operands.
  ///
  /// - Shape: `changes` as the operands, in double precision; nil for what does not depend on the
  ///   input. `values` are the operands' values and `result` is the operation's.
  /// - Throws: `NetworkError.unsupported` if there is no rule.
  func change(
    of node: Graph.Node, changes: [Tensor?], values x: [Tensor], result: Tensor
  ) throws(NetworkError) -> Tensor? {
    guard changes.contains(where: { $0 != nil }) else { return nil }
    func only() throws(NetworkError) -> Tensor {
      guard let change = changes[0], changes.dropFirst().allSatisfy({ $0 == nil }) else {
        throw unsupported(node)
      }
      return change
    }
    switch node.operation {
    case .input, .parameter, .buffer, .constant: return nil
    case .map(let function):
      guard let slope = function.slope(at: x[0]) else { throw unsupported(node) }
      return try only() * coefficients(slope)
    case .combine(let function):
      guard let change = combined(function, changes, x) else { throw unsupported(node) }
      return change.broadcast(to: result.shape)
    case .linear: return try only().linear(weight: coefficients(x[1]), bias: nil)
    case .matmul:
      switch (changes[0], changes[1]) {
      case (let left?, nil): return left.matmul(coefficients(x[1]))
      case (nil, let right?): return coefficients(x[0]).matmul(right)
      default: throw unsupported(node)
      }
    case .convolution(let geometry):
      return try only().convolved(weight: coefficients(x[1]), bias: nil, geometry)
    case .transposedConvolution(let geometry, let outputPadding):
      return try only().transposedConvolved(
        weight: coefficients(x[1]), bias: nil, geometry, outputPadding: outputPadding)
    case .averagePool(let geometry, let countsPadding):
      return try only().averagePooled(geometry, countsPadding: countsPadding)
    case .batchNormalization(let epsilon):
      let scale = x[1].cast(to: .float64) / (x[4].cast(to: .float64) + epsilon).squareRoot()
      let ones = Shape(repeating: 1, count: result.rank - 2)
      return try only() * coefficients(scale).reshaped(to: [scale.count] + ones)
    case .reshape, .broadcast:
      let change = try only()
      if case .reshape = node.operation { return change.reshaped(to: result.shape) }
      return change.broadcast(to: result.shape)
    case .transpose(let axes): return try only().transposed(axes: axes)
    case .concatenate(let axis):
      let pieces = zip(changes, x).map { change, value in
        change ?? value.cast(to: .float64).zerosLike()
      }
      return .concatenating(pieces, axis: axis)
    case .slice(let axis, let start, let end, let step):
      return try only().sliced(axis: axis, from: start, to: end, by: step)
    case .reverse(let axis): return try only().reversed(axes: [axis])
    case .reduce(.sum, let axes, let keepingAxes):
      return try only().sum(axes: axes, keepingAxes: keepingAxes)
    case .reduce(.mean, let axes, let keepingAxes):
      return try only().mean(axes: axes, keepingAxes: keepingAxes)
    case .cast(let dtype) where dtype.isFloatingPoint: return try only()
    case .choose, .maxPool, .layerNormalization, .groupNormalization, .softmax, .logSoftmax,
      .gather, .pad, .resize, .reduce, .argmax, .cast:
      throw unsupported(node)
    }
  }

  /// The gradient of a sum is linear in both operands; that of a product weighs each with the
  /// other.
  private func combined(
    _ function: BinaryFunction, _ changes: [Tensor?], _ x: [Tensor]
  ) -> Tensor? {
    let left: Tensor?
    let right: Tensor?
    switch function {
    case .add: (left, right) = (changes[0], changes[1])
    case .subtract: (left, right) = (changes[0], changes[1].map { usesMagnitudes ? $0 : -$0 })
    case .multiply:
      (left, right) = (
        changes[0].map { $0 * coefficients(x[1]) }, changes[1].map { $0 * coefficients(x[0]) }
      )
    case .divide:
      guard changes[1] == nil else { return nil }
      (left, right) = (changes[0].map { $0 * coefficients(1 / x[1].cast(to: .float64)) }, nil)
    case .power, .minimum, .maximum, .parametricRelu, .remainder, .truncatedRemainder, .equal,
      .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or, .exclusiveOr:
      return nil
    }
    if let left, let right { return left + right }
    return left ?? right
  }

  private func unsupported(_ node: Graph.Node) -> NetworkError {
    .unsupported(
      node: node.name, operation: node.operation.name, interpretation: "propagation tightness",
      hint: "It knows affine operations and ReLUs.")
  }
}

extension ElementwiseFunction {
  /// The derivative at each element of a piecewise linear function, or nil for any other.
  ///
  /// A ReLU at 0 counts as active, as in the public code of the paper on tightness.
  fileprivate func slope(at x: Tensor) -> Tensor? {
    switch self {
    case .negate: x.filled(with: -1)
    case .absolute: x.sign()
    case .relu: x .>= 0
    case .leakyRelu(let slope):
      Tensor.choosing(x.onesLike(), where: x .>= 0, otherwise: x.filled(with: slope))
    case .clip(nil, nil): x.onesLike()
    case .sign, .reciprocal, .exp, .log, .squareRoot, .square, .sine, .cosine, .tangent,
      .arctangent, .floor, .ceiling, .round, .elu, .selu, .celu, .sigmoid, .tanh, .softplus,
      .softsign, .silu, .mish, .errorFunction, .gelu, .hardSigmoid, .hardSwish, .clip, .power, .not:
      nil
    }
  }
}
