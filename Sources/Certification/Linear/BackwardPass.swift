import Networks
import Tensors

/// Linear objectives in one step's value, `coefficients · x + constant`, several for each example.
///
/// - Shape: coefficients `[batch or 1, rows] + step`, constants `[batch or 1, rows]`.
struct LinearObjectives: Sendable {
  var coefficients: Tensor
  var constants: Tensor
  /// The coefficients that objectives in a later step's value have in the input directly, `[batch
  /// or 1, rows] + input`; nil for nothing.
  var inputs: Tensor? = nil

  var rowCount: Int { coefficients.size(1) }
}

/// Propagates linear objectives backward from a step to the input, as lower bounds of what they
/// were.
///
/// - Source: "Efficient Neural Network Robustness Certification with General Activation Functions"
///   (2018), section 3.2; on graphs, "Automatic Perturbation Analysis for Scalable Certified
///   Robustness and Beyond" (2020), section 3.
struct BackwardPass {
  let plan: RelaxationPlan
  /// One for each relaxed step before the target.
  let relaxations: [StepRelaxation?]
  /// What rounding is measured by; nil where bounds are searched with and proved later.
  let sizes: RoundingSizes?

  /// What a pass leaves for the gradient of its result in the relaxations' parameters.
  struct Trace {
    /// The coefficients at each relaxed step's result.
    var coefficients: [Int: Tensor] = [:]
  }

  /// Returns objectives in the input that nowhere in the region exceed `objectives` in the target's
  /// value.
  ///
  /// - `parameters`, `constraints`: β and the split constraints whose multiples are subtracted.
  /// - Soundness: in real arithmetic, if `sizes` are given.
  func propagated(
    _ objectives: LinearObjectives, from target: Int, trace: inout Trace?,
    subtracting parameters: RelaxationParameters = RelaxationParameters(),
    in constraints: SplitConstraints = SplitConstraints()
  ) -> LinearObjectives {
    var pending = [Tensor?](repeating: nil, count: target + 1)
    pending[target] = objectives.coefficients
    var constants = objectives.constants
    var result: Tensor?
    func send(_ coefficients: Tensor, to step: Int) {
      pending[step] = pending[step].map { $0 + coefficients } ?? coefficients
    }
    if let inputs = objectives.inputs { send(inputs, to: plan.source) }
    for index in (0...target).reversed() {
      guard var incoming = pending[index] else { continue }
      pending[index] = nil
      let step = plan.steps[index]
      if let multipliers = parameters[.beta, index], constraints.bounds[index] != nil {
        incoming = incoming - multipliers
        let (sum, size) = constraints.offset(of: multipliers, at: index)
        constants = constants + sum
        if sizes != nil { constants = constants - size * Rounding.sum(step.shape.count) }
      }
      if let sizes {
        let size = sizes.gross(of: index, relaxation: relaxations[index])
        constants = constants - rounding(incoming, constants, size, step)
      }
      switch step.rule {
      case .source: result = incoming
      case .constant(let value): constants = constants + incoming.dot(value)
      case .affine(let map, let offset):
        if let offset { constants = constants + incoming.dot(offset) }
        send(incoming.throughRows { map.transposed($0) }, to: step.operands[0])
      case .sum(let signs):
        for (operand, sign) in zip(step.operands, signs) {
          send(sign < 0 ? -incoming : incoming, to: operand)
        }
      case .concatenation(let axis, let pieces):
        for (operand, piece) in zip(step.operands, incoming.split(sizes: pieces, axis: axis + 2)) {
          send(piece, to: operand)
        }
      case .interval:
        guard case .box(let box)? = relaxations[index] else {
          preconditionFailure("step \(index) is not relaxed")
        }
        trace?.coefficients[index] = incoming
        constants = constants + incoming.dot(over: box)
      case .activation, .product, .gate, .choice:
        guard case .planes(let planes)? = relaxations[index] else {
          preconditionFailure("step \(index) is not relaxed")
        }
        trace?.coefficients[index] = incoming
        for (place, operand) in step.operands.enumerated() {
          let (slope, height) = incoming.propagated(through: planes, place: place)
          send(slope, to: operand)
          constants = height.map { constants + $0 } ?? constants
        }
      case .matmul:
        guard case .matmul(let planes)? = relaxations[index] else {
          preconditionFailure("step \(index) is not relaxed")
        }
        let (left, right, constant) = planes.propagated(incoming)
        constants = constants + constant
        send(left, to: step.operands[0])
        send(right, to: step.operands[1])
      }
    }
    let source =
      result
      ?? Tensor.zeros(
        [1, objectives.rowCount] + plan.steps[plan.source].shape.sizes, dtype: plan.dtype)
    return LinearObjectives(coefficients: source, constants: constants)
  }

