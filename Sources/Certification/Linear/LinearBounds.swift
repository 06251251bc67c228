import Models
import Networks
import Tensors

/// A network's relaxations over one region, made step by step, with the bounds that they rest on.
struct LinearBounds {
  let plan: RelaxationPlan
  let region: InputRegion
  /// Intermediate bounds of each step; known for those that relaxations need.
  private(set) var intermediateBounds: [Bounds?]
  private(set) var relaxations: [StepRelaxation?]
  let sizes: RoundingSizes?
  /// How strongly each element of a bounded step depends on each input feature, by the objectives
  /// that bound it; `[batch, elements, features]`, kept where the input is to be split.
  private(set) var reach: [Int: Tensor] = [:]
  private let keepsReach: Bool
  /// What is known of the output without linear objectives.
  private(set) var outputBox: Bounds?
  /// When making bounds, and improving them, has to be over.
  var deadline: Deadline

  /// How bounds of the steps before the output are made.
  enum Intermediate {
    case interval
    case forward
    case backward
    /// Backward, with optimized slopes.
    case optimized(SlopeOptimization)
  }

  /// - Throws: `NetworkError`, `DeadlinePassed`, `CancellationError`.
  init(
    _ plan: RelaxationPlan, over region: InputRegion, intermediate: Intermediate = .backward,
    keepingReach keepsReach: Bool = false, until deadline: Deadline = .never
  ) throws {
    let boxes = try plan.network.intervals(
      of: plan.steps.map(\.node), over: region.box, forests: plan.forests)
    let intervals = zip(boxes, plan.steps).map { box, step in
      Bounds(
        lower: box.lower.forExamples(step.shape, batch: region.batch),
        upper: box.upper.forExamples(step.shape, batch: region.batch))
    }
    try self.init(
      plan, over: region, boxes: intervals, intermediate: intermediate, keepingReach: keepsReach,
      until: deadline)
  }

  /// - Parameter intervals: boxes of all steps, in double precision.
  init(
    _ plan: RelaxationPlan, over region: InputRegion, boxes intervals: [Bounds],
    intermediate: Intermediate = .backward, keepingReach keepsReach: Bool = false,
    until deadline: Deadline = .never
  ) throws {
    let sizes =
      plan.dtype == .float64 ? RoundingSizes(plan, values: intervals.map(\.magnitude)) : nil
    try self.init(
      plan, over: region, known: intervals, sizes: sizes, intermediate: intermediate,
      keepingReach: keepsReach, until: deadline)
  }

  /// - `known`: bounds of the bounded steps, at least; the result's are nowhere looser.
  init(
    _ plan: RelaxationPlan, over region: InputRegion, known: [Bounds?], sizes: RoundingSizes?,
    intermediate: Intermediate, keepingReach keepsReach: Bool = false, until deadline: Deadline
  ) throws {
    (self.plan, self.keepsReach, self.deadline) = (plan, keepsReach, deadline)
    (self.region, self.sizes) = (region.cast(to: plan.dtype), sizes)
    intermediateBounds = plan.steps.map { _ in nil }
    outputBox = known[plan.output]
    relaxations = plan.steps.map { _ in nil }
    let forward: ForwardPass? =
      if case .forward = intermediate { try ForwardPass(plan, over: self.region) } else { nil }
    var pass = forward
    for step in plan.bounded {
      try deadline.check()
      let box = known[step]!.cast(to: plan.dtype)
      relax(before: step + 1)
      switch intermediate {
      case .interval: intermediateBounds[step] = box
      case .forward:
        intermediateBounds[step] = try pass!.bounds(of: step, relaxations: relaxations).meeting(box)
      case .backward:
        intermediateBounds[step] = try backwardBounds(of: step, within: box, known, improving: nil)
      case .optimized(let optimization):
        intermediateBounds[step] = try backwardBounds(
          of: step, within: box, known, improving: optimization)
      }
    }
    relax(before: plan.steps.count)
  }

