import Networks
import Tensors

/// Narrows bounds of hidden neurons by branch and bound: each end is a form of its own, and the
/// neurons before it are split where its bound is lowest.
///
/// One bound of a hidden layer serves all that comes after it: narrow bounds of early layers, which
/// few neurons decide, are worth more than many parts later. Ends of all neurons of a layer are
/// improved side by side.
///
/// - Soundness: an end is the least of its parts' bounds, which cover the region; these are proven in
///   double precision at last.
/// - Source: "Boosting Robustness Certification of Neural Networks" (2019), section 4, narrows hidden
///   bounds by integer programs, layer after layer; here it is done by splitting.
struct NeuronNarrowing {
  /// Of bounds before anything is split.
  var optimization = SlopeOptimization(iterations: 30)
  /// Into how many parts the region is cut for one end.
  var partsPerEnd: Int
  /// How many numbers parts for all ends of a layer may keep, for each part of one end. Layers of
  /// which each end would have fewer than `fewestParts` are not narrowed: narrow bounds before them
  /// help more.
  let numbersPerStep = 1 << 19
  let fewestParts = 4
  /// How many neurons are tried before one is split.
  var candidates = 6

  /// Returns bounds with those of neurons at kinks narrowed, layer after layer.
  ///
  /// - `end`: when to stop, with what is found by then.
  /// - `tick`: called now and then.
  /// - Throws: `DeadlinePassed` where the bounds' own deadline is over; `CancellationError`.
  func narrowed(
    _ root: LinearBounds, until end: Deadline, tick: () -> Void = {}
  ) throws -> LinearBounds {
    var bounds = root
    var isNarrower = false
    for step in root.plan.bounded where root.plan.usesOnlySign(of: step) && !end.isOver {
      bounds.deadline = end
      defer { bounds.deadline = root.deadline }
      do {
        if isNarrower { try bounds.improve(step, by: optimization) }
      } catch is DeadlinePassed {
        break
      }
      guard let ends = try ends(of: step, in: bounds, until: root.deadline, tick: tick) else {
        continue
      }
      bounds.take(ends, of: step)
      isNarrower = true
    }
    return bounds
  }

  /// The parts of the region for one form, and the least of their bounds.
  private struct Cover {
    /// To be split; worst last.
    var open: [Part] = []
    /// Not to be split any more.
    var settled: [PartBatch] = []
    /// The least bound of those.
    var settledBound = Double.infinity

    var count: Int { open.count + settled.count }
    var bound: Double { min(settledBound, open.last?.bound ?? .infinity) }
    var canImprove: Bool { open.last.map { $0.bound < settledBound } ?? false }
    var parts: [PartBatch] { open.map(\.batch) + settled }
  }

  /// Returns narrower bounds of a step; nil if there is nothing to split, or no time.
  ///
  /// - `root`: its deadline ends splitting, but not the proof of what was found.
  private func ends(
    of step: Int, in root: LinearBounds, until end: Deadline, tick: () -> Void
  ) throws -> Ends? {
    let old = root.ends[step]!
    let open = ((old.lower .< 0) .& (old.upper .> 0)).flattened().nonzeroIndices().flattened()
    let most = mostParts(forEnds: 2 * open.count, of: step, root.plan)
    // Forms of all ends are pulled back at once, with a number for each element of each step.
    let hasRoom = 2 * open.count * root.plan.largestStep <= LinearBounds.largestOutputPass
    guard open.count > 0, hasRoom, most >= fewestParts else { return nil }
    let forms = LinearForms.elements(open, of: root.plan.steps[step].shape, dtype: .float64)
    let parts: NeuronParts
    var covers: [Cover]
    do {
      let start = try optimization.optimized(
        forms.cast(to: .float32), at: step, in: root.cast(to: .float32))
      parts = NeuronParts(forms, at: step, in: root, slack: start.slack, candidates: candidates)
      guard !parts.splittable.isEmpty else { return nil }
      covers = try self.covers(
        of: parts, parts.whole(start.slack), start.bounds.flattened().elements(as: Double.self))
    } catch is DeadlinePassed {
      return nil
    }
    while true {
      // A neuron that one of its ends settles needs no other.
      let active = covers.indices.filter { form in
        let other = (form + open.count) % covers.count
        return covers[form].canImprove && covers[form].count < most
          && covers[form].bound < 0 && covers[other].bound < 0
      }
      guard !active.isEmpty else { break }
      tick()
      let last = covers
      do {
        try refine(&covers, active, parts)
      } catch is DeadlinePassed {
        covers = last
        break
      }
    }
    return try proven(covers, parts, places: open, step: step, until: end)
  }

