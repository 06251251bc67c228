import Networks
import Tensors

/// Refinement of intermediate bounds by branch and bound: each bound of a hidden neuron is an
/// objective of its own, and the neurons before it are split where its bound is lowest.
///
/// One intermediate bound serves all that comes after it: tight bounds of early layers, which few
/// neurons decide, are worth more than many subdomains later. Bounds of all neurons of a layer are
/// refined side by side.
///
/// - Soundness: a bound is the least of its subdomains' bounds, which cover the region; these are
///   certified in double precision at last.
/// - Source: "Boosting Robustness Certification of Neural Networks" (2019), section 4, refines
///   intermediate bounds by integer programs, layer after layer; here it is done by splitting.
struct IntermediateRefinement {
  /// Of the bounds before anything is split.
  var optimization = SlopeOptimization(iterations: 30)
  /// Into how many subdomains the region is split for one bound.
  var subdomainsPerBound: Int
  /// How many numbers the subdomains for all bounds of a layer may keep, for each subdomain of one
  /// bound. Layers of which each bound would have fewer than `fewestSubdomains` are not refined:
  /// tight bounds before them help more.
  let numbersPerStep = 1 << 19
  let fewestSubdomains = 4
  /// How many candidates are tried before one is split.
  var candidates = 6

  /// Returns bounds with those of unstable neurons refined, layer after layer.
  ///
  /// - `end`: when to stop, with what is found by then.
  /// - `tick`: called now and then.
  /// - Throws: `DeadlinePassed` where the bounds' own deadline is over; `CancellationError`.
  func refined(
    _ root: LinearBounds, until end: Deadline, tick: () -> Void = {}
  ) throws -> LinearBounds {
    var bounds = root
    var isTighter = false
    for step in root.plan.bounded where root.plan.usesOnlySign(of: step) && !end.isOver {
      bounds.deadline = end
      defer { bounds.deadline = root.deadline }
      do {
        if isTighter { try bounds.improve(step, by: optimization) }
      } catch is DeadlinePassed {
        break
      }
      guard let refined = try refinedBounds(of: step, in: bounds, until: root.deadline, tick: tick)
      else {
        continue
      }
      bounds.take(refined, of: step)
      isTighter = true
    }
    return bounds
  }

  /// The subdomains of the region for one objective, and the least of their bounds.
  private struct SubdomainList {
    /// To be split; worst last.
    var open: [Subdomain] = []
    /// Not to be split any more.
    var settled: [SubdomainBatch] = []
    /// The least bound of those.
    var settledBound = Double.infinity

    var count: Int { open.count + settled.count }
    var bound: Double { min(settledBound, open.last?.bound ?? .infinity) }
    var canImprove: Bool { open.last.map { $0.bound < settledBound } ?? false }
    var subdomains: [SubdomainBatch] { open.map(\.batch) + settled }
  }

  /// Returns tighter bounds of a step; nil if there is nothing to split, or no time.
  ///
  /// - `root`: its deadline ends splitting, but not the proof of what was found.
  private func refinedBounds(
    of step: Int, in root: LinearBounds, until end: Deadline, tick: () -> Void
  ) throws -> Bounds? {
    let old = root.intermediateBounds[step]!
    let open = ((old.lower .< 0) .& (old.upper .> 0)).flattened().nonzeroIndices().flattened()
    let most = mostSubdomains(forBounds: 2 * open.count, of: step, root.plan)
    // Objectives of all bounds are propagated backward at once, with a number for each element of
    // each step.
    let hasRoom = 2 * open.count * root.plan.largestStep <= LinearBounds.largestOutputPass
    guard open.count > 0, hasRoom, most >= fewestSubdomains else { return nil }
    let objectives = LinearObjectives.elements(
      open, of: root.plan.steps[step].shape, dtype: .float64)
    let subdomains: ReLUSplits
    var lists: [SubdomainList]
    do {
      let start = try optimization.optimized(
        objectives.cast(to: .float32), at: step, in: root.cast(to: .float32))
      subdomains = ReLUSplits(
        objectives, at: step, in: root, parameters: start.parameters, candidates: candidates)
      guard !subdomains.splittable.isEmpty else { return nil }
      lists = try self.lists(
        of: subdomains, subdomains.whole(start.parameters),
        start.bounds.flattened().elements(as: Double.self))
    } catch is DeadlinePassed {
      return nil
    }
    while true {
      // A neuron that one of its bounds makes stable needs no other.
      let active = lists.indices.filter { objective in
        let other = (objective + open.count) % lists.count
        return lists[objective].canImprove && lists[objective].count < most
          && lists[objective].bound < 0 && lists[other].bound < 0
      }
      guard !active.isEmpty else { break }
      tick()
      let last = lists
      do {
        try refine(&lists, active, subdomains)
      } catch is DeadlinePassed {
        lists = last
        break
      }
    }
    return try certified(lists, subdomains, places: open, step: step, until: end)
  }

