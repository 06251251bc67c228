import Models
import Networks
import Tensors

/// Settles one case of a group by splitting kinks: in each part some neurons' signs are known.
///
/// Bounds of hidden layers are made once, for the whole box; parts take them over, cut to the signs
/// that they know. A part's bound is optimized over slopes and over multipliers of its signs, many
/// parts at a time, warm from the part that it came from.
///
/// - Soundness: parts cover the box, because a kink's two sides do. Single precision searches; a
///   part is closed by a bound computed in double precision, with all rounding added, from the slopes
///   and multipliers found.
/// - Source: "Beta-CROWN: Efficient Bound Propagation with Per-neuron Split Constraints for Complete
///   and Incomplete Neural Network Robustness Verification" (2021), section 3.3. Deviation: what a
///   neuron is worth splitting is its share of the loss, then tried out on both sides.
struct KinkSplitting {
  let search: CounterexampleSearch
  /// Bounds over the whole box, proven; one example.
  let root: LinearBounds
  /// The case's rows, combined into one form in the output.
  let form: LinearForms
  /// Its place in the group.
  let place: Int
  var batchSize: Int
  var optimization = SlopeOptimization(iterations: 10, learningRate: 0.2, decay: 0.95, patience: 8)
  /// How many neurons are tried before one is split.
  var candidates = 32
  /// How many parts may be open before the newest go first, for `openNumbers` of them in memory.
  var frontierLimit = 20_000
  var openNumbers = 1 << 28

  /// What is known of the signs of the operands of kinks, by step: 1, -1 or 0, and the slopes and
  /// multipliers that the bound was found with.
  struct Part {
    /// `[1, 1] + step`
    var signs: [Int: Tensor]
    var slack: Slack
    var bound: Double
    /// The neuron to split: the operand's step and the place in it.
    var split: (step: Int, place: Int)
  }

  init(search: CounterexampleSearch, root: LinearBounds, form: LinearForms, place: Int) {
    (self.search, self.root, self.form, self.place) = (search, root, form, place)
    // Passes over large networks are long: fewer parts at once keep deadlines and memory.
    batchSize = min(256, max(2, LinearBounds.largestPass / root.plan.largestStep / 4))
  }

  private var plan: RelaxationPlan { root.plan }

  /// - Parameter slack: what the bound of the whole box was found with.
  func settle(
    from slack: Slack, report: (_ open: Int, _ decided: Int) -> Void
  ) throws -> VerificationResult {
    guard !kinks.isEmpty else {
      return .unknown("No neuron is left whose sign would make the network more linear.")
    }
    let none = kinkOperands.reduce(into: [Int: Tensor]()) { signs, step in
      signs[step] = Tensor.zeros([1, 1] + plan.steps[step].shape.sizes)
    }
    var start = slack.cast(to: .float32)
    start.multipliers = none
    var stuck = false
    var frontier: [Part] = []
    let first = try parts(
      of: Batch(signs: none, slack: start), bounds: [-Double.infinity], stuck: &stuck)
    frontier += first
    var decided = 0
    let limit = min(frontierLimit, openNumbers / neurons)
    while !frontier.isEmpty {
      try root.deadline.check()
      if frontier.count <= limit {
        // Worst last.
        frontier.sort { $0.bound > $1.bound }
      }
      let taken = Array(frontier.suffix(max(1, batchSize / 2)))
      frontier.removeLast(taken.count)
      let children = Batch(taken).split(at: taken.map(\.split))
      let result = try optimized(children)
      let isClosed = try closed(children, result)
      decided += isClosed.count(where: { $0 })
      let open = isClosed.indices.filter { !isClosed[$0] }
      if !open.isEmpty {
        let rest = Batch(signs: children.signs, slack: result.slack).rows(open)
        let bounds = result.bounds.flattened().elements(as: Double.self)
        frontier += try parts(of: rest, bounds: open.map { bounds[$0] }, stuck: &stuck)
        if let found = try attack(rest) { return .violated(found) }
      }
      report(frontier.count, decided)
    }
    return stuck ? .unknown("Parts whose kinks are all settled stayed undecided.") : .holds
  }

  /// The steps that feed kinks.
  private var kinkOperands: [Int] {
    Set(kinks.map { plan.steps[$0].operands[0] }).sorted()
  }

  private var kinks: [Int] {
    root.relaxations.indices.filter { index in
      guard case .planes(let planes)? = root.relaxations[index] else { return false }
      return planes.isOpen?.any().booleans[0] ?? false
    }
  }

  /// About how many numbers a part keeps: a sign, a slope and a multiplier for each neuron.
  private var neurons: Int {
    3 * kinkOperands.reduce(1) { $0 + plan.steps[$1].shape.count }
  }

  // MARK: Batches

  /// Parts side by side: tensors of shape `[parts, 1] + step`.
  struct Batch {
    var signs: [Int: Tensor]
    var slack: Slack

    var count: Int { signs.first!.value.size(0) }

    init(signs: [Int: Tensor], slack: Slack) { (self.signs, self.slack) = (signs, slack) }

