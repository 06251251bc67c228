import Networks
import Tensors

/// Improves the slopes that relaxations leave open, for each form and neuron on its own, by
/// gradient ascent on the bound; and the multipliers of what is known of neurons' ranges.
///
/// Whatever the slopes are, the bound holds: single precision searches, and the bound that counts is
/// computed once more with what was found.
///
/// - Source: "Fast and Complete: Enabling Complete Verification with Rapid and Massively Parallel
///   Incomplete Verifiers" (2021), section 3.2, for slopes; "Beta-CROWN: Efficient Bound Propagation
///   with Per-neuron Split Constraints for Complete and Incomplete Neural Network Robustness
///   Verification" (2021), section 3.2, for multipliers. Slopes of the bound are taken in closed
///   form, by a pass forward along the relaxations, instead of through a tape; bounds of hidden
///   layers are each optimized for themselves, not for the output.
public struct SlopeOptimization: Sendable, Hashable {
  /// How often slopes are changed.
  public var iterations: Int
  /// The first step's length; slopes lie between 0 and 1.
  public var learningRate: Double
  /// What the length is multiplied by after each step.
  public var decay: Double
  /// Ends early when so many steps in a row have improved no bound by a thousandth.
  public var patience: Int

  public init(
    iterations: Int = 20, learningRate: Double = 0.1, decay: Double = 0.98, patience: Int = 10
  ) {
    precondition(
      iterations >= 0 && learningRate > 0 && decay > 0 && patience > 0,
      "iterations must not be negative; rate, decay and patience must be positive")
    (self.iterations, self.learningRate) = (iterations, learningRate)
    (self.decay, self.patience) = (decay, patience)
  }
}

/// What an optimization may change, by step.
struct Slack {
  /// Lower slopes of open kinks, as shares of the way from the left ray's slope to the right one's;
  /// `[batch, rows] + step`.
  var slopes: [Int: Tensor] = [:]
  /// Multipliers of what is known of neurons' ranges; `[batch, 1] + step`.
  var multipliers: [Int: Tensor] = [:]

  func cast(to dtype: DType) -> Slack {
    Slack(
      slopes: slopes.mapValues { $0.cast(to: dtype) },
      multipliers: multipliers.mapValues { $0.cast(to: dtype) })
  }

  /// Takes the rows where `condition`, of shape `[batch, rows]`, holds from `other`.
  mutating func take(_ other: Slack, where condition: Tensor) {
    func merged(_ old: [Int: Tensor], _ new: [Int: Tensor]) -> [Int: Tensor] {
      old.merging(new) { old, new in
        let axes = Shape(repeating: 1, count: old.rank - 2)
        return Tensor.choosing(
          new, where: condition.reshaped(to: condition.shape + axes), otherwise: old)
      }
    }
    (slopes, multipliers) = (merged(slopes, other.slopes), merged(multipliers, other.multipliers))
  }
}

extension SlopeOptimization {
  /// Returns lower bounds of forms in a step's value, in the arithmetic of `bounds`.
  ///
  /// - Throws: `DeadlinePassed`, `CancellationError`.
  func lowerBounds(of forms: LinearForms, at target: Int, in bounds: LinearBounds) throws -> Tensor
  {
    let search = bounds.cast(to: .float32)
    let found = try optimized(forms.cast(to: .float32), at: target, in: search).slack
    return bounds.lowerBounds(of: forms, at: target, with: found)
  }

  /// Returns the best bounds found and what they were found with.
  ///
  /// - `start`: slopes and multipliers to start from.
  /// - `goal`: ends early when every bound lies above it.
  func optimized(
    _ forms: LinearForms, at target: Int, in bounds: LinearBounds,
    ranges: NeuronRanges = NeuronRanges(), start: Slack? = nil, goal: Double? = nil
  ) throws -> (bounds: Tensor, slack: Slack) {
    var current = start ?? bounds.openSlack(rows: forms.rowCount, before: target, ranges: ranges)
    var (best, bestBounds): (Slack, Tensor?) = (current, nil)
    var moments = Moments()
    var rate = learningRate
    var idle = 0
    for iteration in 0...iterations {
      try bounds.deadline.check()
      var trace: BackwardPass.Trace? = .init()
      let pass = bounds.pass(with: current)
      let input = pass.pulledBack(
        forms, from: target, trace: &trace, subtracting: current, in: ranges)
      let found = bounds.region.minimum(of: input)
      if let old = bestBounds {
        let isBetter = found .> old
        idle = (found .> old + old.magnitude() * 1e-3 + 1e-6).any().booleans[0] ? 0 : idle + 1
        best.take(current, where: isBetter)
        bestBounds = Tensor.choosing(found, where: isBetter, otherwise: old)
      } else {
        bestBounds = found
      }
      if iteration == iterations || idle >= patience { break }
      if let goal, (bestBounds! .> goal).all().booleans[0] { break }
      if current.slopes.isEmpty && current.multipliers.isEmpty { break }
      let values = pass.relaxedValues(
        at: bounds.region.minimizer(of: input.coefficients), trace!, before: target)
      current = moments.step(
        current, rate: rate, in: ranges,
        gradient: current.gradient(values, trace!, plan: bounds.plan, ranges: ranges))
      rate *= decay
    }
    return (bestBounds!, best)
  }
}

