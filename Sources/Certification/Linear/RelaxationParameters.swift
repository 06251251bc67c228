import Networks
import Tensors

/// The optimizable parameters of a bound, α and β: whatever they are, the bound holds.
struct RelaxationParameters: Sendable {
  enum Kind: Sendable {
    /// α: lower slopes of unstable kinks, as shares of the way from the left ray's slope to the
    /// right one's; `[batch, rows] + step`.
    case alpha
    /// α of smooth activations: the tangent points of the lower and the upper line; `[batch, rows]
    /// + step`.
    case lowerTangent, upperTangent
    /// β: multipliers of split constraints; `[batch, 1] + step`.
    case beta
  }

  /// The relaxed step, or, of β, the constrained step.
  struct Key: Hashable, Sendable {
    let kind: Kind
    let step: Int
  }

  var values: [Key: Tensor] = [:]

  subscript(kind: Kind, step: Int) -> Tensor? {
    get { values[Key(kind: kind, step: step)] }
    set { values[Key(kind: kind, step: step)] = newValue }
  }

  func map(_ change: (Tensor) -> Tensor) -> RelaxationParameters {
    RelaxationParameters(values: values.mapValues(change))
  }

  func cast(to dtype: DType) -> RelaxationParameters { map { $0.cast(to: dtype) } }

  /// The same without β of other constraints.
  func multiplying(only constraints: SplitConstraints) -> RelaxationParameters {
    RelaxationParameters(
      values: values.filter { $0.key.kind != .beta || constraints.bounds[$0.key.step] != nil })
  }

  /// Takes over what another one holds.
  mutating func take(_ other: RelaxationParameters) { values.merge(other.values) { $1 } }

  /// Takes the rows where `condition`, of shape `[batch, rows]`, holds from `other`.
  mutating func take(_ other: RelaxationParameters, where condition: Tensor) {
    values.merge(other.values) { old, new in
      let axes = Shape(repeating: 1, count: old.rank - 2)
      return Tensor.choosing(
        new, where: condition.reshaped(to: condition.shape + axes), otherwise: old)
    }
  }

  /// The gradient of bounds with respect to all parameters.
  ///
  /// - `values`: what the steps take where the bounds are lowest.
  func gradient(
    _ values: [Tensor?], _ trace: BackwardPass.Trace, plan: RelaxationPlan,
    constraints: SplitConstraints
  ) -> RelaxationParameters {
    var result = RelaxationParameters()
    for (key, current) in self.values {
      guard key.kind != .beta else {
        result.values[key] = values[key.step].map {
          constraints.gradient(of: current, at: key.step, values: $0)
        }
        continue
      }
      guard let value = values[plan.steps[key.step].operands[0]],
        let coefficients = trace.coefficients[key.step],
        case .activation(let function) = plan.steps[key.step].rule
      else { continue }
      switch key.kind {
      case .alpha:
        let kink = function.kink!
        let slope = coefficients.relu() * value
        result.values[key] =
          kink.right - kink.left == 1 ? slope : slope * (kink.right - kink.left)
      case .lowerTangent:
        result.values[key] =
          coefficients.relu() * function.curvature(at: current) * (value - current)
      case .upperTangent:
        result.values[key] =
          -(-coefficients).relu() * function.curvature(at: current) * (value - current)
      case .beta: break
      }
    }
    return result
  }
}

extension ElementwiseFunction {
  func derivative(at x: Tensor) -> Tensor { Tensors.gradient(at: x) { evaluated(on: $0).sum() } }

  fileprivate func curvature(at x: Tensor) -> Tensor {
    Tensors.gradient(at: x) { derivative(at: $0).sum() }
  }
}
