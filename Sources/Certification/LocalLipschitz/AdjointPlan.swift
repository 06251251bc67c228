import Networks
import Tensors

/// A network's chain rule as steps of its own: what multiplies a row of the Jacobian on its way
/// from the output to the input.
///
/// Affine steps are transposed; a function, or a factor of a product, becomes a gate: a
/// multiplication by a derivative of which only bounds are known.
struct AdjointPlan {
  /// From the cotangent of the output to the Jacobian's row, which is the last step.
  let plan: RelaxationPlan

  /// - `bounds`: bounds of the forward steps, from which follow those of the derivatives.
  /// - `rows`: how many cotangents each example has; gates are repeated for each.
  /// - Throws: `NetworkError.unsupported` for what has no derivative, or products of matrices that
  ///   vary.
  init(of forward: RelaxationPlan, bounds: [Bounds?], rows: Int) throws(NetworkError) {
    var builder = Builder(forward: forward)
    builder.contributions[forward.output] = [
      builder.append(.source, [], forward.steps[forward.output].shape)
    ]
    for index in forward.steps.indices.reversed() {
      guard index != forward.source, let value = builder.total(of: index) else { continue }
      let step = forward.steps[index]
      switch step.rule {
      case .source, .constant: break
      case .affine(let map, _):
        guard let adjoint = map.adjoint(in: forward.network) else {
          throw builder.unsupported(index)
        }
        builder.send(.affine(adjoint, offset: nil), [value], to: step.operands[0])
      case .sum(let signs):
        for (operand, sign) in zip(step.operands, signs) {
          let map = AffineMap(
            kind: .scale(Tensor(scalar: sign)), input: step.shape, output: step.shape, terms: 1)
          builder.send(.affine(map, offset: nil), [value], to: operand)
        }
      case .activation(let function):
        guard let argument = bounds[step.operands[0]],
          let derivatives = function.derivativeBounds(over: argument)
        else {
          throw builder.unsupported(index)
        }
        builder.send(.gate(derivatives.repeated(rows)), [value], to: step.operands[0])
      case .product:
        for (operand, other) in [(0, 1), (1, 0)] {
          guard let factor = bounds[step.operands[other]] else { throw builder.unsupported(index) }
          builder.send(.gate(factor.repeated(rows)), [value], to: step.operands[operand])
        }
      case .concatenation, .matmul, .gate, .choice, .interval: throw builder.unsupported(index)
      }
    }
    guard builder.total(of: forward.source) != nil else {
      throw builder.unsupported(forward.output)
    }
    plan = RelaxationPlan(steps: builder.steps, of: forward)
  }

  private struct Builder {
    let forward: RelaxationPlan
    var steps: [RelaxationPlan.Step] = []
    /// The adjoint values that add up to each forward step's.
    var contributions: [Int: [Int]] = [:]

    mutating func append(_ rule: LinearRule, _ operands: [Int], _ shape: ExampleShape) -> Int {
      steps.append(RelaxationPlan.Step(rule: rule, operands: operands, shape: shape, node: 0))
      return steps.count - 1
    }

    mutating func send(_ rule: LinearRule, _ operands: [Int], to target: Int) {
      let step = append(rule, operands, forward.steps[target].shape)
      contributions[target, default: []].append(step)
    }

    /// The sum of what reached a forward step, or nil if nothing did.
    mutating func total(of index: Int) -> Int? {
      guard var parts = contributions[index] else { return nil }
      while parts.count > 1 {
        let last = parts.removeLast()
        parts[parts.count - 1] = append(
          .sum(signs: [1, 1]), [parts[parts.count - 1], last], forward.steps[index].shape)
      }
      contributions[index] = parts
      return parts[0]
    }

    func unsupported(_ index: Int) -> NetworkError {
      let node = forward.network.graph.nodes[forward.steps[index].node]
      return .unsupported(
        node: node.name, operation: node.operation.name, interpretation: "bounds of the Jacobian",
        hint: "The product of the layers' constants takes it.")
    }
  }
}

extension Bounds {
  /// Each example's bounds, so many times in a row.
  fileprivate func repeated(_ count: Int) -> Bounds {
    Bounds(
      lower: lower.repeatingElements(count, axis: 0), upper: upper.repeatingElements(count, axis: 0)
    )
  }
}

extension AffineMap {
  /// The transposed map, or nil if it has no objective here.
  fileprivate func adjoint(in network: Network) -> AffineMap? {
    func map(_ kind: Kind) -> AffineMap {
      AffineMap(kind: kind, input: output, output: input, terms: terms)
    }
    switch kind {
    case .dense(let weight): return map(.dense(DenseWeight(weight.transposed)))
    case .scale, .reshape: return map(kind)
    case .transpose(let axes): return map(.transpose(axes.indices.map { axes.firstIndex(of: $0)! }))
    case .convolution(let weight):
      return map(
        .general(
          .transposedConvolution(weight.geometry, outputPadding: weight.outputPadding), network,
          constant: weight.weight, constantIsFirst: false))
    case .adjoint(let map): return map
    case .general: return hasNegativePart ? nil : map(.adjoint(self))
    }
  }
}
