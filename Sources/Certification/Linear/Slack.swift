import Networks
import Tensors

/// What an optimization may change of a pass: whatever it is, the bound holds.
struct Slack: Sendable {
  enum Kind: Sendable {
    /// Lower slopes of open kinks, as shares of the way from the left ray's slope to the right one's;
    /// `[batch, rows] + step`.
    case slope
    /// Where a line under a curve touches it, and where a line over it; `[batch, rows] + step`.
    case lowerPoint, upperPoint
    /// Multipliers of what is known of neurons' ranges; `[batch, 1] + step`.
    case multiplier
  }

  /// The relaxed step, or, of multipliers, the step whose range is known.
  struct Key: Hashable, Sendable {
    let kind: Kind
    let step: Int
  }

  var values: [Key: Tensor] = [:]

  subscript(kind: Kind, step: Int) -> Tensor? {
    get { values[Key(kind: kind, step: step)] }
    set { values[Key(kind: kind, step: step)] = newValue }
  }

  func map(_ change: (Tensor) -> Tensor) -> Slack { Slack(values: values.mapValues(change)) }

  func cast(to dtype: DType) -> Slack { map { $0.cast(to: dtype) } }

  /// The same without multipliers of other ranges.
  func multiplying(only ranges: NeuronRanges) -> Slack {
    Slack(values: values.filter { $0.key.kind != .multiplier || ranges.ends[$0.key.step] != nil })
  }

  /// Takes over what another one holds.
  mutating func take(_ other: Slack) { values.merge(other.values) { $1 } }

  /// Takes the rows where `condition`, of shape `[batch, rows]`, holds from `other`.
  mutating func take(_ other: Slack, where condition: Tensor) {
    values.merge(other.values) { old, new in
      let axes = Shape(repeating: 1, count: old.rank - 2)
      return Tensor.choosing(
        new, where: condition.reshaped(to: condition.shape + axes), otherwise: old)
    }
  }

  /// The slopes of bounds in everything that may be changed.
  ///
  /// - `values`: what the steps take where the bounds are lowest.
  func gradient(
    _ values: [Tensor?], _ trace: BackwardPass.Trace, plan: RelaxationPlan, ranges: NeuronRanges
  ) -> Slack {
    var result = Slack()
    for (key, current) in self.values {
      guard key.kind != .multiplier else {
        result.values[key] = values[key.step].map {
          ranges.slopes(of: current, at: key.step, values: $0)
        }
        continue
      }
      guard let value = values[plan.steps[key.step].operands[0]],
        let coefficients = trace.coefficients[key.step],
        case .activation(let function) = plan.steps[key.step].rule
      else { continue }
      switch key.kind {
      case .slope:
        let kink = function.kink!
        let slope = coefficients.relu() * value
        result.values[key] =
          kink.right - kink.left == 1 ? slope : slope * (kink.right - kink.left)
      case .lowerPoint:
        result.values[key] =
          coefficients.relu() * function.curvature(at: current) * (value - current)
      case .upperPoint:
        result.values[key] =
          -(-coefficients).relu() * function.curvature(at: current) * (value - current)
      case .multiplier: break
      }
    }
    return result
  }
}

extension ElementwiseFunction {
  func slope(at x: Tensor) -> Tensor { Tensors.gradient(at: x) { evaluated(on: $0).sum() } }

  fileprivate func curvature(at x: Tensor) -> Tensor {
    Tensors.gradient(at: x) { slope(at: $0).sum() }
  }
}
