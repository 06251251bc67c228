import Networks
import Tensors

/// Settles cases of a group by splitting neurons, in turns with narrowing the bounds of hidden ones.
///
/// Either may be what a property takes: where few neurons are open, splitting ends at once; where
/// bounds of late layers have exploded, parts of the property are without number, and better bounds
/// of early layers settle all of it. Turns grow longer, so that none costs more than its share.
struct NeuronSettlement {
  let search: CounterexampleSearch
  /// How long splitting goes first, in seconds.
  let firstTurn: Double
  /// How many parts for one end narrowing has to have tried, if it takes less than a turn, before it
  /// is given up for having helped little.
  let fairTrial = 512

  /// - `cases`: their places in the group.
  /// - `root`: bounds over the whole box, proven.
  /// - Throws: `DeadlinePassed`, `CancellationError`.
  func settle(
    _ cases: [Int], in root: LinearBounds, report: (_ open: Int, _ proved: Int) -> Void
  ) throws -> VerificationResult {
    var (left, bounds) = (cases, root)
    var undecided: VerificationResult?
    var narrowing = NeuronNarrowing(partsPerEnd: 8)
    var isNarrowing = bounds.room > 0
    var turn = firstTurn
    var last = (open: left.count, proved: 0)
    func tell(open: Int, proved: Int) {
      last = (open, proved)
      report(open, proved)
    }
    while true {
      let start = ContinuousClock.now
      bounds.deadline = isNarrowing ? root.deadline.limited(toSeconds: turn) : root.deadline
      do {
        while let place = left.first {
          switch try settle(place, in: bounds, report: tell) {
          case .holds: break
          case .violated(let found): return .violated(found)
          case let result: undecided = undecided ?? result
          }
          left.removeFirst()
        }
        return undecided ?? .holds
      } catch is DeadlinePassed {
        try root.deadline.check()
      }
      bounds.deadline = root.deadline
      let (room, began) = (bounds.room, ContinuousClock.now)
      bounds = try narrowing.narrowed(
        bounds, until: root.deadline.halfway.limited(toSeconds: max(1, 4 * turn)),
        tick: { report(last.open, last.proved) }
      ).withoutDeadNeurons
      let isFair = began.duration(to: .now) / .seconds(1) > turn
      isNarrowing = bounds.room < room * 0.95 || !isFair && narrowing.partsPerEnd < fairTrial
      narrowing.partsPerEnd *= 4
      turn = start.duration(to: .now) / .seconds(1)
    }
  }

  private func settle(
    _ place: Int, in bounds: LinearBounds, report: (_ open: Int, _ proved: Int) -> Void
  ) throws -> VerificationResult {
    let form = search.group.combinedForm(of: place, by: bounds)
    let root = try SlopeOptimization(iterations: 60).optimized(
      form.cast(to: .float32), at: bounds.plan.output, in: bounds.cast(to: .float32))
    let proof = bounds.lowerBounds(of: form, at: bounds.plan.output, with: root.slack)
    if (proof .> 0).all().booleans[0] { return .holds }
    let splitting = NeuronSplitting(
      search: search, root: bounds, form: form, slack: root.slack, place: place)
    return try splitting.settle(from: root.bounds.item(), root.slack, report: report)
  }
}

extension LinearBounds {
  /// How much room bounds of neurons leave on both sides of kinks, all in all; one that is infinite
  /// counts as a large number.
  fileprivate var room: Double {
    plan.bounded.reduce(0) { sum, step in
      guard plan.usesOnlySign(of: step), let ends = ends[step] else { return sum }
      let room = (-ends.lower).minimum(ends.upper).relu()
      return sum + room.replacing(with: room.filled(with: 1e30), where: !room.isFinite).sum().item()
    }
  }
}