  /// Bounds that were found elsewhere, for other relaxations over the same region.
  ///
  /// - `relaxations`: those that are known already.
  init(
    _ plan: RelaxationPlan, over region: InputRegion, intermediateBounds: [Bounds?],
    relaxations: [StepRelaxation?]? = nil, sizes: RoundingSizes?, until deadline: Deadline
  ) {
    (self.plan, self.intermediateBounds, self.sizes) = (plan, intermediateBounds, sizes)
    (keepsReach, self.deadline) = (false, deadline)
    self.region = region.cast(to: plan.dtype)
    self.relaxations = relaxations ?? plan.steps.map { _ in nil }
    relax(before: plan.steps.count)
  }

  /// Bounds a step once more, by what is known of the steps before it.
  ///
  /// - Throws: `DeadlinePassed`, `CancellationError`.
  mutating func improve(_ step: Int, by optimization: SlopeOptimization) throws {
    take(
      try backwardBounds(of: step, within: intermediateBounds[step]!, improving: optimization),
      of: step)
  }

  /// Takes over certified bounds of a step, and relaxes what uses it anew.
  mutating func take(_ bounds: Bounds, of step: Int) {
    intermediateBounds[step] = bounds
    for (index, user) in plan.steps.enumerated() where user.operands.contains(step) {
      relaxations[index] = nil
    }
    relax(before: plan.steps.count)
  }

  /// Makes the relaxations of the steps whose operands are bounded by now.
  private mutating func relax(before limit: Int) {
    for index in 0..<limit where plan.steps[index].rule.isRelaxed && relaxations[index] == nil {
      let step = plan.steps[index]
      let bounds = step.operands.compactMap { intermediateBounds[$0] }
      if bounds.count == step.operands.count {
        relaxations[index] = step.rule.relaxation(over: bounds)
      }
    }
  }

  /// Returns a lower bound of each objective in the output.
  ///
  /// - Shape: `[batch, rows]`.
  func lowerBounds(of objectives: LinearObjectives) -> Tensor {
    region.minimum(of: inputObjectives(of: objectives, from: plan.output))
  }

  func inputObjectives(of objectives: LinearObjectives, from step: Int) -> LinearObjectives {
    var trace: BackwardPass.Trace?
    return BackwardPass(plan: plan, relaxations: relaxations, sizes: sizes)
      .propagated(objectives, from: step, trace: &trace)
  }

  /// Bounds of one step by linear objectives; those of a smaller step that holds its elements, if
  /// there is one.
  private mutating func backwardBounds(
    of step: Int, within box: Bounds, _ known: [Bounds?], improving optimization: SlopeOptimization?
  ) throws -> Bounds {
    guard !keepsReach, !hasTightBox(step), let holder = plan.holder(of: step),
      let own = known[holder]?.cast(to: plan.dtype)
    else { return try backwardBounds(of: step, within: box, improving: optimization) }
    let bounds = try backwardBounds(of: holder, within: own, improving: optimization)
    return bounds.map { plan.rearranged($0, from: holder, to: step) }.meeting(box)
  }