/// First and second moments of the slopes' slopes.
///
/// - Source: "Adam: A Method for Stochastic Optimization" (2014), algorithm 1.
private struct Moments {
  private var first = Slack()
  private var second = Slack()
  private var count = 0

  mutating func step(
    _ slack: Slack, rate: Double, in ranges: NeuronRanges, gradient: Slack
  ) -> Slack {
    count += 1
    let (correction, squareCorrection) = (1 - pow(0.9, count), 1 - pow(0.999, count))
    func moved(
      _ values: [Int: Tensor], _ slopes: [Int: Tensor], _ first: inout [Int: Tensor],
      _ second: inout [Int: Tensor], _ admitted: (Tensor, Int) -> Tensor
    ) -> [Int: Tensor] {
      var result = values
      for (index, value) in values {
        guard let slope = slopes[index] else { continue }
        let mean = first[index].map { $0 * 0.9 + slope * 0.1 } ?? slope * 0.1
        let square =
          second[index].map { ($0 * 0.999).adding(productOf: slope * 0.001, slope) }
          ?? slope.square() * 0.001
        (first[index], second[index]) = (mean, square)
        let size = (square / squareCorrection).squareRoot() + 1e-8
        result[index] = admitted(value + mean / size * (rate / correction), index)
      }
      return result
    }
    return Slack(
      slopes: moved(slack.slopes, gradient.slopes, &first.slopes, &second.slopes) { slopes, _ in
        slopes.clamped(from: 0, through: 1)
      },
      multipliers: moved(
        slack.multipliers, gradient.multipliers, &first.multipliers, &second.multipliers
      ) { ranges.admitted($0, of: $1) })
  }

  private func pow(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { result, _ in result * base }
  }
}

extension Slack {
  /// The slopes of the bounds in everything that may be changed.
  fileprivate func gradient(
    _ values: [Tensor?], _ trace: BackwardPass.Trace, plan: RelaxationPlan, ranges: NeuronRanges
  ) -> Slack {
    var result = Slack()
    for index in slopes.keys {
      let operand = plan.steps[index].operands[0]
      guard let value = values[operand], let coefficients = trace.coefficients[index] else {
        continue
      }
      let kink = plan.steps[index].rule.kink!
      result.slopes[index] = coefficients.relu() * value * (kink.right - kink.left)
    }
    for (step, multiplier) in multipliers {
      guard let value = values[step] else { continue }
      result.multipliers[step] = ranges.slopes(of: multiplier, at: step, values: value)
    }
    return result
  }
}

extension LinearForms {
  func cast(to dtype: DType) -> LinearForms {
    LinearForms(
      coefficients: coefficients.cast(to: dtype), constants: constants.cast(to: dtype),
      inputs: inputs?.cast(to: dtype))
  }
}

extension LinearBounds {
  /// The slopes that are open before a step, as the relaxations have them, and no multipliers.
  func openSlack(rows: Int, before target: Int, ranges: NeuronRanges) -> Slack {
    var slack = Slack()
    for (index, relaxation) in relaxations.enumerated() where index <= target {
      guard case .planes(let planes)? = relaxation, let isOpen = planes.isOpen,
        isOpen.any().booleans[0]
      else { continue }
      let kink = plan.steps[index].rule.kink!
      let slope = (planes.lowerSlopes[0] - kink.left) / (kink.right - kink.left)
      slack.slopes[index] = slope.broadcast(
        to: [region.batch, rows] + slope.shape.dropFirst(2))
    }
    slack.multipliers = ranges.ends.mapValues { $0.lower.zerosLike() }
    return slack
  }

  /// A pass with other slopes where they are open.
  func pass(with slack: Slack) -> BackwardPass {
    var changed = relaxations
    for (index, slopes) in slack.slopes {
      guard case .planes(var planes)? = relaxations[index], let isOpen = planes.isOpen else {
        continue
      }
      planes.lowerSlopes[0] = Tensor.choosing(
        plan.steps[index].rule.kink!.slope(at: slopes), where: isOpen,
        otherwise: planes.lowerSlopes[0])
      changed[index] = .planes(planes)
    }
    return BackwardPass(plan: plan, relaxations: changed, sizes: sizes)
  }

  /// Returns lower bounds of forms, with slopes and multipliers that were found elsewhere.
  func lowerBounds(
    of forms: LinearForms, at target: Int, with slack: Slack, ranges: NeuronRanges = NeuronRanges()
  ) -> Tensor {
    let slack = slack.cast(to: plan.dtype)
    var trace: BackwardPass.Trace?
    return region.minimum(
      of: pass(with: slack).pulledBack(
        forms, from: target, trace: &trace, subtracting: slack, in: ranges.cast(to: plan.dtype)))
  }

  /// The same bounds to search with.
  func cast(to dtype: DType) -> LinearBounds {
    guard dtype != plan.dtype else { return self }
    return LinearBounds(
      plan.single, over: region, ends: ends.map { $0?.cast(to: dtype) }, sizes: nil, until: deadline
    )
  }
}
