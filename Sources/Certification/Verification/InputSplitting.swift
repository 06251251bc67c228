import Models
import Networks
import Tensors

/// Verifies the cases of a group by branch and bound with input splits: the input box is halved
/// until bounds or a counterexample decide each subdomain.
///
/// For few input features. Everything is bounded anew over each subdomain, in batches, the lowest
/// margins first. A subdomain is halved along the feature to which most of the relaxations' loss
/// can be traced: each relaxed neuron's gap, weighted by how the bound depends on it, is shared out
/// over the features by the objectives that bound that neuron. Ensembles of decision trees are
/// split at their thresholds.
///
/// - Soundness: bounds are `.proven`; subdomains cover the box, halves sharing their border.
struct InputSplitting {
  let plan: RelaxationPlan
  let search: CounterexampleSearch
  /// How many subdomains are bounded at once.
  var batchSize: Int
  /// How the bounds of the output are improved before a subdomain is halved.
  let optimization = SlopeOptimization(
    iterations: 8, learningRate: 0.3, decay: 0.9, patience: 3)
  /// Beyond so many open subdomains the deepest go first, which keeps their number from growing.
  var frontierLimit: Int
  let deadline: Deadline
  /// Where the network is made of decision trees.
  let cuts: ForestThresholds?

  init(plan: RelaxationPlan, search: CounterexampleSearch, until deadline: Deadline) {
    (self.plan, self.search, self.deadline) = (plan, search, deadline)
    // A cut leaves out the inputs between two numbers, about which rows must say nothing.
    cuts =
      search.group.hasInputRows || search.group.polynomialCount > 0 ? nil : ForestThresholds(plan)
    // Of each subdomain the dependence of every bounded neuron on every feature is kept, and its
    // corners.
    let features = search.group.box.lower.count
    let neurons = plan.bounded.reduce(1) { $0 + plan.steps[$1].shape.count }
    let size = cuts?.subdomainSize ?? features * neurons
    batchSize = min(256, max(1, (1 << 26) / max(1, size)))
    frontierLimit = min(1 << 20, (1 << 27) / features)
  }

  private var group: CaseGroup { search.group }

  /// Subdomains of the box that are undecided, and the margin of each.
  private struct Frontier: Sendable {
    /// `[subdomains, features]`
    var lower: Tensor
    var upper: Tensor
    /// The margin by which bounds failed to decide; lowest is most suspicious.
    var margin: Tensor

    var count: Int { margin.count }

    mutating func append(_ other: Frontier) {
      lower = .concatenating([lower, other.lower])
      upper = .concatenating([upper, other.upper])
      margin = .concatenating([margin, other.margin])
    }

    /// Removes up to `count` subdomains: those of the lowest margin, or the newest.
    mutating func removing(_ count: Int, newest: Bool) -> Frontier {
      guard self.count > count else {
        let all = self
        self = rows(Tensor.range(0..<0))
        return all
      }
      let order: Tensor =
        newest ? Tensor.range(0..<self.count).reversed(axes: [0]) : margin.sorted(axis: 0).indices
      let taken = rows(order[0..<count])
      self = rows(order[count..<self.count].sorted(axis: 0).values)
      return taken
    }

    /// Both sides of each subdomain: up to `left` along a feature, and from `right` on;
    /// `[subdomains, 1]`.
    func halved(along features: Tensor, at left: Tensor, _ right: Tensor) -> Frontier {
      var halves = Frontier(
        lower: lower, upper: upper.scattering(left, at: features, axis: 1), margin: margin)
      halves.append(
        Frontier(
          lower: lower.scattering(right, at: features, axis: 1), upper: upper, margin: margin))
      return halves
    }

    func rows(_ indices: Tensor) -> Frontier {
      Frontier(
        lower: lower.gathering(indices), upper: upper.gathering(indices),
        margin: margin.gathering(indices))
    }
  }

  /// - Throws: `DeadlinePassed`, `CancellationError`.
  func verify(
    report: (_ open: Int, _ decided: Int) -> Void
  ) throws -> VerificationResult {
    let box = group.box
    var frontier = Frontier(
      lower: box.lower.expandedDimension(at: 0), upper: box.upper.expandedDimension(at: 0),
      margin: .zeros([1], dtype: .float64))
    var decided = 0
    var isStuck = false
    while frontier.count > 0 {
      try deadline.check()
      // Tensors of subdomains are too small to be shared by threads: each has subdomains of its
      // own.
      let share = (frontier.count + Backend.threads - 1) / Backend.threads
      let pieces = (0..<min(Backend.threads, frontier.count)).map { _ in
        frontier.removing(min(batchSize, share), newest: frontier.count > frontierLimit)
      }.filter { $0.count > 0 }
      let results = Backend.sideBySide(pieces) { piece in Result { try expanded(piece) } }
      // What one has found counts, though another ran out of time.
      let ends = results.compactMap { try? $0.get().result }
      if let end = ends.first(where: { $0.name == "violated" }) ?? ends.first { return end }
      for result in results {
        let outcome = try result.get()
        decided += outcome.decided
        isStuck = isStuck || outcome.isStuck
        if let halves = outcome.halves { frontier.append(halves) }
      }
      report(frontier.count, decided)
    }
    return isStuck
      ? .unknown(
        "Where every comparison is decided, the property is violated or holds by rounding alone.")
      : .holds
  }

