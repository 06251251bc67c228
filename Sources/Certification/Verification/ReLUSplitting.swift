import Models
import Networks
import Tensors

/// Verifies one case of a group by branch and bound over splits of ReLUs and other activations.
///
/// - Soundness: subdomains cover the box, because both sides of a point do. Single precision
///   searches; a subdomain is closed by a bound computed in double precision, with all rounding
///   added, from the α and β found.
struct ReLUSplitting {
  let search: CounterexampleSearch
  /// The case's place in the group.
  let place: Int
  /// Subdomains, all about the case's rows combined into one objective in the output.
  let subdomains: ReLUSplits
  /// How many subdomains may be open, if there is memory for them, before the newest go first.
  let frontierLimit = 20_000

  /// - `root`: bounds over the whole box, certified; one example.
  /// - `objective`: the case's rows combined.
  /// - `parameters`: the parameters of the objective's bound of the whole box.
  init(
    search: CounterexampleSearch, root: LinearBounds, objective: LinearObjectives,
    parameters: RelaxationParameters, place: Int
  ) {
    (self.search, self.place) = (search, place)
    subdomains = ReLUSplits(
      objective, at: root.plan.output, in: root, parameters: parameters, candidates: 32)
  }

  /// - `bound`, `parameters`: of the whole box, and its parameters.
  func verify(
    from bound: Double, _ parameters: RelaxationParameters,
    report: (_ open: Int, _ decided: Int) -> Void
  ) throws -> VerificationResult {
    guard !subdomains.splittable.isEmpty else {
      return .unknown("No unstable neuron is left to split.")
    }
    let whole = subdomains.whole(parameters)
    var state = try kept(whole, subdomains.bounds(of: whole, in: .float32), [bound])
    if let found = state.found { return .violated(found) }
    let limit = min(frontierLimit, ReLUSplits.openNumbers / subdomains.subdomainSize)
    while !state.open.isEmpty {
      try subdomains.root.deadline.check()
      if state.open.count <= limit {
        // Worst last.
        state.open.sort { $0.bound > $1.bound }
      }
      let taken = Array(state.open.suffix(max(1, subdomains.batchSize / 2 * Backend.threads)))
      state.open.removeLast(taken.count)
      // Tensors of subdomains are too small to be shared by threads: each has subdomains of its
      // own.
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
      ? .unknown("Subdomains without unstable neurons stayed undecided.") : .holds
  }

  /// The outcome of bounding subdomains.
  private struct Outcome {
    /// To be split.
    var open: [Subdomain] = []
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

  /// Splits subdomains, and bounds both sides.
  private func expanded(_ some: [Subdomain]) throws -> Outcome {
    let sides = try subdomains.sides(of: some, goal: 0)
    let isClosed = closed(sides.subdomains, among: sides.values)
    let open = isClosed.indices.filter { !isClosed[$0] }
    var outcome = Outcome(decided: isClosed.count - open.count)
    guard !open.isEmpty else { return outcome }
    let (rest, bounds) = (sides.subdomains.rows(open), sides.bounds.rows(Tensor(open)))
    let values = sides.values.elements(as: Double.self)
    outcome.found = try attack(rest, bounds)
    if outcome.found == nil {
      outcome.add(try kept(rest, bounds, open.map { values[$0] }))
    }
    return outcome
  }

  /// Finds where open subdomains are to be split; those that cannot be go to a linear program.
  private func kept(
    _ batch: SubdomainBatch, _ bounds: LinearBounds, _ values: [Double]
  ) throws -> Outcome {
    let next = try subdomains.branched(batch, bounds, values: values)
    var outcome = Outcome(open: next.subdomains)
    guard !next.rest.isEmpty else { return outcome }
    let (isClosed, found) = try settled(batch.rows(next.rest))
    outcome.decided = isClosed.count { $0 }
    outcome.stuck = isClosed.count { !$0 }
    outcome.found = found
    return outcome
  }

  /// Which subdomains a proof closes, of those that `values`, if there are any, seem to close.
  ///
  /// - `objectives`: others than the subdomains' own.
  func closed(
    _ batch: SubdomainBatch, among values: Tensor? = nil, objectives: LinearObjectives? = nil
  ) -> [Bool] {
    var closed = values.map { ($0 .> 0).booleans } ?? Array(repeating: true, count: batch.count)
    let places = closed.indices.filter { closed[$0] }
    guard !places.isEmpty else { return closed }
    let isProved = (subdomains.certified(batch.rows(places), objectives: objectives) .> 0).booleans
    for (place, proved) in zip(places, isProved) { closed[place] = proved }
    return closed
  }

  /// Descends from the points where the open subdomains' bounds are lowest.
  private func attack(_ batch: SubdomainBatch, _ bounds: LinearBounds) throws -> Counterexample? {
    let first = Array(0..<min(batch.count, 16))
    let (some, bounds) = (batch.rows(first), bounds.rows(Tensor(first)))
    let start = subdomains.traced(some, bounds).minimizer.reshaped(to: [some.count, -1])
    let box = search.group.box
    let shape = [some.count, box.lower.count]
    return try search.descend(
      from: start,
      in: Box(lower: box.lower.broadcast(to: shape), upper: box.upper.broadcast(to: shape)),
      cases: Tensor(Array(repeating: place, count: some.count)), steps: 10, length: 0.3, decay: 0.8)
  }
}
