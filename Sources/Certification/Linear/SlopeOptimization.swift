import Networks
import Tensors

/// Improves what relaxations leave open, the slopes under kinks and the points where lines touch
/// curves, for each form and neuron on its own, by gradient ascent on the bound; and the multipliers of what is known of neurons' ranges.
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
    iterations: Int = 20, learningRate: Double = 0.3, decay: Double = 0.95, patience: Int = 10
  ) {
    precondition(
      iterations >= 0 && learningRate > 0 && decay > 0 && patience > 0,
      "iterations must not be negative; rate, decay and patience must be positive")
    (self.iterations, self.learningRate) = (iterations, learningRate)
    (self.decay, self.patience) = (decay, patience)
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
  /// - `units`: how large steps of multipliers are, by step; 1 where nothing is said.
  /// - `start`: slopes and multipliers to start from.
  /// - `goal`: ends early when every bound lies above it.
  func optimized(
    _ forms: LinearForms, at target: Int, in bounds: LinearBounds,
    ranges: NeuronRanges = NeuronRanges(), units: [Int: Tensor] = [:], start: Slack? = nil,
    goal: Double? = nil
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
      if current.values.isEmpty { break }
      let values = pass.relaxedValues(
        at: bounds.region.minimizer(of: input.coefficients), trace!, before: target)
      let gradient = current.gradient(values, trace!, plan: bounds.plan, ranges: ranges)
      for (key, move) in moments.steps(along: gradient, rate: rate) {
        let step = key.kind == .multiplier ? units[key.step].map { move * $0 } ?? move : move
        current.values[key] = bounds.moved(current.values[key]!, by: step, key, in: ranges)
      }
      rate *= decay
    }
    return (bestBounds!, best)
  }
}

/// First and second moments of the slopes of the bounds.
///
/// - Source: "Adam: A Method for Stochastic Optimization" (2014), algorithm 1.
private struct Moments {
  private var first: [Slack.Key: Tensor] = [:]
  private var second: [Slack.Key: Tensor] = [:]
  private var count = 0

  mutating func steps(along gradient: Slack, rate: Double) -> [Slack.Key: Tensor] {
    count += 1
    let (correction, squareCorrection) = (1 - pow(0.9, count), 1 - pow(0.999, count))
    var steps: [Slack.Key: Tensor] = [:]
    for (key, slope) in gradient.values {
      let mean = first[key]?.interpolated(to: slope, fraction: 0.1) ?? slope * 0.1
      let square =
        second[key]?.interpolated(to: slope.square(), fraction: 0.001) ?? slope.square() * 0.001
      (first[key], second[key]) = (mean, square)
      // The corrections are left to one factor, which saves a pass over memory each.
      let root = squareCorrection.squareRoot()
      steps[key] = mean / (square.squareRoot() + 1e-8 * root) * (rate * root / correction)
    }
    return steps
  }

  private func pow(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { result, _ in result * base }
  }
}

extension LinearForms {
  func cast(to dtype: DType) -> LinearForms {
    LinearForms(
      coefficients: coefficients.cast(to: dtype), constants: constants.cast(to: dtype),
      inputs: inputs?.cast(to: dtype))
  }
}
