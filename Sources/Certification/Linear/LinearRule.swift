import Networks
import Tensors

/// How a linear objective over an operation's result becomes one over its operands.
enum LinearRule: Sendable {
  /// The perturbed input; nothing lies before it.
  case source
  /// The same numbers for every example.
  case constant(Tensor)
  /// `map(x) + offset`; the offset broadcasts to the result.
  case affine(AffineMap, offset: Tensor?)
  /// The sum of the operands, each with its sign.
  case sum(signs: [Double])
  /// The operands one after the other along an axis of an example.
  case concatenation(axis: Int, sizes: [Int])
  /// A function of each element, with a linear relaxation.
  case activation(ElementwiseFunction)
  /// The product of two values elementwise, between two planes.
  case product
  /// The product of matrices both of which vary, each product of elements between two planes.
  case matmul
  /// The operand times a factor of which only bounds are known, elementwise.
  case gate(Bounds)
  /// The second operand where the first, a boolean, is 1, and the third where it is 0.
  case choice
  /// An operation of which only interval bounds are known.
  case interval(IntervalRelaxation)

  /// Whether bounds of the operands must be known before an objective can pass.
  var isRelaxed: Bool {
    switch self {
    case .source, .constant, .affine, .sum, .concatenation: false
    case .activation, .product, .matmul, .gate, .choice, .interval: true
    }
  }

  /// Whether no split at a kink makes the rule linear.
  var isCurved: Bool {
    switch self {
    case .activation(let function): function.kink == nil
    case .choice, .interval: true
    case .source, .constant, .affine, .sum, .concatenation, .product, .matmul, .gate: false
    }
  }

  /// Whether the value may jump where the operands do not.
  var isJump: Bool {
    switch self {
    case .activation(let function): [.sign, .floor, .ceiling, .round].contains(function)
    case .choice, .interval: true
    case .source, .constant, .affine, .sum, .concatenation, .product, .matmul, .gate: false
    }
  }

  /// The rays of an activation that is made of two.
  var kink: Kink? {
    if case .activation(let function) = self { function.kink } else { nil }
  }
}