    init(_ parts: [Part]) {
      func stacked(_ values: (Part) -> [Int: Tensor]) -> [Int: Tensor] {
        values(parts[0]).keys.reduce(into: [:]) { result, key in
          result[key] = .concatenating(parts.map { values($0)[key]! })
        }
      }
      signs = stacked { $0.signs }
      slack = Slack(
        slopes: stacked { $0.slack.slopes }, multipliers: stacked { $0.slack.multipliers })
    }

    /// Both sides of a split of each part: first all positive sides, then all negative ones.
    func split(at splits: [(step: Int, place: Int)]) -> Batch {
      let count = splits.count
      var both = rows(Array(0..<count) + Array(0..<count))
      for step in Set(splits.map(\.step)) {
        let rows = splits.indices.filter { splits[$0].step == step }
        both.signs[step] = both.signs[step]!.setting(
          rows: rows + rows.map { $0 + count },
          places: (rows + rows).map { splits[$0].place },
          to: rows.map { _ in 1 } + rows.map { _ in -1 })
      }
      return both
    }

    func rows(_ indices: [Int]) -> Batch {
      let index = Tensor(indices)
      return Batch(
        signs: signs.mapValues { $0.gathering(index) },
        slack: Slack(
          slopes: slack.slopes.mapValues { $0.gathering(index) },
          multipliers: slack.multipliers.mapValues { $0.gathering(index) }))
    }
  }

  /// The root's bounds, cut to the signs of a batch.
  private func bounds(of batch: Batch, in dtype: DType) -> LinearBounds {
    let count = batch.count
    let index = Tensor(Array(repeating: 0, count: count))
    let ends = root.ends.enumerated().map { step, ends -> Ends? in
      guard let ends else { return nil }
      let shape = [count] + plan.steps[step].shape.sizes
      var (low, high) = (
        ends.lower.cast(to: dtype).broadcast(to: shape),
        ends.upper.cast(to: dtype).broadcast(to: shape)
      )
      if let sign = batch.signs[step]?.squeezed(axes: [1]) {
        low = Tensor.choosing(low.relu(), where: sign .> 0, otherwise: low)
        high = Tensor.choosing(-(-high).relu(), where: sign .< 0, otherwise: high)
      }
      return Ends(lower: low, upper: high)
    }
    let isProof = dtype == .float64
    return LinearBounds(
      isProof ? plan : plan.single, over: root.region.rows(index), ends: ends,
      sizes: isProof ? root.sizes : nil, until: root.deadline)
  }

  private func optimized(_ batch: Batch) throws -> (bounds: Tensor, slack: Slack) {
    try optimization.optimized(
      form.cast(to: .float32), at: plan.output, in: bounds(of: batch, in: .float32),
      signs: batch.signs, start: batch.slack, goal: 0)
  }

  /// Which parts a proof closes.
  private func closed(
    _ batch: Batch, _ result: (bounds: Tensor, slack: Slack)
  ) throws -> [Bool] {
    let seemsClosed = (result.bounds .> 0).flattened().booleans
    let places = seemsClosed.indices.filter { seemsClosed[$0] }
    guard !places.isEmpty else { return seemsClosed }
    let some = Batch(signs: batch.signs, slack: result.slack).rows(places)
    let proof = bounds(of: some, in: .float64).lowerBounds(
      of: form, at: plan.output, with: some.slack, signs: some.signs)
    let isProved = (proof .> 0).flattened().booleans
    var closed = seemsClosed
    for (place, proved) in zip(places, isProved) { closed[place] = proved }
    return closed
  }

  // MARK: Branching

  /// Open parts with the neuron that each is to be split at.
  ///
  /// Parts without an open kink are dropped, and `stuck` is set: nothing here can decide them.
  private func parts(of batch: Batch, bounds values: [Double], stuck: inout Bool) throws -> [Part] {
    let bounds = bounds(of: batch, in: .float32)
    let choices = try chosenSplits(batch, bounds)
    var parts: [Part] = []
    for row in 0..<batch.count {
      guard let split = choices[row] else {
        stuck = true
        continue
      }
      let one = batch.rows([row])
      parts.append(Part(signs: one.signs, slack: one.slack, bound: values[row], split: split))
    }
    return parts
  }

