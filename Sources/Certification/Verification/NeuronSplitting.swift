import Models
import Networks
import Tensors

/// Settles one case of a group by splitting neurons: in each part the arguments of some activations
/// are known to lie on one side of a point.
///
/// At a kink the point is the kink, and each side is linear; a smooth activation is split inside of
/// its range, as often as it takes, and each side lies closer to its lines. Bounds of hidden layers
/// are made once, for the whole box; parts take them over, cut to the ranges that they know. A
/// part's bound is optimized over slopes and over multipliers of its ranges, many parts at a time,
/// warm from the part that it came from.
///
/// - Soundness: parts cover the box, because both sides of a point do. Single precision searches; a
///   part is closed by a bound computed in double precision, with all rounding added, from the slopes
///   and multipliers found.
/// - Source: "Beta-CROWN: Efficient Bound Propagation with Per-neuron Split Constraints for Complete
///   and Incomplete Neural Network Robustness Verification" (2021), section 3.3, for kinks; "Neural
///   Network Verification with Branch-and-Bound for General Nonlinearities" (2024), section 3, for
///   smooth activations. Deviations: what a neuron is worth splitting is its share of the loss, then
///   tried out on both sides; points are not optimized beforehand.
struct NeuronSplitting {
  let search: CounterexampleSearch
  /// Bounds over the whole box, proven; one example.
  let root: LinearBounds
  /// The case's rows, combined into one form in the output.
  let form: LinearForms
  /// Its place in the group.
  let place: Int
  var batchSize: Int
  let optimization = SlopeOptimization(iterations: 20, learningRate: 0.1, decay: 0.9, patience: 8)
  /// How many neurons are tried before one is split.
  let candidates = 32
  /// How many parts may be open before the newest go first, for `openNumbers` of them in memory.
  let frontierLimit = 20_000
  let openNumbers = 1 << 28

  /// How large steps of multipliers are: as the coefficients that neurons meet in the whole box, from
  /// which they take, and a tenth of the mean for neurons that meet none.
  let units: [Int: Tensor]

  /// - `slack`: what the form's bound of the whole box was found with.
  init(
    search: CounterexampleSearch, root: LinearBounds, form: LinearForms, slack: Slack, place: Int
  ) {
    (self.search, self.root, self.form, self.place) = (search, root, form, place)
    var trace: BackwardPass.Trace? = .init()
    _ = root.pass(with: slack.cast(to: root.plan.dtype)).pulledBack(
      form, from: root.plan.output, trace: &trace)
    var units: [Int: Tensor] = [:]
    for (index, coefficients) in trace!.coefficients {
      let size = coefficients.magnitude().cast(to: .float32)
      units[root.plan.steps[index].operands[0]] = size + size.mean() * 0.1
    }
    self.units = units
    // Passes over large networks are long: fewer parts at once keep deadlines and memory.
    batchSize = min(256, max(2, LinearBounds.largestPass / root.plan.largestStep / 4))
  }

  var plan: RelaxationPlan { root.plan }

  /// - `bound`, `slack`: of the whole box, and what it was found with.
  func settle(
    from bound: Double, _ slack: Slack, report: (_ open: Int, _ decided: Int) -> Void
  ) throws -> VerificationResult {
    guard !splittable.isEmpty else {
      return .unknown("No neuron is left whose argument's range can be split.")
    }
    let whole = whole(slack)
    var state = try kept(whole, bounds(of: whole, in: .float32), [bound])
    if let found = state.found { return .violated(found) }
    let limit = min(frontierLimit, openNumbers / neurons)
    while !state.open.isEmpty {
      try root.deadline.check()
      if state.open.count <= limit {
        // Worst last.
        state.open.sort { $0.bound > $1.bound }
      }
      let taken = Array(state.open.suffix(max(1, batchSize / 2 * Backend.threads)))
      state.open.removeLast(taken.count)
      // Tensors of parts are too small to be shared by threads: each has parts of its own.
      let share = max(1, (taken.count + Backend.threads - 1) / Backend.threads)
      let pieces = stride(from: 0, to: taken.count, by: share).map {
        Array(taken[$0..<min($0 + share, taken.count)])
      }
      let results = Backend.sideBySide(pieces) { piece in Result { try expanded(piece) } }
      // What one has found counts, though another ran out of time.
      if let found = results.lazy.compactMap({ try? $0.get().found }).first {
        return .violated(found)
      }
      for result in results { state.add(try result.get()) }
      report(state.open.count + state.stuck, state.decided)
    }
    return state.stuck > 0
      ? .unknown("Parts whose neurons are all settled stayed undecided.") : .holds
  }

