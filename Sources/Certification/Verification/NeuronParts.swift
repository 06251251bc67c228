import Networks
import Tensors

/// Forms in a step's value, bounded over parts of a region: in each part the arguments of some
/// activations are known to lie on one side of a point.
///
/// At a kink the point is the kink, and each side is linear; a smooth activation is split inside of
/// its range, as often as it takes, and each side lies closer to its lines. Bounds of hidden layers
/// are those of the whole region; parts take them over, cut to the ranges that they know. A part's
/// bound is optimized over slopes and over multipliers of its ranges, many parts at a time, warm
/// from the part that it came from.
///
/// - Source: "Beta-CROWN: Efficient Bound Propagation with Per-neuron Split Constraints for Complete
///   and Incomplete Neural Network Robustness Verification" (2021), section 3.3, for kinks; "Neural
///   Network Verification with Branch-and-Bound for General Nonlinearities" (2024), section 3, for
///   smooth activations. Deviations: what a neuron is worth splitting is its share of the loss, then
///   tried out on both sides; points are not optimized beforehand.
struct NeuronParts {
  /// Bounds over the whole region, proven; one example.
  let root: LinearBounds
  let target: Int
  /// Each part is about one of them; `[1, forms] + step`.
  let forms: LinearForms
  /// How many neurons are tried before one is split.
  let candidates: Int
  let optimization = SlopeOptimization(iterations: 20, learningRate: 0.1, decay: 0.9, patience: 8)
  let batchSize: Int
  /// The activations before the target that bounds of the whole region leave room for splitting.
  let splittable: [Int]
  /// How large steps of multipliers are: as the coefficients that neurons meet in the whole region,
  /// from which they take, and a tenth of the mean for neurons that meet none; `[forms, 1] + step`.
  private let units: [Int: Tensor]

  /// - `slack`: what the forms' bounds of the whole region were found with.
  init(
    _ forms: LinearForms, at target: Int, in root: LinearBounds, slack: Slack, candidates: Int
  ) {
    (self.root, self.target, self.forms, self.candidates) = (root, target, forms, candidates)
    var trace: BackwardPass.Trace? = .init()
    _ = root.pass(with: slack.cast(to: root.plan.dtype)).pulledBack(
      forms, from: target, trace: &trace)
    var units: [Int: Tensor] = [:]
    for (index, coefficients) in trace!.coefficients {
      if case .enclosed = root.plan.steps[index].rule { continue }
      let size = coefficients.magnitude().cast(to: .float32).rowsAsExamples
      let mean = size.mean(axes: Array(1..<size.rank), keepingAxes: true)
      units[root.plan.steps[index].operands[0]] = size + mean * 0.1
    }
    self.units = units
    splittable = root.relaxations.indices.filter { index in
      guard trace!.coefficients[index] != nil,
        case .activation(let function) = root.plan.steps[index].rule,
        let ends = root.ends[root.plan.steps[index].operands[0]]
      else { return false }
      return function.isSplittable(over: ends).any().booleans[0]
    }
    // Passes over large networks are long: fewer parts at once keep deadlines and memory.
    batchSize = min(256, max(2, LinearBounds.largestPass / root.plan.largestStep / 4))
  }

  var plan: RelaxationPlan { root.plan }

  /// The steps that feed splittable activations.
  private var splittableOperands: [Int] {
    Set(splittable.map { plan.steps[$0].operands[0] }).sorted()
  }

  /// About how many numbers a part keeps: a range, lines and a multiplier for each neuron.
  var partSize: Int { max(1, Self.partSize(of: splittableOperands, plan)) }

  /// The same, where these steps feed splittable activations.
  static func partSize(of operands: [Int], _ plan: RelaxationPlan) -> Int {
    5 * operands.reduce(0) { $0 + plan.steps[$1].shape.count }
  }

  /// How many numbers of open parts may lie in memory.
  static let openNumbers = 1 << 28

  /// The whole region as a part for each form, of which no range is known.
  ///
  /// - `slack`: as for the initializer.
  func whole(_ slack: Slack) -> PartBatch {
    var start = slack.cast(to: .float32).map(\.rowsAsExamples)
    let count = forms.rowCount
    let none = NeuronRanges(
      ends: splittableOperands.reduce(into: [:]) { ends, step in
        let blank = Tensor.zeros([count, 1] + plan.steps[step].shape.sizes)
        start[.multiplier, step] = blank
        ends[step] = Ends(
          lower: blank.filled(with: -.infinity), upper: blank.filled(with: .infinity))
      })
    return PartBatch(ranges: none, slack: start, forms: Array(0..<count))
  }

