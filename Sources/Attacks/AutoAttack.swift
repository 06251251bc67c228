import Methods
import Models
import Tensors

/// The field's standard ensemble: two climbs along gradients, one for the nearest border, one random
/// search, each on the examples that those before it left standing.
///
/// Cross-entropy is climbed once; the lead of each of the likeliest classes, in units of the spread
/// of scores, once a class; then the nearest border to each is looked for, and last the random
/// search asks for nothing but scores, so that hidden gradients do not help a model.
///
/// - Complexity: for an example that withstands all, about `steps · (1 + 3 · targets)` gradient and
///   score queries, and `queries` score queries.
/// - Source: "Reliable evaluation of adversarial robustness with an ensemble of diverse
///   parameter-free attacks" (2020), section 5.
public struct AutoAttack: GradientAttack, Hashable {
  /// How many steps each attack along gradients takes.
  public var steps: Int
  /// The most classes that are gone for.
  public var targets: Int
  /// The score queries of the random search; 0 for none.
  public var queries: Int
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(steps: Int = 100, targets: Int = 9, queries: Int = 5000, batchSize: Int = 128) {
    precondition(
      steps > 0 && targets > 0 && queries >= 0 && batchSize > 0,
      "steps, targets and batchSize are positive, queries not negative")
    (self.steps, self.targets, self.queries) = (steps, targets, queries)
    self.batchSize = batchSize
  }

  public init() { self.init(steps: 100) }

  public static let description = MethodDescription<Self>(
    "auto", "The standard ensemble: APGD, targeted APGD, FAB and Square.", family: "ensemble",
    origin: .yardstick(
      "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free "
        + "attacks (2020)"),
    settings: [
      .integer("steps", \.steps, 1...100_000, "How many steps each gradient attack takes."),
      .integer("targets", \.targets, 1...10_000, "How many classes are gone for."),
      .integer("queries", \.queries, 0...10_000_000, "How many queries the random search has."),
    ])

  public func candidates(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    var found = inputs
    var standing = try StandingExamples(model, inputs, labels: labels).rows
    /// Attacks those that stand, and lets go who falls.
    func attack(by candidates: (Tensor, Tensor) throws -> Tensor) throws {
      guard standing.count > 0 else { return }
      let (center, own) = (inputs.gathering(standing), labels.gathering(standing))
      let points = try candidates(center, own)
      found = found.replacingRows(at: standing, with: points)
      let fooled = try AttackVerifier(set).fooled(model, by: points, around: center, labels: own)
      standing = standing.gathering((!Tensor(fooled)).indicesOfTrue())
    }
    let climbs: [any GradientAttack] = [
      AutoPGD(loss: .crossEntropy, steps: steps),
      AutoPGD(loss: .targetedLogitsRatio, steps: steps, targets: targets),
      FastAdaptiveBoundary(steps: steps, targets: targets),
    ]
    for climb in climbs {
      try attack {
        try climb.candidates(model, from: $0, labels: $1, within: set, using: &generator)
      }
    }
    if queries > 0 {
      try attack {
        try SquareAttack(queries: queries).candidates(
          model, from: $0, labels: $1, within: set, using: &generator)
      }
    }
    return found
  }
}