  /// What rounding may have added to a constant in passing one step.
  private func rounding(
    _ coefficients: Tensor, _ constants: Tensor, _ size: Tensor, _ step: RelaxationPlan.Step
  ) -> Tensor {
    var terms = step.shape.count + 20
    if case .affine(let map, _) = step.rule { terms += map.terms }
    return (coefficients.rowDot(positive: size, negative: -size) + constants.magnitude())
      * (2 * Rounding.sum(terms)) + Rounding.underflow
  }
}

extension MatmulRelaxation {
  /// The lower plane of each product `x · y` is `yₗ · x + xₗ · y - xₗ · yₗ`, the upper one
  /// `yᵤ · x + xₗ · y - xₗ · yᵤ`; coefficients `[batch, rows] + […, n, m]`.
  fileprivate func propagated(_ incoming: Tensor) -> (left: Tensor, right: Tensor, constant: Tensor)
  {
    let positive = incoming.relu()
    let negative = incoming - positive
    func rows(_ x: Tensor) -> Tensor { x.expandedDimension(at: 1) }
    let (low, high) = (rows(right.lower).transposed(), rows(right.upper).transposed())
    let leftLow = rows(left.lower)
    let constant =
      positive.dot(leftLow.matmul(rows(right.lower)))
      + negative.dot(leftLow.matmul(rows(right.upper)))
    return (
      positive.matmul(low) + negative.matmul(high), leftLow.transposed().matmul(incoming), -constant
    )
  }
}

extension Tensor {
  /// The sum over an example's elements of these coefficients, `[batch or 1, rows] + step`, times a
  /// factor of shape `step`, or with one row for each example, or with one for each objective.
  func dot(_ factor: Tensor) -> Tensor {
    guard factor.rank == rank else {
      // A constant of a step, which may be one number for a whole axis.
      let whole = factor.broadcast(to: Array(shape.dropFirst(2))).reshaped(to: [1, 1, -1])
      return flattened(from: 2).dot(positive: whole, negative: whole)
    }
    return rowDot(positive: factor, negative: factor)
  }

  /// The sums over an example's elements of these coefficients times one factor where they are
  /// positive, else the other; factors `[batch or 1, rows or 1] + step`.
  fileprivate func rowDot(positive: Tensor, negative: Tensor) -> Tensor {
    flattened(from: 2).dot(
      positive: positive.flattened(from: 2), negative: negative.flattened(from: 2))
  }

  /// The least sum over an example's elements of these coefficients times numbers between two
  /// bounds.
  fileprivate func dot(over box: Bounds) -> Tensor {
    rowDot(
      positive: box.lower.expandedDimension(at: 1), negative: box.upper.expandedDimension(at: 1))
  }

  /// What planes make of these coefficients: those of an operand and, beside the first one's, what
  /// the intercepts add.
  fileprivate func propagated(
    through planes: Relaxation, place: Int
  ) -> (coefficients: Tensor, constants: Tensor?) {
    func flat(_ x: Tensor) -> Tensor { x.flattened(from: 2) }
    let (low, high) = (flat(planes.lowerSlopes[place]), flat(planes.upperSlopes[place]))
    let (bottom, top) = (flat(planes.lowerIntercept), flat(planes.upperIntercept))
    let found = flat(self).multiplied(positive: (low, bottom), negative: (high, top))
    let shape = Array(found.products.shape.prefix(2)) + self.shape.dropFirst(2)
    return (found.products.reshaped(to: shape), place == 0 ? found.sums : nil)
  }

  /// Applies a function of rows to the rows of every example.
  func throughRows(_ function: (Tensor) -> Tensor) -> Tensor {
    let (batch, rows) = (size(0), size(1))
    let result = function(reshaped(to: [batch * rows] + shape.dropFirst(2)))
    return result.reshaped(to: [batch, rows] + result.shape.dropFirst())
  }
}
