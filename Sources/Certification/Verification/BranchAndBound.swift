import Networks
import Tensors

/// Verifies cases of a group by branch and bound: ReLU splits, in turns with refinement of
/// intermediate bounds.
///
/// Either may be what a property takes: where few neurons are unstable, splitting ends at once;
/// where bounds of late layers have exploded, subdomains are without number, and tighter bounds of
/// early layers verify all of it. Turns grow longer, so that none costs more than its share.
struct BranchAndBound {
  let search: CounterexampleSearch
  /// How long splitting goes first, in seconds.
  let firstTurn: Double
  /// How many subdomains for one bound refinement has to have tried, if it takes less than a turn,
  /// before it is given up for having helped little.
  let fairTrial = 512

  /// - `cases`: their places in the group.
  /// - `root`: bounds over the whole box, certified.
  /// - Throws: `DeadlinePassed`, `CancellationError`.
  func verify(
    _ cases: [Int], in root: LinearBounds, report: (_ open: Int, _ proved: Int) -> Void
  ) throws -> VerificationResult {
    var (left, bounds) = (cases, root)
    var undecided: VerificationResult?
    var refinement = IntermediateRefinement(subdomainsPerBound: 8)
    var isRefining = bounds.room > 0
    var turn = firstTurn
    var last = (open: left.count, proved: 0)
    func tell(open: Int, proved: Int) {
      last = (open, proved)
      report(open, proved)
    }
    while true {
      let start = ContinuousClock.now
      bounds.deadline = isRefining ? root.deadline.limited(toSeconds: turn) : root.deadline
      do {
        while let place = left.first {
          switch try verify(place, in: bounds, report: tell) {
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
      bounds = try refinement.refined(
        bounds, until: root.deadline.halfway.limited(toSeconds: max(1, 4 * turn)),
        tick: { report(last.open, last.proved) }
      ).withoutDeadNeurons
      let isFair = began.duration(to: .now) / .seconds(1) > turn
      isRefining = bounds.room < room * 0.95 || !isFair && refinement.subdomainsPerBound < fairTrial
      refinement.subdomainsPerBound *= 4
      turn = start.duration(to: .now) / .seconds(1)
    }
  }

  private func verify(
    _ place: Int, in bounds: LinearBounds, report: (_ open: Int, _ proved: Int) -> Void
  ) throws -> VerificationResult {
    let objective = search.group.combinedObjective(of: place, by: bounds)
    let root = try SlopeOptimization(iterations: 60).optimized(
      objective.cast(to: .float32), at: bounds.plan.output, in: bounds.cast(to: .float32))
    let proof = bounds.lowerBounds(of: objective, at: bounds.plan.output, with: root.parameters)
    if (proof .> 0).all().booleans[0] { return .holds }
    let splitting = ReLUSplitting(
      search: search, root: bounds, objective: objective, parameters: root.parameters, place: place)
    return try splitting.verify(from: root.bounds.item(), root.parameters, report: report)
  }
}

extension LinearBounds {
  /// How far the bounds of unstable neurons reach across their kinks, all in all; one that is
  /// infinite counts as a large number.
  fileprivate var room: Double {
    plan.bounded.reduce(0) { sum, step in
      guard plan.usesOnlySign(of: step), let bounds = intermediateBounds[step] else { return sum }
      let room = (-bounds.lower).minimum(bounds.upper).relu()
      return sum + room.replacing(with: room.filled(with: 1e30), where: !room.isFinite).sum().item()
    }
  }
}