  /// The whole box as a part, of which no range is known.
  func whole(_ slack: Slack) -> PartBatch {
    var start = slack.cast(to: .float32)
    let none = NeuronRanges(
      ends: splittableOperands.reduce(into: [:]) { ends, step in
        let blank = Tensor.zeros([1, 1] + plan.steps[step].shape.sizes)
        start[.multiplier, step] = blank
        ends[step] = Ends(
          lower: blank.filled(with: -.infinity), upper: blank.filled(with: .infinity))
      })
    return PartBatch(ranges: none, slack: start)
  }

  /// What became of parts.
  private struct Outcome {
    /// To be split.
    var open: [Part] = []
    var decided = 0
    /// Neither decided nor to be split.
    var stuck = 0
    var found: Counterexample?

    mutating func add(_ other: Outcome) {
      open += other.open
      decided += other.decided
      stuck += other.stuck
      found = found ?? other.found
    }
  }

  /// Splits parts, and bounds both sides.
  private func expanded(_ parts: [Part]) throws -> Outcome {
    let splits = parts.map(\.split)
    let parents = PartBatch(parts)
    let before = bounds(of: parents, in: .float32).twice
    let bounds = before.cut(at: splits)
    var children = warmed(parents.split(at: splits), bounds, from: before)
    let result = try optimization.optimized(
      form.cast(to: .float32), at: plan.output, in: bounds, ranges: children.ranges,
      units: units, start: children.slack, goal: 0)
    children.slack = result.slack
    let isClosed = try closed(children, among: result.bounds, form: form)
    let open = isClosed.indices.filter { !isClosed[$0] }
    var outcome = Outcome(decided: isClosed.count - open.count)
    guard !open.isEmpty else { return outcome }
    let (rest, openBounds) = (children.rows(open), bounds.rows(Tensor(open)))
    let values = result.bounds.flattened().elements(as: Double.self)
    outcome.found = try attack(rest, openBounds)
    if outcome.found == nil {
      outcome.add(try kept(rest, openBounds, open.map { values[$0] }))
    }
    return outcome
  }

  /// Finds where open parts are to be split; those that cannot be are settled at once.
  private func kept(
    _ parts: PartBatch, _ bounds: LinearBounds, _ values: [Double]
  ) throws -> Outcome {
    let next = try branched(parts, bounds, values: values)
    var outcome = Outcome(open: next.parts)
    guard let rest = next.rest else { return outcome }
    let (isClosed, found) = try settled(rest)
    outcome.decided = isClosed.count { $0 }
    outcome.stuck = isClosed.count { !$0 }
    outcome.found = found
    return outcome
  }

  /// The activations that bounds of the whole box leave room for splitting.
  var splittable: [Int] {
    root.relaxations.indices.filter { index in
      guard case .activation(let function) = plan.steps[index].rule,
        let ends = root.ends[plan.steps[index].operands[0]]
      else { return false }
      return function.isSplittable(over: ends).any().booleans[0]
    }
  }

  /// The steps that feed them.
  private var splittableOperands: [Int] {
    Set(splittable.map { plan.steps[$0].operands[0] }).sorted()
  }

  /// About how many numbers a part keeps: a range, lines and a multiplier for each neuron.
  private var neurons: Int {
    5 * splittableOperands.reduce(1) { $0 + plan.steps[$1].shape.count }
  }