  /// The neuron of each part whose split raises the lower of both sides' bounds most, of those that
  /// cost the bound most.
  private func chosenSplits(
    _ batch: Batch, _ bounds: LinearBounds
  ) throws -> [(step: Int, place: Int)?] {
    var trace: BackwardPass.Trace? = .init()
    let pass = bounds.pass(with: batch.slack)
    let input = pass.pulledBack(
      form.cast(to: .float32), from: plan.output, trace: &trace,
      adjusting: batch.slack.adjustment(batch.signs))
    let values = pass.relaxedValues(
      at: bounds.region.minimizer(of: input.coefficients), trace!, before: plan.output)
    var scores: [Tensor] = []
    var owners: [(step: Int, count: Int)] = []
    for index in kinks {
      let operand = plan.steps[index].operands[0]
      guard let coefficients = trace!.coefficients[index], let ends = bounds.ends[operand],
        case .planes(let planes)? = bounds.relaxations[index], let isOpen = planes.isOpen,
        let value = values[operand], case .activation(let function) = plan.steps[index].rule,
        let kink = function.kink
      else { continue }
      let (low, high) = (ends.lower.expandedDimension(at: 1), ends.upper.expandedDimension(at: 1))
      let slope = batch.slack.slopes[index].map(kink.slope) ?? planes.lowerSlopes[0]
      let height = function.evaluated(on: value)
      let under = height - slope * value
      let over = planes.upperSlopes[0] * value + planes.upperIntercept - height
      let isUnder = coefficients .> 0
      let here = Tensor.choosing(under, where: isUnder, otherwise: over)
      let most = Tensor.choosing(
        (-low).minimum(high) * (kink.right - kink.left), where: isUnder,
        otherwise: planes.upperIntercept)
      let score = coefficients.magnitude() * (here.relu() + most * 0.3)
      let known = score.forEach(batch: batch.count).flattened(from: 1)
      let isFree = isOpen.forEach(batch: batch.count).flattened(from: 1)
      scores.append(Tensor.choosing(known, where: isFree, otherwise: known.filled(with: -1)))
      owners.append((operand, known.size(1)))
    }
    guard !scores.isEmpty else {
      return [(step: Int, place: Int)?](repeating: nil, count: batch.count)
    }
    let all = Tensor.concatenating(scores, axis: 1)
    let count = min(candidates, all.size(1))
    let best = all.topElements(count, axis: 1)
    let (heights, places) = (
      best.values.flattened().elements(as: Float.self), best.indices.flattened().integers
    )
    func owner(_ place: Int) -> (step: Int, place: Int) {
      var rest = place
      for owner in owners {
        if rest < owner.count { return (owner.step, rest) }
        rest -= owner.count
      }
      preconditionFailure("place \(place) lies beyond \(owners)")
    }
    var rows: [Int] = []
    var splits: [(step: Int, place: Int)] = []
    for row in 0..<batch.count {
      for candidate in 0..<count where heights[row * count + candidate] >= 0 {
        rows.append(row)
        splits.append(owner(places[row * count + candidate]))
      }
    }
    var choices = [(step: Int, place: Int)?](repeating: nil, count: batch.count)
    var heightsOfChoice = [Double](repeating: -.infinity, count: batch.count)
    for start in stride(from: 0, to: rows.count, by: batchSize) {
      try root.deadline.check()
      let some = start..<min(start + batchSize, rows.count)
      let sides = try quickBounds(
        of: batch.rows(Array(rows[some])).split(at: Array(splits[some])))
      for (offset, trial) in some.enumerated() {
        let (first, second) = (sides[offset], sides[offset + some.count])
        // A closed side counts no more than closed.
        let height = min(first, 0) + min(second, 0) + 0.5 * min(min(first, second), 0)
        if height > heightsOfChoice[rows[trial]] {
          (choices[rows[trial]], heightsOfChoice[rows[trial]]) = (splits[trial], height)
        }
      }
    }
    return choices
  }

  /// Bounds with the slopes that are there, not optimized.
  private func quickBounds(of batch: Batch) throws -> [Double] {
    bounds(of: batch, in: .float32).lowerBounds(
      of: form.cast(to: .float32), at: plan.output, with: batch.slack, signs: batch.signs
    ).flattened().elements(as: Double.self).map { $0.isNaN ? -.infinity : $0 }
  }

  /// Descends from the points where the open parts' bounds are lowest.
  private func attack(_ batch: Batch) throws -> Counterexample? {
    let some = batch.rows(Array(0..<min(batch.count, 16)))
    let bounds = bounds(of: some, in: .float32)
    var trace: BackwardPass.Trace?
    let input = bounds.pass(with: some.slack).pulledBack(
      form.cast(to: .float32), from: plan.output, trace: &trace,
      adjusting: some.slack.adjustment(some.signs))
    let start = bounds.region.minimizer(of: input.coefficients).reshaped(to: [some.count, -1])
    let box = search.group.box
    let shape = [some.count, box.lower.count]
    return try search.descend(
      from: start,
      in: Box(lower: box.lower.broadcast(to: shape), upper: box.upper.broadcast(to: shape)),
      cases: Tensor(Array(repeating: place, count: some.count)), steps: 10, length: 0.3, decay: 0.8)
  }
}

extension Tensor {
  /// This tensor of shape `[rows, 1] + step` with some places of some rows set.
  fileprivate func setting(rows: [Int], places: [Int], to values: [Float]) -> Tensor {
    let shape = shape
    let width = shape.dropFirst().reduce(1, *)
    let flat = Tensor(zip(rows, places).map { $0 * width + $1 })
    return reshaped(to: [-1]).scattering(Tensor(values), at: flat, axis: 0).reshaped(to: shape)
  }
}