  /// The outcome of bounding subdomains.
  private struct Outcome {
    let decided: Int
    /// Where the whole search ends.
    var result: VerificationResult?
    /// What is open.
    var halves: Frontier?
    /// Whether there are subdomains that neither fall apart nor are decided, beside which others
    /// may be.
    var isStuck = false
  }

  private func expanded(_ subdomains: Frontier) throws -> Outcome {
    let open = try undecided(subdomains)
    var outcome = Outcome(decided: subdomains.count - open.subdomains.count)
    guard open.subdomains.count > 0 else { return outcome }
    if let found = try attack(open) {
      outcome.result = .violated(found)
    } else if let cuts {
      let (halves, count) = halves(of: open.subdomains, by: cuts)
      (outcome.halves, outcome.isStuck) = (halves, count < open.subdomains.count)
    } else if let halves = halves(of: open) {
      outcome.halves = halves
    } else {
      outcome.result = .unknown("A subdomain cannot be halved further in double precision.")
    }
    return outcome
  }

  /// Subdomains that bounds did not decide, with what splitting them needs.
  private struct Open {
    var subdomains: Frontier
    /// The case that bounds came least close to excluding; `[subdomains]`.
    let worst: Tensor
    /// What each feature's width costs; `[subdomains, features]`.
    let cost: Tensor
    /// Where the worst case's objective is smallest; `[subdomains, features]`.
    let minimizer: Tensor
  }

  private func undecided(_ subdomains: Frontier) throws -> Open {
    let shape = plan.steps[plan.source].shape.sizes
    func shaped(_ rows: Tensor) -> Tensor { rows.reshaped(to: [rows.size(0)] + shape) }
    let region = InputRegion(Box(lower: shaped(subdomains.lower), upper: shaped(subdomains.upper)))
    let bounds = try LinearBounds(plan, over: region, keepingReach: cuts == nil, until: deadline)
    let objectives = bounds.inputObjectives(of: group.outputObjectives(plan), from: plan.output)
    let weights = RowCombination(group: group).weights(of: objectives, over: region)
    let combined = weights.combined(objectives, group: group, over: region)
    var margins = region.minimum(of: combined)  // [subdomains, cases]
    if plan.hasJumps || group.polynomialCount > 0, let box = bounds.outputBox {
      let inputs = Box(lower: subdomains.lower, upper: subdomains.upper)
      // What was decomposed for linear objectives is a little looser for intervals.
      let whole = try search.network.intervalBounds(
        over: Box(
          lower: subdomains.lower.reshaped(to: [-1] + search.network.inputShape),
          upper: subdomains.upper.reshaped(to: [-1] + search.network.inputShape)))
      let isExcluded = [(box.lower, box.upper), (whole.lower, whole.upper)].map {
        group.excluded(
          inputs: inputs, outputs: Box(lower: $0.flattenedRows(), upper: $1.flattenedRows()))
      }.reduce(Tensor.zeros([], dtype: .bool)) { $0 .| $1 }
      margins = margins.replacing(with: Tensor(scalar: Double.infinity), where: isExcluded)
    }
    let isOpen = !(margins .> 0).all(axes: [1])
    let (places, open) = try stillOpen(
      isOpen.nonzeroIndices().flattened(), bounds: bounds, weights: weights, margins: margins)
    guard places.count > 0 else {
      let none = Tensor.zeros([0, group.box.lower.count], dtype: .float64)
      return Open(subdomains: subdomains.rows(places), worst: places, cost: none, minimizer: none)
    }
    // A margin that is not a number is the least of all.
    let known = open.replacing(with: open.filled(with: -.infinity), where: open.isNaN)
    let worst = known.argmin(axis: 1)
    var rest = subdomains.rows(places)
    rest.margin = known.min(axes: [1])
    let chosen = combined.coefficients.gathering(places).flattened(from: 2)
      .gatheringRows(worst)
    let minimizer = region.rows(places).minimizer(of: shaped(chosen).expandedDimension(at: 1))
      .reshaped(to: [places.count, -1])
    let some = bounds.rows(places)
    let row = weights.outputRows(at: places, group: group, bounds: some).choosing(worst)
    let cost = some.costs(of: row, reach: bounds.reach.mapValues { $0.gathering(places) })
    // A feature on which nothing depends is still halved when nothing else is left.
    let width = rest.upper - rest.lower
    let weighted = (cost + cost.max(axes: [1], keepingAxes: true) * 1e-9 + 1e-100) * width
    return Open(
      subdomains: rest, worst: worst,
      cost: plan.hasJumps ? weighted + untraced(cost * width, width) : weighted,
      minimizer: minimizer)
  }