  /// The bounds of a batch's parts, cut to their ranges.
  func bounds(of batch: PartBatch, in dtype: DType) -> LinearBounds {
    let index = Tensor(Array(repeating: 0, count: batch.count))
    let ranges = batch.ranges.cast(to: dtype)
    let ends = root.ends.enumerated().map { step, ends in
      ends.map { ends in
        let shape = [batch.count] + plan.steps[step].shape.sizes
        return ranges.narrowing(ends.map { $0.cast(to: dtype).broadcast(to: shape) }, of: step)
      }
    }
    let isProof = dtype == .float64
    return LinearBounds(
      isProof ? plan : plan.single, over: root.region.rows(index), ends: ends,
      sizes: isProof ? root.sizes : nil, until: root.deadline)
  }

  /// Parts that were just cut, with multipliers that make up for what cutting does to slopes.
  ///
  /// Over a narrower range lines lie closer to a function, but may lie farther away beyond it: the
  /// multiplier of the new end keeps forms as they were in the neuron's argument, as far as it can,
  /// so that sides hardly begin below the part that was cut.
  ///
  /// - `before`: the bounds of the parts that these lie in.
  func warmed(
    _ batch: PartBatch, _ bounds: LinearBounds, from before: LinearBounds
  ) -> PartBatch {
    var trace: BackwardPass.Trace? = .init()
    let (pass, old) = (bounds.pass(with: batch.slack), before.pass(with: batch.slack))
    // Where multipliers make up for all changes, every neuron meets the coefficients that it met.
    _ = old.pulledBack(
      form.cast(to: .float32), from: plan.output, trace: &trace, subtracting: batch.slack,
      in: batch.ranges)
    var warmed = batch
    for index in splittable {
      let operand = plan.steps[index].operands[0]
      guard let coefficients = trace!.coefficients[index],
        case .planes(let old)? = old.relaxations[index],
        case .planes(let new)? = pass.relaxations[index],
        let multipliers = warmed.slack[.multiplier, operand]
      else { continue }
      let positive = coefficients.relu()
      let change =
        positive * (new.lowerSlopes[0] - old.lowerSlopes[0])
        + (coefficients - positive) * (new.upperSlopes[0] - old.upperSlopes[0])
      warmed.slack[.multiplier, operand] = batch.ranges.admitted(multipliers + change, of: operand)
    }
    return warmed
  }

  /// Which parts a proof closes, of those that `bounds`, if there are any, seem to close.
  func closed(
    _ batch: PartBatch, among bounds: Tensor? = nil, form: LinearForms
  ) throws -> [Bool] {
    let seemsClosed =
      bounds.map { ($0 .> 0).flattened().booleans } ?? Array(repeating: true, count: batch.count)
    let places = seemsClosed.indices.filter { seemsClosed[$0] }
    guard !places.isEmpty else { return seemsClosed }
    let some = batch.rows(places)
    let proof = self.bounds(of: some, in: .float64).lowerBounds(
      of: form, at: plan.output, with: some.slack, ranges: some.ranges)
    let isProved = (proof .> 0).flattened().booleans
    var closed = seemsClosed
    for (place, proved) in zip(places, isProved) { closed[place] = proved }
    return closed
  }

  /// Descends from the points where the open parts' bounds are lowest.
  private func attack(_ batch: PartBatch, _ bounds: LinearBounds) throws -> Counterexample? {
    let first = Array(0..<min(batch.count, 16))
    let (some, bounds) = (batch.rows(first), bounds.rows(Tensor(first)))
    var trace: BackwardPass.Trace?
    let input = bounds.pass(with: some.slack).pulledBack(
      form.cast(to: .float32), from: plan.output, trace: &trace, subtracting: some.slack,
      in: some.ranges)
    let start = bounds.region.minimizer(of: input.coefficients).reshaped(to: [some.count, -1])
    let box = search.group.box
    let shape = [some.count, box.lower.count]
    return try search.descend(
      from: start,
      in: Box(lower: box.lower.broadcast(to: shape), upper: box.upper.broadcast(to: shape)),
      cases: Tensor(Array(repeating: place, count: some.count)), steps: 10, length: 0.3, decay: 0.8)
  }
}
