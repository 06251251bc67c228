import Networks
import Tensors

/// Linear bounds of each step's value in the input, propagated forward.
///
/// Cheaper than backward propagation where there are few input features, and looser: the gap
/// between both bounds widens at every step.
///
/// - Source: "Automatic Perturbation Analysis for Scalable Certified Robustness and Beyond" (2020),
///   section 3.2.
struct ForwardPass {
  private let plan: RelaxationPlan
  private let region: InputRegion
  private var lower: [LinearFunctions?]
  private var upper: [LinearFunctions?]

  /// `Σ coefficients[i] · input[i] + constants`, elementwise.
  ///
  /// - Shape: coefficients `[batch, features] + step`, constants `[batch] + step`.
  private struct LinearFunctions {
    var coefficients: Tensor
    var constants: Tensor

    static func + (left: LinearFunctions, right: LinearFunctions) -> LinearFunctions {
      LinearFunctions(
        coefficients: left.coefficients + right.coefficients,
        constants: left.constants + right.constants)
    }

    static prefix func - (objectives: LinearFunctions) -> LinearFunctions {
      LinearFunctions(coefficients: -objectives.coefficients, constants: -objectives.constants)
    }

    /// Multiplies elementwise by a factor of shape `[batch] + step`.
    func scaled(by factor: Tensor) -> LinearFunctions {
      LinearFunctions(
        coefficients: coefficients * factor.expandedDimension(at: 1),
        constants: constants * factor)
    }

    func mapped(_ function: (Tensor) -> Tensor) -> LinearFunctions {
      LinearFunctions(
        coefficients: coefficients.throughRows(function), constants: function(constants))
    }
  }

  /// - Throws: `NetworkError.unsupported` for products of matrices that both vary.
  init(_ plan: RelaxationPlan, over region: InputRegion) throws(NetworkError) {
    (self.plan, self.region) = (plan, region)
    lower = plan.steps.map { _ in nil }
    upper = lower
    for step in plan.steps {
      if case .matmul = step.rule {
        let node = plan.network.graph.nodes[step.node]
        throw .unsupported(
          node: node.name, operation: node.operation.name,
          interpretation: "forward linear bounds", hint: "Backward bounds take it.")
      }
    }
  }

  /// Returns bounds of one step, having propagated the linear bounds there.
  ///
  /// - `relaxations`: known for every step before this one.
  mutating func bounds(of step: Int, relaxations: [StepRelaxation?]) throws -> Bounds {
    for index in 0...step where lower[index] == nil {
      try Task.checkCancellation()
      advance(index, relaxations)
    }
    return Bounds(
      lower: minimum(of: lower[step]!, step), upper: -minimum(of: -upper[step]!, step))
  }

  private func minimum(of objectives: LinearFunctions, _ step: Int) -> Tensor {
    let batch = region.batch
    let features = plan.steps[plan.source].shape
    let flat = objectives.coefficients.flattened(from: 2).transposed()
    let rows = LinearObjectives(
      coefficients: flat.reshaped(to: [batch, flat.size(1)] + features.sizes),
      constants: objectives.constants.flattenedRows())
    return region.minimum(of: rows).reshaped(to: [batch] + plan.steps[step].shape.sizes)
  }

