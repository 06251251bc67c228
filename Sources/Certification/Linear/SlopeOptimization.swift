import Networks
import Tensors

/// Optimizes bounds by gradient ascent on α, the lower slopes of ReLUs and the tangent points of
/// smooth activations, for each objective and neuron on its own, and on β, the multipliers of split
/// constraints.
///
/// Whatever α and β are, the bound holds: single precision searches, and the bound that counts is
/// computed once more with what was found.
///
/// - Source: "Fast and Complete: Enabling Complete Verification with Rapid and Massively Parallel
///   Incomplete Verifiers" (2021), section 3.2, for α; "Beta-CROWN: Efficient Bound Propagation
///   with Per-neuron Split Constraints for Complete and Incomplete Neural Network Robustness
///   Verification" (2021), section 3.2, for β. The gradient of the bound is taken in closed
///   form, by a pass forward along the relaxations, instead of through a tape; intermediate
///   bounds are each optimized for themselves, not for the output.
public struct SlopeOptimization: Sendable, Hashable {
  /// The number of gradient steps.
  public var iterations: Int
  /// The first step's length; α lies between 0 and 1.
  public var learningRate: Double
  /// What the length is multiplied by after each step.
  public var decay: Double
  /// Stops early when so many steps in a row have improved no bound by a thousandth.
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
  /// Returns lower bounds of objectives in a step's value, in the arithmetic of `bounds`.
  ///
  /// - Throws: `DeadlinePassed`, `CancellationError`.
  func lowerBounds(of objectives: LinearObjectives, at target: Int, in bounds: LinearBounds) throws
    -> Tensor
  {
    let search = bounds.cast(to: .float32)
    let found = try optimized(objectives.cast(to: .float32), at: target, in: search).parameters
    return bounds.lowerBounds(of: objectives, at: target, with: found)
  }

  /// Returns the best bounds found and their parameters.
  ///
  /// - `units`: the scale of steps of β, by step; 1 where nothing is said.
  /// - `start`: α and β to start from.
  /// - `goal`: stops early when every bound lies above it.
  func optimized(
    _ objectives: LinearObjectives, at target: Int, in bounds: LinearBounds,
    constraints: SplitConstraints = SplitConstraints(), units: [Int: Tensor] = [:],
    start: RelaxationParameters? = nil,
    goal: Double? = nil
  ) throws -> (bounds: Tensor, parameters: RelaxationParameters) {
    var current =
      start
      ?? bounds.initialParameters(
        rows: objectives.rowCount, before: target, constraints: constraints)
    var (best, bestBounds): (RelaxationParameters, Tensor?) = (current, nil)
    var moments = Moments()
    var rate = learningRate
    var idle = 0
    for iteration in 0...iterations {
      try bounds.deadline.check()
      var trace: BackwardPass.Trace? = .init()
      let pass = bounds.pass(with: current)
      let input = pass.propagated(
        objectives, from: target, trace: &trace, subtracting: current, in: constraints)
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
      let gradient = current.gradient(values, trace!, plan: bounds.plan, constraints: constraints)
      for (key, move) in moments.steps(along: gradient, rate: rate) {
        let step = key.kind == .beta ? units[key.step].map { move * $0 } ?? move : move
        current.values[key] = bounds.stepped(current.values[key]!, by: step, key, in: constraints)
      }
      rate *= decay
    }
    return (bestBounds!, best)
  }
}

/// First and second moments of the gradient of the bounds.
///
/// - Source: "Adam: A Method for Stochastic Optimization" (2014), algorithm 1.
private struct Moments {
  private var first: [RelaxationParameters.Key: Tensor] = [:]
  private var second: [RelaxationParameters.Key: Tensor] = [:]
  private var count = 0

  mutating func steps(along gradient: RelaxationParameters, rate: Double) -> [RelaxationParameters
    .Key: Tensor]
  {
    count += 1
    let (correction, squareCorrection) = (1 - pow(0.9, count), 1 - pow(0.999, count))
    var steps: [RelaxationParameters.Key: Tensor] = [:]
    for (key, gradient) in gradient.values {
      let mean = first[key]?.interpolated(to: gradient, fraction: 0.1) ?? gradient * 0.1
      let square =
        second[key]?.interpolated(to: gradient.square(), fraction: 0.001) ?? gradient.square()
        * 0.001
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

extension LinearObjectives {
  func cast(to dtype: DType) -> LinearObjectives {
    LinearObjectives(
      coefficients: coefficients.cast(to: dtype), constants: constants.cast(to: dtype),
      inputs: inputs?.cast(to: dtype))
  }
}