  /// Bounds of one step by linear objectives, for the elements that need them.
  ///
  /// An element that the box makes stable, and whose only use is at kinks, keeps the box.
  private mutating func backwardBounds(
    of step: Int, within box: Bounds, improving optimization: SlopeOptimization?
  ) throws -> Bounds {
    if case .box(let own)? = relaxations[step] { return own.meeting(box) }
    guard keepsReach || !hasTightBox(step) else { return box }
    let shape = plan.steps[step].shape
    if region.isBox, !keepsReach, let patches = Patches(plan, at: step) {
      return try bounds(
        of: step, in: patches, within: box, where: isOpen(step, box), improving: optimization)
    }
    let open =
      keepsReach
      ? .range(0..<shape.count)
      : isOpen(step, box).flattenedRows().any(axes: [0]).nonzeroIndices().flattened()
    guard open.count > 0 else { return box }
    let isWhole = open.count == shape.count
    let batch = region.batch
    var lowers: [Tensor] = []
    var uppers: [Tensor] = []
    var reaches: [Tensor] = []
    let chunk = max(1, Self.largestPass / (2 * batch * plan.largestStep))
    for start in stride(from: 0, to: open.count, by: chunk) {
      try deadline.check()
      let places = open[start..<min(start + chunk, open.count)]
      let objectives = LinearObjectives.elements(places, of: shape, dtype: plan.dtype)
      let least: Tensor
      if let optimization {
        least = try optimization.lowerBounds(of: objectives, at: step, in: self)
      } else {
        let input = inputObjectives(of: objectives, from: step)
        least = region.minimum(of: input)
        if keepsReach { reaches.append(input.meanMagnitude.forEach(batch: batch)) }
      }
      let count = places.count
      lowers.append(least.narrowed(axis: 1, from: 0, count: count))
      uppers.append(-least.narrowed(axis: 1, from: count, count: count))
    }
    if !reaches.isEmpty { reach[step] = .concatenating(reaches, axis: 1) }
    let found = Bounds(
      lower: .concatenating(lowers, axis: 1), upper: .concatenating(uppers, axis: 1))
    func placed(_ values: Tensor, into box: Tensor) -> Tensor {
      if isWhole { return values.reshaped(to: box.shape) }
      let index = open.expandedDimension(at: 0).broadcast(to: [batch, open.count])
      return box.flattenedRows().scattering(values, at: index, axis: 1).reshaped(to: box.shape)
    }
    return Bounds(
      lower: placed(found.lower, into: box.lower), upper: placed(found.upper, into: box.upper)
    ).meeting(box)
  }

  /// Whether no linear objective says more of a step than its box.
  private func hasTightBox(_ step: Int) -> Bool {
    plan.onlyRearrangesInput(step) || region.isBox && plan.isOneMapOfInput(step)
  }

  /// Which elements of a step its box leaves open.
  private func isOpen(_ step: Int, _ box: Bounds) -> Tensor {
    plan.usesOnlySign(of: step)
      ? !((box.lower .>= 0) .| (box.upper .<= 0)) : .ones(box.lower.shape, dtype: .bool)
  }

  /// The most elements of one tensor in a pass; wider ones are cut into pieces.
  static let largestPass = 1 << 22

  /// The same for the output, whose objectives are few but for those of maps.
  static let largestOutputPass = 1 << 25
}

extension RelaxationPlan {
  /// The number of elements of the largest step.
  var largestStep: Int { steps.map(\.shape.count).max() ?? 1 }

  /// Whether a step feeds only functions that are linear once its sign is known.
  func usesOnlySign(of step: Int) -> Bool {
    steps.allSatisfy { other in
      guard other.operands.contains(step) else { return true }
      return other.rule.kink != nil
    } && step != output
  }
}

extension LinearObjectives {
  /// The mean magnitude of the coefficients of an element's lower and upper objective, which lie
  /// half the rows apart; `[batch, rows / 2, features]`.
  fileprivate var meanMagnitude: Tensor {
    let half = rowCount / 2
    let size = coefficients.flattened(from: 2).magnitude()
    let (low, high) = (
      size.narrowed(axis: 1, from: 0, count: half), size.narrowed(axis: 1, from: half, count: half)
    )
    return (low + high) * 0.5
  }

  /// The elements of a step at some places, followed by their negatives.
  static func elements(_ places: Tensor, of shape: ExampleShape, dtype: DType) -> LinearObjectives {
    let rows = places.oneHot(classes: shape.count).cast(to: dtype)
    let both = Tensor.concatenating([rows, -rows])
    return LinearObjectives(
      coefficients: both.reshaped(to: [1, both.size(0)] + shape.sizes),
      constants: .zeros([1, both.size(0)], dtype: dtype))
  }
}

extension Tensor {
  /// A value of the graph with the batch in front, which a constant lacks.
  fileprivate func forExamples(_ shape: ExampleShape, batch: Int) -> Tensor {
    let full = [batch] + shape.sizes
    let total = full.reduce(1, *)
    return count == total ? reshaped(to: full) : broadcast(to: full)
  }
}
