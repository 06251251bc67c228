import Foundation
import Methods
import Models
import Tensors

/// Looks for the move of least Euclidean length that changes a decision: Adam minimizes the squared
/// length plus a weight times the label's lead, and a search finds each example's least weight that
/// still succeeds.
///
/// Points are written as hyperbolic tangents, so that they stay in the domain.
///
/// - Complexity: at most `searches · steps` gradient queries an example, and one decision query to
///   judge.
/// - Source: "Towards Evaluating the Robustness of Neural Networks" (2017), section VI.A (L2). As in
///   foolbox, a search ends early where its total loss stands still over a tenth of the steps, and
///   the weight grows tenfold until it succeeds.
public struct CarliniWagner: GradientAttack, Hashable {
  /// The number of weights that are tried.
  public var searches: Int
  /// The number of steps for each weight.
  public var steps: Int
  public var learningRate: Double
  /// The first weight of the label's lead.
  public var initialWeight: Double
  /// By how much another class is to lead.
  public var confidence: Double
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(
    searches: Int = 9, steps: Int = 1000, learningRate: Double = 0.01, initialWeight: Double = 1e-3,
    confidence: Double = 0, batchSize: Int = 128
  ) {
    precondition(
      searches > 0 && steps > 0 && batchSize > 0, "searches, steps and batchSize are positive")
    precondition(
      learningRate > 0 && initialWeight > 0 && confidence >= 0,
      "learningRate and initialWeight are positive, confidence is not negative")
    (self.searches, self.steps, self.learningRate) = (searches, steps, learningRate)
    (self.initialWeight, self.confidence, self.batchSize) = (initialWeight, confidence, batchSize)
  }

  public init() { self.init(searches: 9) }

  public static let description = MethodDescription<Self>(
    "carlini-wagner", "The move of least Euclidean length, by Adam.",
    family: "minimal perturbation",
    origin: .yardstick("Towards Evaluating the Robustness of Neural Networks (2017)"),
    settings: [
      .integer("searches", \.searches, 1...1000, "How many weights of the lead are tried."),
      .integer("steps", \.steps, 1...1_000_000, "How many steps are taken for each weight."),
      .number("learning-rate", \.learningRate, .above(0, atMost: 1000), "Adam's learning rate."),
      .number("initial-weight", \.initialWeight, .above(0, atMost: 1e9), "The first weight."),
      .number("confidence", \.confidence, .atLeast(0), "By how much another class is to lead."),
    ])

  /// Returns the nearest points found, projected onto `set`: an example withstands where the move is
  /// longer than the set is wide.
  public func candidates(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let standing = try StandingExamples(model, inputs, labels: labels).rows
    guard standing.count > 0 else { return inputs }
    let nearest = try nearest(
      model, to: inputs.gathering(standing), labels: labels.gathering(standing),
      domain: set.domain)
    let found = inputs.replacingRows(at: standing, with: nearest)
    return set.projection(of: found, around: inputs)
  }

  /// Returns the nearest misclassified points found, the inputs themselves where there is none.
  func nearest(
    _ model: some GradientOracle, to inputs: Tensor, labels: Tensor, domain: ClosedRange<Float>
  ) throws -> Tensor {
    let space = TangentSpace(domain)
    let start = space.preimage(of: inputs)
    let reference = space.point(at: start)
    var weight = Tensor.full(initialWeight, [inputs.size(0)]).cast(to: inputs.dtype)
    var (low, high) = (weight.zerosLike(), weight.filled(with: .infinity))
    var best = inputs
    var bestDistance = weight.filled(with: .infinity)
    for _ in 0..<searches {
      var place = start
      var (mean, square) = (start.zerosLike(), start.zerosLike())
      var hasSucceeded = (weight .< 0)
      var lossAtCheck = Double.infinity
      for step in 1...steps {
        try Task.checkCancellation()
        let point = space.point(at: place)
        var excess: Tensor?
        let slope = try model.logitsAndGradient(at: point) { logits in
          // The label's lead over the best other class, as far as it is above −confidence.
          let lead = -ClassificationLoss.margin.perExample(logits, labels: labels) + confidence
          excess = lead.detached()
          return (lead.relu() * weight).sum()
        }.gradient.finite()
        let move = point - reference
        let distance = move.square().flattenedRows().sum(axes: [1])
        let isFooled = excess! .< 0
        hasSucceeded = (hasSucceeded .| isFooled)
        let isBetter = isFooled .& (distance .< bestDistance)
        best = Tensor.choosing(point, where: inputs.aligned(isBetter), otherwise: best)
        bestDistance = Tensor.choosing(distance, where: isBetter, otherwise: bestDistance)
        if steps >= 10, (step - 1) % (steps / 10) == 0 {
          let loss = (distance + excess!.relu() * weight).sum().item()
          if loss >= 0.9999 * lossAtCheck { break }
          lossAtCheck = loss
        }
        let gradient = (slope + move * 2) * space.slope(at: place)
        mean = mean * 0.9 + gradient * 0.1
        square = square * 0.999 + gradient.square() * 0.001
        let (first, second) = (1 - pow(0.9, Double(step)), 1 - pow(0.999, Double(step)))
        place = place - (mean / first) / ((square / second).squareRoot() + 1e-8) * learningRate
      }
      high = Tensor.choosing(weight, where: hasSucceeded, otherwise: high)
      low = Tensor.choosing(low, where: hasSucceeded, otherwise: weight)
      weight = Tensor.choosing((low + high) * 0.5, where: high.isFinite, otherwise: weight * 10)
    }
    return best
  }
}

/// A domain as the image of all numbers by the hyperbolic tangent.
private struct TangentSpace {
  private let middle: Double
  private let half: Double

  init(_ domain: ClosedRange<Float>) {
    middle = 0.5 * (Double(domain.lowerBound) + Double(domain.upperBound))
    half = 0.5 * (Double(domain.upperBound) - Double(domain.lowerBound))
  }

  func point(at place: Tensor) -> Tensor { place.tanh() * half + middle }

  /// The derivative of each feature in its place.
  func slope(at place: Tensor) -> Tensor { (1 - place.tanh().square()) * half }

  /// The place of each feature, a little inside of the domain's ends.
  func preimage(of points: Tensor) -> Tensor {
    let shares = (points - middle) / half * 0.999999
    return ((shares + 1) / (1 - shares)).log() * 0.5
  }
}