  /// The forms of parts.
  func forms(of batch: PartBatch, in dtype: DType = .float32) -> LinearForms {
    let forms = forms.cast(to: dtype)
    guard forms.rowCount > 1 else { return forms }
    let places = Tensor(batch.forms)
    return LinearForms(
      coefficients: forms.coefficients.rowsAsExamples.gathering(places),
      constants: forms.constants.rowsAsExamples.gathering(places))
  }

  /// The bounds of a batch's parts, cut to their ranges.
  func bounds(of batch: PartBatch, in dtype: DType) -> LinearBounds {
    let index = Tensor(Array(repeating: 0, count: batch.count))
    let ranges = batch.ranges.cast(to: dtype)
    let ends = root.ends.enumerated().map { step, ends -> Ends? in
      guard let ends, step < target else { return nil }
      let shape = [batch.count] + plan.steps[step].shape.sizes
      return ranges.narrowing(ends.map { $0.cast(to: dtype).broadcast(to: shape) }, of: step)
    }
    let isProof = dtype == .float64
    return LinearBounds(
      isProof ? plan : plan.single, over: root.region.rows(index), ends: ends,
      sizes: isProof ? root.sizes : nil, until: root.deadline)
  }

  /// Splits parts, and bounds both sides: first all upper sides, then all lower ones.
  ///
  /// - `goal`: enough for every bound.
  func sides(
    of parts: [Part], goal: Double?
  ) throws -> (parts: PartBatch, bounds: LinearBounds, values: Tensor) {
    let parents = PartBatch(parts)
    let bounds = bounds(of: parents, in: .float32)
    var sides = traced(parents, bounds).split(Array(parts.indices), at: parts.map(\.split))
    let places = Tensor(sides.parts.forms)
    // Steps of which nothing is known in any part have no multipliers to optimize.
    let ranges = sides.parts.ranges.known
    let result = try optimization.optimized(
      forms(of: sides.parts), at: target, in: sides.bounds, ranges: ranges,
      units: forms.rowCount > 1 ? units.mapValues { $0.gathering(places) } : units,
      start: sides.parts.slack.multiplying(only: ranges), goal: goal)
    sides.parts.slack.take(result.slack)
    return (sides.parts, sides.bounds, result.bounds.flattened())
  }

  /// Lower bounds of parts, with the slopes and multipliers that they have; proven, with all rounding
  /// added.
  ///
  /// - `forms`: others than the parts' own.
  /// - Shape: `[parts]`, in double precision.
  func proven(_ batch: PartBatch, forms: LinearForms? = nil) -> Tensor {
    bounds(of: batch, in: .float64).lowerBounds(
      of: forms ?? self.forms(of: batch, in: .float64), at: target, with: batch.slack,
      ranges: batch.ranges
    ).flattened()
  }

  /// Parts with the coefficients that their forms meet.
  func traced(_ batch: PartBatch, _ bounds: LinearBounds) -> TracedParts {
    var trace: BackwardPass.Trace? = .init()
    let pass = bounds.pass(with: batch.slack)
    let input = pass.pulledBack(
      forms(of: batch), from: target, trace: &trace, subtracting: batch.slack, in: batch.ranges)
    return TracedParts(parts: batch, bounds: bounds, pass: pass, trace: trace!, input: input)
  }

  /// Returns parts with their forms led away from inputs outside of them.
  ///
  /// A bound may lie below 0 although no line that it uses loses anything: then nothing inside the
  /// part reaches it, but the neurons that show so cost nothing. With multipliers raised they do.
  /// This is for choosing only; bounds are made with the multipliers that were found.
  func pressed(_ batch: PartBatch) -> PartBatch {
    var batch = batch
    let places = Tensor(batch.forms)
    for (step, known) in batch.ranges.ends {
      guard let unit = units[step], let old = batch.slack[.multiplier, step] else { continue }
      let raise = (unit.gathering(places) * Self.pressure).broadcast(to: known.lower.shape)
      batch.slack[.multiplier, step] =
        old + batch.ranges.admitted(raise, of: step) + batch.ranges.admitted(-raise, of: step)
    }
    return batch
  }

  /// By how many units multipliers are raised. Of 0 to 40, 2 to 4 settled most of what was tried.
  private static let pressure = 3.0
}

extension Tensor {
  /// `[1, rows] + step` as `[rows, 1] + step`, and `[1, rows]` as `[rows, 1]`.
  fileprivate var rowsAsExamples: Tensor {
    let shape = shape
    return reshaped(to: [shape[1], 1] + shape.dropFirst(2))
  }
}
