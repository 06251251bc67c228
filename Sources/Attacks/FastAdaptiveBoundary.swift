import Methods
import Models
import Tensors

/// Looks for the shortest move over the border to one class after another: it goes to the border of
/// the scores taken for linear, a little beyond, and towards the input, again and again.
///
/// The example's best point so far and the input are both projected onto the linearized border,
/// within the domain; the next point lies between the two, nearer to the input the shorter its move
/// is. Once a class is reached, the search goes on from a point that is nearer to the input.
///
/// - Complexity: `steps` gradient queries an example for each target, as many score queries, and two
///   decision queries.
/// - Source: "Minimally distorted Adversarial Examples with a Fast Adaptive Boundary Attack" (2019),
///   algorithm 1, in the targeted version of "Reliable evaluation of adversarial robustness with an
///   ensemble of diverse parameter-free attacks" (2020), section 5; without restarts and without a
///   final search along the line to the input.
public struct FastAdaptiveBoundary: GradientAttack, Hashable {
  /// What makes a move short, for sets that are no balls of a norm.
  public var norm: PerturbationNorm
  public var steps: Int
  /// The most classes that are gone for, from the one that scores highest at the input.
  public var targets: Int
  /// The largest weight of the input.
  public var inputWeight: Double
  /// How far beyond the border a move goes, as a multiple of the move.
  public var extrapolation: Double
  /// How much of the move from the input is kept where a class was reached.
  public var backStep: Double
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(
    norm: PerturbationNorm = .linf, steps: Int = 100, targets: Int = 9, inputWeight: Double = 0.1,
    extrapolation: Double = 1.05, backStep: Double = 0.9, batchSize: Int = 128
  ) {
    precondition(
      steps > 0 && targets > 0 && batchSize > 0, "steps, targets and batchSize are positive")
    precondition(
      0...1 ~= inputWeight && extrapolation >= 1 && 0...1 ~= backStep,
      "weights are shares, and extrapolation is 1 or more")
    (self.norm, self.steps, self.targets) = (norm, steps, targets)
    (self.inputWeight, self.extrapolation) = (inputWeight, extrapolation)
    (self.backStep, self.batchSize) = (backStep, batchSize)
  }

  public init() { self.init(norm: .linf) }

  public static let description = MethodDescription<Self>(
    "fab", "The shortest move over the border to each of the likeliest classes.",
    family: "minimal perturbation",
    origin: .yardstick(
      "Minimally distorted Adversarial Examples with a Fast Adaptive Boundary Attack (2019)"),
    settings: [
      .choice("norm", \.norm, "The norm in which moves are short, for sets but balls of a norm."),
      .integer("steps", \.steps, 1...100_000, "How many steps to take for each class."),
      .integer("targets", \.targets, 1...10_000, "How many classes to go for."),
      .number("input-weight", \.inputWeight, .within(0...1), "The largest weight of the input."),
      .number(
        "extrapolation", \.extrapolation, .atLeast(1),
        "How far beyond the border a move goes, as a multiple of it."),
      .number(
        "back-step", \.backStep, .within(0...1),
        "How much of the move is kept where a class was reached."),
    ])

  public func candidates(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let standing = try StandingExamples(model, inputs, labels: labels)
    var (found, active) = (inputs, standing.rows)
    for target in standing.classesByScore(atMost: targets) where active.count > 0 {
      let center = inputs.gathering(active)
      let nearest = try nearest(
        model, to: center, labels: labels.gathering(active), target: target.gathering(active),
        within: set)
      let isReached = nearest.distance.isFinite .& set.contains(nearest.point, around: center)
      let reached = isReached.indicesOfTrue()
      found = found.replacingRows(
        at: active.gathering(reached), with: nearest.point.gathering(reached))
      active = active.gathering((!isReached).indicesOfTrue())
    }
    return found
  }

  /// Returns the nearest point found that the model takes for another class, and how far it is;
  /// infinitely far where there is none.
  func nearest(
    _ model: some GradientOracle, to center: Tensor, labels: Tensor, target: Tensor,
    within set: some PerturbationSet
  ) throws -> (point: Tensor, distance: Tensor) {
    let norm = PerturbationNorm(rawValue: type(of: set).name) ?? norm
    let project = HyperplaneProjection(norm: norm, domain: set.domain)
    let origin = center.flattenedRows()
    var point = origin
    var best = origin
    var bestDistance = Tensor.full(.infinity, [center.size(0)])
    for _ in 0..<steps {
      try Task.checkCancellation()
      var leads: Tensor?
      let slope = try model.logitsAndGradient(at: point.reshaped(to: center.shape)) { logits in
        let lead = logits.entries(at: target) - logits.entries(at: labels)
        leads = lead.detached()
        return lead.sum()
      }.gradient.finite().flattenedRows()
      let offset = (slope * point).sum(axes: [1]) - leads!
      let (near, direct) = (
        project(point, normals: slope, offsets: offset),
        project(origin, normals: slope, offsets: offset)
      )
      let (nearLength, directLength) = (
        project.length(near).clamped(from: 1e-8), project.length(direct).clamped(from: 1e-8)
      )
      let weight = (nearLength / (nearLength + directLength)).clamped(to: 0...Float(inputWeight))
        .expandedDimension(at: 1)
      point =
        ((point + near * extrapolation) * (1 - weight)
        + (origin + direct * extrapolation) * weight).clamped(to: set.domain)
      let decisions = try model.logits(of: point.reshaped(to: center.shape)).decisions()
      let isOther = decisions .!= labels
      let distance = project.length(point - origin)
      let isBetter = isOther .& (distance .< bestDistance)
      best = Tensor.choosing(point, where: isBetter.expandedDimension(at: 1), otherwise: best)
      bestDistance = Tensor.choosing(distance, where: isBetter, otherwise: bestDistance)
      point = Tensor.choosing(
        origin + (point - origin) * backStep, where: isOther.expandedDimension(at: 1),
        otherwise: point)
    }
    return (best.reshaped(to: center.shape), bestDistance)
  }
}
