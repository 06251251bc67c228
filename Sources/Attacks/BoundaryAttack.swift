import Methods
import Models
import Tensors

/// Walks at random along the border of a decision, asking for labels alone: a step around the input,
/// a step towards it, kept if the point stays misclassified.
///
/// Each example starts from random noise that is misclassified. Its two step lengths follow how often
/// such steps succeed.
///
/// - Complexity: at most `queries` label queries an example, and one to judge.
/// - Source: "Decision-Based Adversarial Attacks: Reliable Attacks Against Black-Box Machine Learning
///   Models" (2018), section 2; steps are adapted as in
///   foolbox, which asks about every tenth step around the input alone, but after ten of these, not a hundred.
public struct BoundaryAttack: DecisionAttack, Hashable {
  /// The most label queries for one example.
  public var queries: Int
  /// The first step around the input, as a share of the distance.
  public var aroundStep: Double
  /// The first step towards the input, as a share of the distance.
  public var towardsStep: Double
  /// By what step lengths are multiplied or divided.
  public var adaptation: Double
  /// How many random points are tried for a start.
  public var starts: Int
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(
    queries: Int, aroundStep: Double = 0.01, towardsStep: Double = 0.01, adaptation: Double = 1.5,
    starts: Int = 100, batchSize: Int = 128
  ) {
    precondition(
      queries > 0 && aroundStep > 0 && towardsStep > 0 && adaptation > 1 && starts > 0
        && batchSize > 0, "queries, steps, starts and batchSize are positive, adaptation above 1")
    (self.queries, self.aroundStep, self.towardsStep) = (queries, aroundStep, towardsStep)
    (self.adaptation, self.starts, self.batchSize) = (adaptation, starts, batchSize)
  }

  public init() { self.init(queries: 25_000) }

  public static let description = MethodDescription<Self>(
    "boundary", "A random walk along the border of a decision, by labels alone.",
    family: "decision",
    origin: .yardstick(
      "Decision-Based Adversarial Attacks: Reliable Attacks Against Black-Box Machine Learning "
        + "Models (2018)"),
    settings: [
      .integer("queries", \.queries, 1...10_000_000, "The most label queries for one example."),
      .number(
        "around-step", \.aroundStep, .above(0, atMost: 1),
        "The first step around the input, as a share of the distance."),
      .number(
        "towards-step", \.towardsStep, .above(0, atMost: 1),
        "The first step towards the input, as a share of the distance."),
      .number(
        "adaptation", \.adaptation, .above(1, atMost: 100), "By what steps grow or shrink."),
      .integer("starts", \.starts, 1...1_000_000, "How many random points are tried for a start."),
    ])

  public func candidates(
    _ model: some DecisionOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    var walk = try BorderWalk(
      model, from: inputs, labels: labels, domain: set.domain, isLargestChange: false,
      budget: queries)
    try walk.start(tries: starts, using: &generator)
    try walk.bisect(tolerance: 1)
    var steps = WalkSteps(
      count: walk.rows.count, around: aroundStep, towards: towardsStep, adaptation: adaptation)
    var round = 0
    while try walk.wander(&steps, isMeasured: round % 10 == 0, using: &generator) {
      try Task.checkCancellation()
      round += 1
    }
    return set.projection(of: walk.nearest, around: inputs)
  }
}

/// The step lengths of a random walk, each example's own, and how often they succeeded lately.
struct WalkSteps {
  private(set) var around: Tensor
  private(set) var towards: Tensor
  private let adaptation: Double
  private var aroundHits: [Tensor] = []
  private var towardsHits: [Tensor] = []

  init(count: Int, around: Double, towards: Double, adaptation: Double) {
    (self.around, self.towards) = (Tensor.full(around, [count]), Tensor.full(towards, [count]))
    self.adaptation = adaptation
  }

  /// Takes note of a step around the input; after ten such, both lengths of an example grow where
  /// they succeed more than half the time, and shrink where less than a fifth of it.
  mutating func noteAround(_ isHit: Tensor) {
    aroundHits.append(isHit.cast(to: .float32))
    guard aroundHits.count == 10 else { return }
    let share = Tensor.stacking(aroundHits).mean(axes: [0])
    let factor = self.factor(share, low: 0.2, high: 0.5)
    (around, towards) = (around * factor, towards * factor)
    aroundHits = []
  }

  /// Takes note of a step towards the input; after thirty, that length grows where it succeeds more
  /// than a quarter of the time, and shrinks where less than a tenth of it.
  mutating func noteTowards(_ isHit: Tensor) {
    towardsHits.append(isHit.cast(to: .float32))
    guard towardsHits.count == 30 else { return }
    towards = towards * factor(Tensor.stacking(towardsHits).mean(axes: [0]), low: 0.1, high: 0.25)
    towardsHits = []
  }

  private func factor(_ share: Tensor, low: Float, high: Float) -> Tensor {
    let ones = share.onesLike()
    let grown = Tensor.choosing(ones * adaptation, where: share .> high, otherwise: ones)
    return Tensor.choosing(ones / adaptation, where: share .< low, otherwise: grown)
  }
}

extension BorderWalk {
  /// Tries a random step around the input and then towards it.
  ///
  /// - Parameter isMeasured: whether the step around the input is asked about alone too.
  /// - Returns: whether there was budget for it.
  mutating func wander(
    _ steps: inout WalkSteps, isMeasured: Bool, using generator: inout some RandomNumberGenerator
  ) throws -> Bool {
    guard rows.count > 0, spend(isMeasured ? 2 : 1) else { return false }
    let center = centers
    let way = center - points
    let distance = length(way)
    let unit = way / points.aligned(distance.clamped(from: 1e-30))
    // A random direction, square to the way to the input, of the step's length.
    let noise = Tensor.normal(points.shape, dtype: points.dtype, using: &generator)
    let along = (noise * unit).flattenedRows().sum(axes: [1])
    let square = noise - unit * points.aligned(along)
    let scaled =
      square * points.aligned(steps.around * distance / length(square).clamped(from: 1e-30))
    // Back onto the sphere around the input.
    let stretch = (steps.around.square() + 1).squareRoot()
    let moved = center - (way - scaled) / points.aligned(stretch)
    let onSphere = moved.clamped(to: domain)
    let remaining = center - onSphere
    let target = distance * (1 - steps.towards)
    let size = length(remaining).clamped(from: 1e-30)
    let proposal = (center - remaining * points.aligned((target / size).clamped(through: 1)))
      .clamped(to: domain)
    if isMeasured { steps.noteAround(try isFooled(onSphere, rows)) }
    let isOut = try isFooled(proposal, rows)
    steps.noteTowards(isOut)
    let isNearer = isOut .& (length(proposal - center) .< distance)
    points = Tensor.choosing(proposal, where: points.aligned(isNearer), otherwise: points)
    note()
    return true
  }
}