  /// What jumps is not traced to features: each counts for its share of the whole box's width.
  private func untraced(_ cost: Tensor, _ width: Tensor) -> Tensor {
    let share = width / (group.box.upper - group.box.lower).clamped(from: 1e-300)
    return share * (cost.max(axes: [1], keepingAxes: true) * 0.1 + 1e-90)
  }

  /// Of subdomains that bounds did not decide, those that optimized bounds do not decide either,
  /// and the margins of their cases.
  ///
  /// Hidden bounds are kept: the few rows of the output are cheap to bound again.
  private func stillOpen(
    _ places: Tensor, bounds: LinearBounds, weights: RowCombination.Weights, margins: Tensor
  ) throws -> (places: Tensor, margins: Tensor) {
    let old = margins.gathering(places)
    guard places.count > 0 else { return (places, old) }
    let some = bounds.rows(places)
    let objectives = weights.outputRows(at: places, group: group, bounds: some)
    let found = try optimization.optimized(
      objectives.cast(to: .float32), at: plan.output, in: some.cast(to: .float32), goal: 0)
    let new = some.lowerBounds(of: objectives, at: plan.output, with: found.parameters)
    let best = Tensor.choosing(new, where: new .> old, otherwise: old)
    let isOpen = (!(best .> 0).all(axes: [1])).nonzeroIndices().flattened()
    return (places.gathering(isOpen), best.gathering(isOpen))
  }

  /// Evaluates the centers and the points where bounds are lowest, then descends from those.
  private func attack(_ open: Open) throws -> Counterexample? {
    let center = (open.subdomains.lower + open.subdomains.upper) * 0.5
    if let found = try search.counterexample(among: .concatenating([center, open.minimizer])) {
      return found
    }
    guard cuts == nil else { return nil }
    return try search.descend(
      from: open.minimizer, in: Box(lower: open.subdomains.lower, upper: open.subdomains.upper),
      cases: open.worst, steps: 5, length: 0.5, decay: 0.6)
  }

  /// Both sides of each subdomain that a comparison leaves open, and how many there are.
  private func halves(of subdomains: Frontier, by cuts: ForestThresholds) -> (Frontier, count: Int)
  {
    let places = cuts.places(in: Box(lower: subdomains.lower, upper: subdomains.upper))
    let open = places.isFound.nonzeroIndices().flattened()
    let halves = subdomains.rows(open).halved(
      along: places.features.gathering(open), at: places.left.gathering(open),
      places.right.gathering(open))
    return (halves, open.count)
  }

  /// Both halves of each subdomain, or nil if one has no middle between its bounds.
  private func halves(of open: Open) -> Frontier? {
    let subdomains = open.subdomains
    let place = open.cost.argmax(axis: 1, keepingAxes: true)
    let (low, high) = (
      subdomains.lower.gatheringElements(place, axis: 1),
      subdomains.upper.gatheringElements(place, axis: 1)
    )
    let middle = (low + high) * 0.5
    guard ((middle .> low) .& (middle .< high)).all().booleans[0] else { return nil }
    return subdomains.halved(along: place, at: middle, middle)
  }
}

extension Tensor {
  /// Of `[N, K, …]`, row `indices[n]` of each `n`; `[N, …]`.
  func gatheringRows(_ indices: Tensor) -> Tensor {
    let tail = Array(shape.dropFirst(2))
    let index = indices.reshaped(to: [size(0), 1] + tail.map { _ in 1 })
      .broadcast(to: [size(0), 1] + tail)
    return gatheringElements(index, axis: 1).squeezed(axes: [1])
  }
}

extension LinearBounds {
  /// Returns, for one objective in the output of each example, what the relaxations lose through
  /// each input feature per unit of its width.
  ///
  /// - `reach`: how each element of a bounded step depends on each feature.
  /// - Shape: objectives `[batch, 1] + output`; the result is `[batch, features]`.
  fileprivate func costs(of objectives: LinearObjectives, reach: [Int: Tensor]) -> Tensor {
    var trace: BackwardPass.Trace? = .init()
    _ = BackwardPass(plan: plan, relaxations: relaxations, sizes: nil)
      .propagated(objectives, from: plan.output, trace: &trace)
    var total = Tensor.zeros(
      [region.batch, plan.steps[plan.source].shape.count], dtype: plan.dtype)
    for (index, coefficients) in trace!.coefficients {
      let operands = plan.steps[index].operands
      guard case .activation(let function) = plan.steps[index].rule,
        let bounds = intermediateBounds[operands[0]],
        case .planes(let planes)? = relaxations[index], let reach = reach[operands[0]]
      else { continue }
      let gaps = planes.gaps(of: function, over: bounds)
      let own = coefficients.squeezed(axes: [1])
      let loss =
        own.magnitude() * Tensor.choosing(gaps.lower, where: own .> 0, otherwise: gaps.upper)
      let share = (loss / (bounds.upper - bounds.lower)).flattenedRows()
      let known = share.replacing(with: share.zerosLike(), where: !share.isFinite)
      total = total + known.expandedDimension(at: 1).matmul(reach).squeezed(axes: [1])
    }
    return total
  }
}
