import Models
import Networks
import Tensors

/// Settles one case of a group by splitting neurons.
///
/// - Soundness: parts cover the box, because both sides of a point do. Single precision searches; a
///   part is closed by a bound computed in double precision, with all rounding added, from the slopes
///   and multipliers found.
struct NeuronSplitting {
  let search: CounterexampleSearch
  /// The case's place in the group.
  let place: Int
  /// Parts, all about the case's rows combined into one form in the output.
  let parts: NeuronParts
  /// How many parts may be open, if there is memory for them, before the newest go first.
  let frontierLimit = 20_000

  /// - `root`: bounds over the whole box, proven; one example.
  /// - `form`: the case's rows combined.
  /// - `slack`: what the form's bound of the whole box was found with.
  init(
    search: CounterexampleSearch, root: LinearBounds, form: LinearForms, slack: Slack, place: Int
  ) {
    (self.search, self.place) = (search, place)
    parts = NeuronParts(form, at: root.plan.output, in: root, slack: slack, candidates: 32)
  }

  /// - `bound`, `slack`: of the whole box, and what it was found with.
  func settle(
    from bound: Double, _ slack: Slack, report: (_ open: Int, _ decided: Int) -> Void
  ) throws -> VerificationResult {
    guard !parts.splittable.isEmpty else {
      return .unknown("No neuron is left whose argument's range can be split.")
    }
    let whole = parts.whole(slack)
    var state = try kept(whole, parts.bounds(of: whole, in: .float32), [bound])
    if let found = state.found { return .violated(found) }
    let limit = min(frontierLimit, NeuronParts.openNumbers / parts.partSize)
    while !state.open.isEmpty {
      try parts.root.deadline.check()
      if state.open.count <= limit {
        // Worst last.
        state.open.sort { $0.bound > $1.bound }
      }
      let taken = Array(state.open.suffix(max(1, parts.batchSize / 2 * Backend.threads)))
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
  private func expanded(_ some: [Part]) throws -> Outcome {
    let sides = try parts.sides(of: some, goal: 0)
    let isClosed = closed(sides.parts, among: sides.values)
    let open = isClosed.indices.filter { !isClosed[$0] }
    var outcome = Outcome(decided: isClosed.count - open.count)
    guard !open.isEmpty else { return outcome }
    let (rest, bounds) = (sides.parts.rows(open), sides.bounds.rows(Tensor(open)))
    let values = sides.values.elements(as: Double.self)
    outcome.found = try attack(rest, bounds)
    if outcome.found == nil {
      outcome.add(try kept(rest, bounds, open.map { values[$0] }))
    }
    return outcome
  }

  /// Finds where open parts are to be split; those that cannot be are settled at once.
  private func kept(
    _ batch: PartBatch, _ bounds: LinearBounds, _ values: [Double]
  ) throws -> Outcome {
    let next = try parts.branched(batch, bounds, values: values)
    var outcome = Outcome(open: next.parts)
    guard !next.rest.isEmpty else { return outcome }
    let (isClosed, found) = try settled(batch.rows(next.rest))
    outcome.decided = isClosed.count { $0 }
    outcome.stuck = isClosed.count { !$0 }
    outcome.found = found
    return outcome
  }

  /// Which parts a proof closes, of those that `values`, if there are any, seem to close.
  ///
  /// - `forms`: others than the parts' own.
  func closed(
    _ batch: PartBatch, among values: Tensor? = nil, forms: LinearForms? = nil
  ) -> [Bool] {
    var closed = values.map { ($0 .> 0).booleans } ?? Array(repeating: true, count: batch.count)
    let places = closed.indices.filter { closed[$0] }
    guard !places.isEmpty else { return closed }
    let isProved = (parts.proven(batch.rows(places), forms: forms) .> 0).booleans
    for (place, proved) in zip(places, isProved) { closed[place] = proved }
    return closed
  }

  /// Descends from the points where the open parts' bounds are lowest.
  private func attack(_ batch: PartBatch, _ bounds: LinearBounds) throws -> Counterexample? {
    let first = Array(0..<min(batch.count, 16))
    let (some, bounds) = (batch.rows(first), bounds.rows(Tensor(first)))
    let start = parts.traced(some, bounds).minimizer.reshaped(to: [some.count, -1])
    let box = search.group.box
    let shape = [some.count, box.lower.count]
    return try search.descend(
      from: start,
      in: Box(lower: box.lower.broadcast(to: shape), upper: box.upper.broadcast(to: shape)),
      cases: Tensor(Array(repeating: place, count: some.count)), steps: 10, length: 0.3, decay: 0.8)
  }
}
