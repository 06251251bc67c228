import Networks
import Tensors

/// Linear objectives in a step's value, bounded over the subdomains that splits of ReLUs and other
/// activations make: in each subdomain the inputs of some activations lie on one side of a point.
///
/// A ReLU is split at its kink, so that each side is linear; a smooth activation is split inside of
/// its range, as often as it takes, and each side's relaxation is tighter. Intermediate bounds are
/// those of the whole region, clamped to each subdomain's split constraints. A subdomain's bound is
/// optimized over α, the relaxations' slopes, and β, the multipliers of its split constraints, in
/// batches of subdomains, warm-started from the parent.
///
/// - Source: "Beta-CROWN: Efficient Bound Propagation with Per-neuron Split Constraints for
///   Complete and Incomplete Neural Network Robustness Verification" (2021), section 3.3, for
///   kinks; "Neural Network Verification with Branch-and-Bound for General Nonlinearities" (2024),
///   section 3, for smooth activations. Deviations: a neuron's branching score is its share of the
///   relaxation's loss, and the best are tried out on both sides; points are not optimized
///   beforehand.
struct ReLUSplits {
  /// Bounds over the whole region, certified; one example.
  let root: LinearBounds
  let target: Int
  /// Each subdomain is about one of them; `[1, objectives] + step`.
  let objectives: LinearObjectives
  /// How many candidates are tried before one is split.
  let candidates: Int
  let optimization = SlopeOptimization(iterations: 20, learningRate: 0.1, decay: 0.9, patience: 8)
  let batchSize: Int
  /// The unstable activations before the target, by the bounds of the whole region.
  let splittable: [Int]
  /// The scale of steps of β: the magnitude of the coefficients at each neuron in the whole region,
  /// and a tenth of the mean for neurons without one; `[objectives, 1] + step`.
  private let units: [Int: Tensor]

  /// - `parameters`: the parameters of the objectives' bounds of the whole region.
  init(
    _ objectives: LinearObjectives, at target: Int, in root: LinearBounds,
    parameters: RelaxationParameters, candidates: Int
  ) {
    (self.root, self.target, self.objectives, self.candidates) = (
      root, target, objectives, candidates
    )
    var trace: BackwardPass.Trace? = .init()
    _ = root.pass(with: parameters.cast(to: root.plan.dtype)).propagated(
      objectives, from: target, trace: &trace)
    var units: [Int: Tensor] = [:]
    for (index, coefficients) in trace!.coefficients {
      if case .interval = root.plan.steps[index].rule { continue }
      let size = coefficients.magnitude().cast(to: .float32).rowsAsExamples
      let mean = size.mean(axes: Array(1..<size.rank), keepingAxes: true)
      units[root.plan.steps[index].operands[0]] = size + mean * 0.1
    }
    self.units = units
    splittable = root.relaxations.indices.filter { index in
      guard trace!.coefficients[index] != nil,
        case .activation(let function) = root.plan.steps[index].rule,
        let bounds = root.intermediateBounds[root.plan.steps[index].operands[0]]
      else { return false }
      return function.isSplittable(over: bounds).any().booleans[0]
    }
    // Passes over large networks are long: smaller batches keep deadlines and memory.
    batchSize = min(256, max(2, LinearBounds.largestPass / root.plan.largestStep / 4))
  }

  var plan: RelaxationPlan { root.plan }

  /// The steps that feed splittable activations.
  private var splittableOperands: [Int] {
    Set(splittable.map { plan.steps[$0].operands[0] }).sorted()
  }

  /// About how many numbers a subdomain keeps: bounds, a relaxation and β for each neuron.
  var subdomainSize: Int { max(1, Self.subdomainSize(of: splittableOperands, plan)) }

  /// The same, where these steps feed splittable activations.
  static func subdomainSize(of operands: [Int], _ plan: RelaxationPlan) -> Int {
    5 * operands.reduce(0) { $0 + plan.steps[$1].shape.count }
  }

  /// How many numbers of open subdomains may lie in memory.
  static let openNumbers = 1 << 28

  /// The whole region as a subdomain for each objective, without split constraints.
  ///
  /// - `parameters`: as for the initializer.
  func whole(_ parameters: RelaxationParameters) -> SubdomainBatch {
    var start = parameters.cast(to: .float32).map(\.rowsAsExamples)
    let count = objectives.rowCount
    let none = SplitConstraints(
      bounds: splittableOperands.reduce(into: [:]) { bounds, step in
        let blank = Tensor.zeros([count, 1] + plan.steps[step].shape.sizes)
        start[.beta, step] = blank
        bounds[step] = Bounds(
          lower: blank.filled(with: -.infinity), upper: blank.filled(with: .infinity))
      })
    return SubdomainBatch(constraints: none, parameters: start, objectives: Array(0..<count))
  }

