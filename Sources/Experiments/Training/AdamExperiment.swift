import Evidence
import Foundation
import Methods
import Tensors
import Training

import struct Evidence.Measurement

/// Tests what Adam's steps depend on, and how its regret falls.
///
/// - Source: "Adam: A Method for Stochastic Optimization" (2014), sections 2.1, 4 and 7.1.
struct AdamExperiment: Experiment {
  static let paper: PaperID = "adam"
  static let methods = ["Adam", "AdaMax"]

  let claims: [Claim] = [
    .identity(
      "first-step",
      "Without epsilon, the first step of Adam and of AdaMax is the rate times the gradient's "
        + "sign, to ten digits.", .atMost(1e-10)),
    .identity(
      "scale",
      "Scaling each coordinate's gradients by a factor from 0.001 to 1000 leaves the paths of "
        + "Adam and AdaMax over 1000 steps unchanged to ten digits.", .atMost(1e-10)),
    .level(
      "regret",
      "With a rate falling as 1/√t, Adam's average regret in online logistic regression "
        + "falls with the number of examples at a log-log slope of 0.45 or more.",
      .atMost(-0.45), of: "Adam"),
  ]

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let steps = Tensor.normal([1000], dtype: .float64, using: &generator)
    let isMoved = steps .!= 0
    let gradient = (steps * steps.square()).masked(by: isMoved)
    let optimizers: [any Optimizer] = [Adam(epsilon: 0), AdaMax(epsilon: 0)]
    let firstErrors = optimizers.map { optimizer in
      var optimizer = optimizer
      let step = optimizer.step(
        from: gradient.zerosLike(), gradient: gradient, learningRate: 0.01)
      return (step + gradient.sign() * 0.01).magnitude().max().item() / 0.01
    }
    let scale = Tensor.uniform([50], in: -3...3, dtype: .float64, using: &generator)
    let factors = (scale * Foundation.log(10.0)).exp()
    let pushes = Tensor.normal([1000, 50], dtype: .float64, using: &generator)
    let scaleErrors = optimizers.map { optimizer in
      let plain = path(of: optimizer, pushes, scaledBy: factors.onesLike())
      let scaled = path(of: optimizer, pushes, scaledBy: factors)
      return ((plain - scaled).magnitude().max() / plain.magnitude().max()).item()
    }
    context.report(0.3)
    let longest = context.isFull ? 15 : 10
    let regrets = averageRegrets(powers: 7...longest, using: &generator)
    let slope = leastSquaresSlope(
      (7...longest).map { Double($0) * Foundation.log(2.0) }, regrets.map { Foundation.log($0) })
    let seed = context.seed
    return [
      Measurement(
        "first-step", seed: seed, value: firstErrors.max()!, unit: "relative error",
        trials: 2 * gradient.count),
      Measurement(
        "scale", seed: seed, value: scaleErrors.max()!, unit: "relative error",
        trials: 2 * factors.count),
      Measurement(
        "regret", seed: seed, value: slope,
        details: ["first": regrets.first!, "last": regrets.last!]),
    ]
  }

  /// Follows the gradients of a noisy quadratic, each coordinate's scaled.
  private func path(
    of optimizer: any Optimizer, _ pushes: Tensor, scaledBy factors: Tensor
  ) -> Tensor {
    var (optimizer, values) = (optimizer, Tensor.ones([50], dtype: .float64))
    for step in 0..<pushes.size(0) {
      values = optimizer.step(
        from: values, gradient: (values + pushes[step]) * factors, learningRate: 0.01)
    }
    return values
  }

  /// The regret over as many examples as each power of two, by that number.
  ///
  /// The regret is the loss met on the way less that of the best fixed weights in hindsight.
  private func averageRegrets(
    powers: ClosedRange<Int>, using generator: inout Generator
  ) -> [Double] {
    let (count, features) = (1 << powers.upperBound, 20)
    let rows = Tensor.normal([count, features], dtype: .float64, using: &generator)
    let truth = Tensor.normal([features], dtype: .float64, using: &generator) * 0.5
    let isPositive = rows.matmul(truth).sigmoid().bernoulli(using: &generator)
    // Rows times their labels, 1 or −1: the loss of weights w is log(1 + exp(−row · w)).
    let examples = rows * (isPositive * 2 - 1).expandedDimension(at: 1)
    var (optimizer, weights) = (Adam(), Tensor.zeros([features], dtype: .float64))
    var met: [Tensor] = []
    for step in 0..<count {
      let example = examples[step]
      let lead = example.dot(weights)
      met.append(lead)
      weights = optimizer.step(
        from: weights, gradient: example * -(-lead).sigmoid(),
        learningRate: 0.1 / Double(step + 1).squareRoot())
    }
    let losses = (-Tensor.stacking(met)).softplus()
    return powers.map { power in
      let size = 1 << power
      let past = examples[0..<size]
      return losses[0..<size].mean().item() - leastLoss(past)
    }
  }

  /// The least mean logistic loss, by Newton's method.
  private func leastLoss(_ examples: Tensor) -> Double {
    var weights = Tensor.zeros([examples.size(1)], dtype: .float64)
    for _ in 0..<20 {
      let chances = (-examples.matmul(weights)).sigmoid()
      let slope = -(chances.expandedDimension(at: 1) * examples).mean(axes: [0])
      let curvature = (chances * (1 - chances)).expandedDimension(at: 1) * examples
      let hessian = examples.transposed().matmul(curvature) / examples.size(0)
      guard let step = try? hessian.solving(slope.expandedDimension(at: 1)) else { return .nan }
      weights = weights - step.squeezed(axes: [1])
    }
    return (-examples.matmul(weights)).softplus().mean().item()
  }

  private func leastSquaresSlope(_ x: [Double], _ y: [Double]) -> Double {
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let products = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    return products / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
  }
}