  private mutating func advance(_ index: Int, _ relaxations: [StepRelaxation?]) {
    let step = plan.steps[index]
    func operands(_ all: [LinearFunctions?]) -> [LinearFunctions] { step.operands.map { all[$0]! } }
    let (low, high) = (operands(lower), operands(upper))
    let pair: (lower: LinearFunctions, upper: LinearFunctions)
    switch step.rule {
    case .source:
      let count = step.shape.count
      let identity = Tensor.identity(count, dtype: plan.dtype)
        .reshaped(to: [1, count] + step.shape.sizes)
        .broadcast(to: [region.batch, count] + step.shape.sizes)
      let objectives = LinearFunctions(coefficients: identity, constants: region.center.zerosLike())
      pair = (objectives, objectives)
    case .constant(let value):
      let shape = [region.batch, plan.steps[plan.source].shape.count] + step.shape.sizes
      let objectives = LinearFunctions(
        coefficients: .zeros(shape, dtype: plan.dtype),
        constants: value.broadcast(to: [region.batch] + step.shape.sizes))
      pair = (objectives, objectives)
    case .affine(let map, let offset):
      var bounds = (low[0].mapped(map.positivePart), high[0].mapped(map.positivePart))
      if map.hasNegativePart {
        bounds.0 = bounds.0 + high[0].mapped { map.negativePart(of: $0) }
        bounds.1 = bounds.1 + low[0].mapped { map.negativePart(of: $0) }
      }
      if let offset {
        bounds.0.constants = bounds.0.constants + offset
        bounds.1.constants = bounds.1.constants + offset
      }
      pair = widened(bounds, by: map.terms, of: map.magnitude(of: size(low[0], high[0])), offset)
    case .sum(let signs):
      let first = signs[0] > 0 ? (low[0], high[0]) : (-high[0], -low[0])
      let second = signs[1] > 0 ? (low[1], high[1]) : (-high[1], -low[1])
      pair = widened(
        (first.0 + second.0, first.1 + second.1), by: 1,
        of: size(low[0], high[0]) + size(low[1], high[1]), nil)
    case .concatenation(let axis, _):
      func joined(_ objectives: [LinearFunctions]) -> LinearFunctions {
        LinearFunctions(
          coefficients: .concatenating(objectives.map(\.coefficients), axis: axis + 2),
          constants: .concatenating(objectives.map(\.constants), axis: axis + 1))
      }
      pair = (joined(low), joined(high))
    case .interval:
      guard case .box(let box)? = relaxations[index] else {
        preconditionFailure("step \(index) is not relaxed")
      }
      let shape = [region.batch, plan.steps[plan.source].shape.count] + step.shape.sizes
      let none = Tensor.zeros(shape, dtype: plan.dtype)
      pair = (
        LinearFunctions(coefficients: none, constants: box.lower),
        LinearFunctions(coefficients: none, constants: box.upper)
      )
    case .activation, .product, .gate, .choice:
      guard case .planes(let planes)? = relaxations[index] else {
        preconditionFailure("step \(index) is not relaxed")
      }
      pair = relaxed(planes, low, high)
    case .matmul: preconditionFailure("refused when the pass was made")
    }
    (lower[index], upper[index]) = (pair.lower, pair.upper)
  }

  /// A positive slope takes a lower bound from a lower one, a negative slope from an upper.
  private func relaxed(
    _ planes: Relaxation, _ low: [LinearFunctions], _ high: [LinearFunctions]
  ) -> (LinearFunctions, LinearFunctions) {
    func line(
      _ slopes: [Tensor], _ intercept: Tensor, _ near: [LinearFunctions], _ far: [LinearFunctions]
    ) -> LinearFunctions {
      var result = LinearFunctions(
        coefficients: near[0].coefficients.zerosLike(), constants: intercept.squeezed(axes: [1]))
      for (place, slope) in slopes.enumerated() {
        let factor = slope.squeezed(axes: [1])
        result =
          result + near[place].scaled(by: factor.relu())
          + far[place].scaled(by: -(-factor).relu())
      }
      return result
    }
    let bounds = (
      line(planes.lowerSlopes, planes.lowerIntercept, low, high),
      line(planes.upperSlopes, planes.upperIntercept, high, low)
    )
    var size = planes.lowerIntercept.magnitude() + planes.upperIntercept.magnitude()
    for (place, slopes) in zip(planes.lowerSlopes, planes.upperSlopes).enumerated() {
      size +=
        (slopes.0.magnitude() + slopes.1.magnitude())
        * self.size(low[place], high[place]).expandedDimension(at: 1)
    }
    return widened(bounds, by: 2, of: size.squeezed(axes: [1]), nil)
  }

  /// The sum of the magnitudes of what makes a step's linear bounds, the larger of both.
  private func size(_ low: LinearFunctions, _ high: LinearFunctions) -> Tensor {
    func size(_ objectives: LinearFunctions) -> Tensor {
      let features = region.magnitude.flattenedRows()
      let weights = features.reshaped(
        to: features.shape + Shape(repeating: 1, count: objectives.constants.rank - 1))
      return (objectives.coefficients.magnitude() * weights).sum(axes: [1])
        + objectives.constants.magnitude()
    }
    return plan.dtype == .float64 ? size(low).maximum(size(high)) : low.constants
  }

  /// Moves constants outward by what rounding may have taken.
  private func widened(
    _ bounds: (LinearFunctions, LinearFunctions), by terms: Int, of size: Tensor, _ offset: Tensor?
  ) -> (LinearFunctions, LinearFunctions) {
    guard plan.dtype == .float64 else { return bounds }
    let whole = offset.map { size + $0.magnitude() } ?? size
    let slack = whole * (2 * Rounding.sum(terms + 20)) + Rounding.underflow
    var result = bounds
    result.0.constants = result.0.constants - slack
    result.1.constants = result.1.constants + slack
    return result
  }
}