  /// The objectives of subdomains.
  func objectives(of batch: SubdomainBatch, in dtype: DType = .float32) -> LinearObjectives {
    let objectives = objectives.cast(to: dtype)
    guard objectives.rowCount > 1 else { return objectives }
    let places = Tensor(batch.objectives)
    return LinearObjectives(
      coefficients: objectives.coefficients.rowsAsExamples.gathering(places),
      constants: objectives.constants.rowsAsExamples.gathering(places))
  }

  /// The intermediate bounds of a batch's subdomains, clamped to their split constraints.
  func bounds(of batch: SubdomainBatch, in dtype: DType) -> LinearBounds {
    let index = Tensor(Array(repeating: 0, count: batch.count))
    let constraints = batch.constraints.cast(to: dtype)
    let bounds = root.intermediateBounds.enumerated().map { step, bounds -> Bounds? in
      guard let bounds, step < target else { return nil }
      let shape = [batch.count] + plan.steps[step].shape.sizes
      return constraints.clamping(bounds.map { $0.cast(to: dtype).broadcast(to: shape) }, of: step)
    }
    let isProof = dtype == .float64
    return LinearBounds(
      isProof ? plan : plan.single, over: root.region.rows(index), intermediateBounds: bounds,
      sizes: isProof ? root.sizes : nil, until: root.deadline)
  }

  /// Splits subdomains, and bounds both sides: first all upper sides, then all lower ones.
  ///
  /// - `goal`: enough for every bound.
  func sides(
    of subdomains: [Subdomain], goal: Double?
  ) throws -> (subdomains: SubdomainBatch, bounds: LinearBounds, values: Tensor) {
    let parents = SubdomainBatch(subdomains)
    let bounds = bounds(of: parents, in: .float32)
    var sides = traced(parents, bounds).split(
      Array(subdomains.indices), at: subdomains.map(\.split))
    let places = Tensor(sides.subdomains.objectives)
    // Steps without a split in any subdomain have no β to optimize.
    let constraints = sides.subdomains.constraints.known
    let result = try optimization.optimized(
      objectives(of: sides.subdomains), at: target, in: sides.bounds, constraints: constraints,
      units: objectives.rowCount > 1 ? units.mapValues { $0.gathering(places) } : units,
      start: sides.subdomains.parameters.multiplying(only: constraints), goal: goal)
    sides.subdomains.parameters.take(result.parameters)
    return (sides.subdomains, sides.bounds, result.bounds.flattened())
  }

  /// Certified lower bounds of subdomains, with the α and β that they have and all rounding added.
  ///
  /// - `objectives`: others than the subdomains' own.
  /// - Shape: `[subdomains]`, in double precision.
  func certified(_ batch: SubdomainBatch, objectives: LinearObjectives? = nil) -> Tensor {
    bounds(of: batch, in: .float64).lowerBounds(
      of: objectives ?? self.objectives(of: batch, in: .float64), at: target,
      with: batch.parameters,
      constraints: batch.constraints
    ).flattened()
  }

  /// Subdomains with the coefficients of their objectives at every step.
  func traced(_ batch: SubdomainBatch, _ bounds: LinearBounds) -> TracedSubdomains {
    var trace: BackwardPass.Trace? = .init()
    let pass = bounds.pass(with: batch.parameters)
    let input = pass.propagated(
      objectives(of: batch), from: target, trace: &trace, subtracting: batch.parameters,
      in: batch.constraints)
    return TracedSubdomains(
      subdomains: batch, bounds: bounds, pass: pass, trace: trace!, input: input)
  }

  /// Returns subdomains with raised β, so that minimizers are driven into them.
  ///
  /// A bound may lie below 0 although no relaxation loses anything at the minimizer: then the
  /// minimizer lies outside of the subdomain, and the neurons that show so have no branching score.
  /// With β raised they do. This is for branching only; bounds use the β that was found.
  func pressed(_ batch: SubdomainBatch) -> SubdomainBatch {
    var batch = batch
    let places = Tensor(batch.objectives)
    for (step, known) in batch.constraints.bounds {
      guard let unit = units[step], let old = batch.parameters[.beta, step] else { continue }
      let raise = (unit.gathering(places) * Self.pressure).broadcast(to: known.lower.shape)
      batch.parameters[.beta, step] =
        old + batch.constraints.admitted(raise, of: step)
        + batch.constraints.admitted(-raise, of: step)
    }
    return batch
  }

  /// By how many units β is raised. Of 0 to 40, 2 to 4 verified most of what was tried.
  private static let pressure = 3.0
}

extension Tensor {
  /// `[1, rows] + step` as `[rows, 1] + step`, and `[1, rows]` as `[rows, 1]`.
  fileprivate var rowsAsExamples: Tensor {
    let shape = shape
    return reshaped(to: [shape[1], 1] + shape.dropFirst(2))
  }
}