  /// Into how many subdomains the region is split for one of so many bounds.
  private func mostSubdomains(forBounds count: Int, of step: Int, _ plan: RelaxationPlan) -> Int {
    let numbers = ReLUSplits.subdomainSize(of: plan.bounded.filter { $0 < step }, plan)
    let all = min(subdomainsPerBound * numbersPerStep, ReLUSplits.openNumbers)
    return numbers == 0 ? 0 : min(subdomainsPerBound, all / (numbers * max(1, count)))
  }

  private func lists(
    of subdomains: ReLUSplits, _ batch: SubdomainBatch, _ values: [Double]
  ) throws -> [SubdomainList] {
    var lists = Array(repeating: SubdomainList(), count: subdomains.objectives.rowCount)
    add(
      try leaves(batch, subdomains.bounds(of: batch, in: .float32), values, of: subdomains),
      to: &lists)
    return lists
  }

  /// What subdomains become: some to be split, some not any more.
  private struct Leaves {
    let open: [Subdomain]
    let settled: SubdomainBatch
    let values: [Double]
  }

  private func leaves(
    _ batch: SubdomainBatch, _ bounds: LinearBounds, _ values: [Double], of subdomains: ReLUSplits
  ) throws -> Leaves {
    let next = try subdomains.branched(batch, bounds, values: values)
    return Leaves(
      open: next.subdomains, settled: batch.rows(next.rest), values: next.rest.map { values[$0] })
  }

  private func add(_ leaves: Leaves, to lists: inout [SubdomainList]) {
    for subdomain in leaves.open { lists[subdomain.batch.objectives[0]].open.append(subdomain) }
    for (row, objective) in leaves.settled.objectives.enumerated() {
      lists[objective].settled.append(leaves.settled.rows([row]))
      lists[objective].settledBound = min(lists[objective].settledBound, leaves.values[row])
    }
    for objective in Set(leaves.open.map { $0.batch.objectives[0] }) {
      lists[objective].open.sort { $0.bound > $1.bound }
    }
  }

  /// Splits the worst subdomains of some objectives, and adds both sides in their place.
  private func refine(_ lists: inout [SubdomainList], _ active: [Int], _ subdomains: ReLUSplits)
    throws
  {
    let length = max(1, subdomains.batchSize / 2)
    let share = max(1, length * Backend.threads / active.count)
    var taken: [Subdomain] = []
    for objective in active {
      taken += lists[objective].open.suffix(share)
      lists[objective].open.removeLast(min(share, lists[objective].open.count))
    }
    let pieceLength = min(length, (taken.count + Backend.threads - 1) / Backend.threads)
    let pieces = stride(from: 0, to: taken.count, by: pieceLength).map {
      Array(taken[$0..<min($0 + pieceLength, taken.count)])
    }
    let results = Backend.sideBySide(pieces) { piece in
      Result { () throws -> Leaves in
        let sides = try subdomains.sides(of: piece, goal: nil)
        let values = sides.values.elements(as: Double.self)
        return try leaves(sides.subdomains, sides.bounds, values, of: subdomains)
      }
    }
    for result in results { add(try result.get(), to: &lists) }
  }

  /// The least certified bound of each objective's subdomains, as bounds of the step.
  private func certified(
    _ lists: [SubdomainList], _ subdomains: ReLUSplits, places: Tensor, step: Int,
    until end: Deadline
  ) throws -> Bounds {
    var least = Array(repeating: Double.infinity, count: lists.count)
    var all = lists.flatMap(\.subdomains)[...]
    while !all.isEmpty {
      try end.check()
      let batch = SubdomainBatch(joining: Array(all.prefix(subdomains.batchSize)))
      all = all.dropFirst(subdomains.batchSize)
      let values = subdomains.certified(batch).elements(as: Double.self)
      for (objective, value) in zip(batch.objectives, values) {
        // A bound that is not a number says nothing.
        least[objective] = value.isNaN ? -.infinity : min(least[objective], value)
      }
    }
    let old = subdomains.root.intermediateBounds[step]!
    func placed(_ values: [Double], into old: Tensor) -> Tensor {
      old.flattened().scattering(Tensor(values), at: places, axis: 0).reshaped(to: old.shape)
    }
    let count = places.count
    return Bounds(
      lower: placed(Array(least[..<count]), into: old.lower),
      upper: placed(least[count...].map { -$0 }, into: old.upper)
    ).meeting(old)
  }
}