  /// Into how many parts the region is cut for one of so many ends.
  private func mostParts(forEnds count: Int, of step: Int, _ plan: RelaxationPlan) -> Int {
    let numbers = NeuronParts.partSize(of: plan.bounded.filter { $0 < step }, plan)
    let all = min(partsPerEnd * numbersPerStep, NeuronParts.openNumbers)
    return numbers == 0 ? 0 : min(partsPerEnd, all / (numbers * max(1, count)))
  }

  private func covers(
    of parts: NeuronParts, _ batch: PartBatch, _ values: [Double]
  ) throws -> [Cover] {
    var covers = Array(repeating: Cover(), count: parts.forms.rowCount)
    add(try leaves(batch, parts.bounds(of: batch, in: .float32), values, of: parts), to: &covers)
    return covers
  }

  /// What parts become: some to be split, some not any more.
  private struct Leaves {
    let open: [Part]
    let settled: PartBatch
    let values: [Double]
  }

  private func leaves(
    _ batch: PartBatch, _ bounds: LinearBounds, _ values: [Double], of parts: NeuronParts
  ) throws -> Leaves {
    let next = try parts.branched(batch, bounds, values: values)
    return Leaves(
      open: next.parts, settled: batch.rows(next.rest), values: next.rest.map { values[$0] })
  }

  private func add(_ leaves: Leaves, to covers: inout [Cover]) {
    for part in leaves.open { covers[part.batch.forms[0]].open.append(part) }
    for (row, form) in leaves.settled.forms.enumerated() {
      covers[form].settled.append(leaves.settled.rows([row]))
      covers[form].settledBound = min(covers[form].settledBound, leaves.values[row])
    }
    for form in Set(leaves.open.map { $0.batch.forms[0] }) {
      covers[form].open.sort { $0.bound > $1.bound }
    }
  }

  /// Splits the worst parts of some covers, and adds both sides in their place.
  private func refine(_ covers: inout [Cover], _ active: [Int], _ parts: NeuronParts) throws {
    let length = max(1, parts.batchSize / 2)
    let share = max(1, length * Backend.threads / active.count)
    var taken: [Part] = []
    for form in active {
      taken += covers[form].open.suffix(share)
      covers[form].open.removeLast(min(share, covers[form].open.count))
    }
    let pieceLength = min(length, (taken.count + Backend.threads - 1) / Backend.threads)
    let pieces = stride(from: 0, to: taken.count, by: pieceLength).map {
      Array(taken[$0..<min($0 + pieceLength, taken.count)])
    }
    let results = Backend.sideBySide(pieces) { piece in
      Result { () throws -> Leaves in
        let sides = try parts.sides(of: piece, goal: nil)
        let values = sides.values.elements(as: Double.self)
        return try leaves(sides.parts, sides.bounds, values, of: parts)
      }
    }
    for result in results { add(try result.get(), to: &covers) }
  }

  /// The least bound of each cover's parts, proven, as ends of the step.
  private func proven(
    _ covers: [Cover], _ parts: NeuronParts, places: Tensor, step: Int, until end: Deadline
  ) throws -> Ends {
    var least = Array(repeating: Double.infinity, count: covers.count)
    var all = covers.flatMap(\.parts)[...]
    while !all.isEmpty {
      try end.check()
      let batch = PartBatch(joining: Array(all.prefix(parts.batchSize)))
      all = all.dropFirst(parts.batchSize)
      let values = parts.proven(batch).elements(as: Double.self)
      for (form, value) in zip(batch.forms, values) {
        // A bound that is not a number says nothing.
        least[form] = value.isNaN ? -.infinity : min(least[form], value)
      }
    }
    let old = parts.root.ends[step]!
    func placed(_ values: [Double], into old: Tensor) -> Tensor {
      old.flattened().scattering(Tensor(values), at: places, axis: 0).reshaped(to: old.shape)
    }
    let count = places.count
    return Ends(
      lower: placed(Array(least[..<count]), into: old.lower),
      upper: placed(least[count...].map { -$0 }, into: old.upper)
    ).meeting(old)
  }
}