extension Operation {
  /// Returns the rule of a node of a decomposed graph some of whose operands vary.
  ///
  /// - `constants`: the values of the operands that do not vary; nil for those that do.
  /// - `types`: the operands' shapes for one example; nil for constants.
  /// - Throws: `NetworkError.unsupported`; decomposition leaves only what has a rule.
  func linearRule(
    constants: [Tensor?], shapes: [ExampleShape?], output: ExampleShape, node: Graph.Node,
    in network: Network
  ) throws(NetworkError) -> LinearRule {
    func general(terms: Int, _ constant: Tensor? = nil, constantIsFirst: Bool = false) -> LinearRule
    {
      let input = shapes.compactMap { $0 }[0]
      return .affine(
        AffineMap(
          kind: .general(
            self, network, constant: constant, constantIsFirst: constantIsFirst), input: input,
          output: output, terms: terms), offset: nil)
    }
    func map(_ kind: AffineMap.Kind, terms: Int = 1) -> LinearRule {
      .affine(
        AffineMap(kind: kind, input: shapes.compactMap { $0 }[0], output: output, terms: terms),
        offset: nil)
    }
    func intervalRule() -> LinearRule {
      .interval(
        IntervalRelaxation(
          content: .operation(self, node, network), constants: constants, shapes: shapes,
          output: output))
    }
    switch self {
    case .map(.negate): return map(.scale(Tensor(scalar: -1.0)))
    case .map(.not): return intervalRule()
    case .map(let function): return .activation(function)
    case .combine(let function):
      return combination(function, constants: constants, output: output) ?? intervalRule()
    case .choose: return .choice
    case .convolution where constants[1] == nil || constants.count > 2,
      .transposedConvolution where constants[1] == nil || constants.count > 2:
      return intervalRule()
    case .linear:
      return map(
        .dense(DenseWeight(constants[1]!)),
        terms: max(constants[1]!.size(0), constants[1]!.size(1)))
    case .matmul:
      if let right = constants[1] {
        return right.rank == 2
          ? map(.dense(DenseWeight(right.transposed())), terms: max(right.size(0), right.size(1)))
          : general(terms: right.count, right)
      }
      if let left = constants[0] { return general(terms: left.count, left, constantIsFirst: true) }
      return .matmul
    case .convolution(let geometry):
      let weight = constants[1]!
      let axes = geometry.stride.count
      let sizes = zip(shapes[0]!.sizes.suffix(axes), output.sizes.suffix(axes)).enumerated().map {
        axis, pair in
        let reach = geometry.dilation[axis] * (weight.size(axis + 2) - 1) + 1
        return pair.0 - ((pair.1 - 1) * geometry.stride[axis] - 2 * geometry.padding[axis] + reach)
      }
      return map(
        .convolution(ConvolutionWeight(weight, geometry, outputPadding: sizes)),
        terms: max(weight.count / weight.size(0), weight.count / weight.size(1)))
    case .transposedConvolution: return general(terms: constants[1]!.count, constants[1]!)
    case .averagePool(let geometry, _): return general(terms: geometry.kernel.reduce(1, *))
    case .reshape: return map(.reshape)
    case .transpose(let axes):
      return axes.first == 0 ? map(.transpose(axes)) : general(terms: 1)
    case .broadcast: return general(terms: output.count / shapes[0]!.count)
    case .slice, .reverse: return general(terms: 1)
    case .gather:
      guard let indices = constants[1] else { return intervalRule() }
      return general(terms: indices.count, indices)
    case .pad(let widths, let mode):
      guard case .constant(let value) = mode, value != 0 else {
        return general(terms: widths.reduce(1) { $0 * (1 + max($1.before, $1.after)) })
      }
      let blank = Operation.pad(widths, .constant(0))
      let frame = node.operation.evaluated(
        on: [.zeros([1] + shapes[0]!.sizes, dtype: .float64)], in: network, input: .zeros([1]),
        mode: .inference)
      return .affine(
        AffineMap(
          kind: .general(blank, network, constant: nil, constantIsFirst: false), input: shapes[0]!,
          output: output, terms: 1), offset: frame.reshaped(to: output.sizes))
    case .resize(_, let mode, _):
      if case .cubic = mode {
        throw .unsupported(
          node: node.name, operation: name, interpretation: "linear relaxations",
          hint: "Cubic interpolation has weights below zero.")
      }
      return general(terms: output.count)
    case .reduce(.sum, let axes, _), .reduce(.mean, let axes, _):
      return general(terms: axes.reduce(1) { $0 * node.size(ofOperandAxis: $1, in: network) })
    case .concatenate(let axis):
      let folded = output.sizes.count - (node.type.shape.count - 1)
      return .concatenation(
        axis: axis - 1 + folded,
        sizes: node.operands.map { network.graph.nodes[$0].type.shape[axis].size })
    case .cast(let dtype): return dtype.isFloatingPoint ? map(.reshape) : intervalRule()
    case .maxPool, .batchNormalization, .layerNormalization, .groupNormalization, .softmax,
      .logSoftmax, .reduce, .argmax:
      return intervalRule()
    case .input, .parameter, .buffer, .constant:
      preconditionFailure("'\(name)' is decomposed before it is relaxed")
    }
  }

  /// The rule of a sum, a difference or a product; nil for everything else.
  private func combination(
    _ function: BinaryFunction, constants: [Tensor?], output: ExampleShape
  ) -> LinearRule? {
    switch (function, constants[0], constants[1]) {
    case (.add, nil, nil): return .sum(signs: [1, 1])
    case (.subtract, nil, nil): return .sum(signs: [1, -1])
    case (.multiply, nil, nil): return .product
    case (.multiply, let constant?, nil), (.multiply, nil, let constant?):
      let factor = output.constant(constant)
      return .affine(
        AffineMap(kind: .scale(factor), input: output, output: output, terms: 1), offset: nil)
    case (.add, let constant?, nil), (.add, nil, let constant?):
      return .affine(.unchanged(output), offset: output.constant(constant))
    case (.subtract, nil, let constant?):
      return .affine(.unchanged(output), offset: -output.constant(constant))
    case (.subtract, let constant?, nil):
      let negated = AffineMap(
        kind: .scale(Tensor(scalar: -1.0)), input: output, output: output, terms: 1)
      return .affine(negated, offset: output.constant(constant))
    default: return nil
    }
  }
}

extension AffineMap {
  /// The map that changes nothing.
  static func unchanged(_ shape: ExampleShape) -> AffineMap {
    AffineMap(kind: .reshape, input: shape, output: shape, terms: 1)
  }
}

extension Graph.Node {
  fileprivate func size(ofOperandAxis axis: Int, in network: Network) -> Int {
    network.graph.nodes[operands[0]].type.shape[axis].size
  }
}
