import Methods
import Models
import Networks
import Tensors

/// The search for the worst point of a perturbation set that adversarial training descends at:
/// projected gradient ascent by steps of one length.
struct InnerMaximization: Sendable, Hashable {
  var steps: Int
  /// The length of one step as a share of the set's size.
  var relativeStep: Double

  /// The settings of the search, wherever a method keeps them.
  static func settings<Root: Method>(
    steps: WritableKeyPath<Root, Int> & Sendable,
    relativeStep: WritableKeyPath<Root, Double> & Sendable
  ) -> [Setting<Root>] {
    [
      .integer("steps", steps, 1...10_000, "How many steps the attack takes."),
      .number(
        "relative-step", relativeStep, .above(0, atMost: 1000),
        "The length of a step as a fraction of the radius."),
    ]
  }

  /// Returns the network's scores where the ascent from a random point around each example of the
  /// batch ends. The search itself leaves no gradient in the parameters.
  ///
  /// Batch normalization uses the statistics of the batch.
  ///
  /// - `objective`: maps scores to one number a row, which is raised.
  func scores(
    of network: Network, around batch: HardeningBatch,
    using generator: inout some RandomNumberGenerator, raising objective: (Tensor) -> Tensor
  ) throws -> Tensor {
    let set = batch.set
    let frozen = network.with(parameters: network.parameters.values.detached())
    var point = set.randomPoint(around: batch.inputs, using: &generator)
    for _ in 0..<steps {
      let gradient = try gradient(at: point) {
        objective(try frozen.output(of: $0, mode: .training)).sum()
      }
      let step = set.steepestStep(
        along: gradient.replacing(with: gradient.zerosLike(), where: !gradient.isFinite))
      point = set.projection(of: point + step * relativeStep, around: batch.inputs)
    }
    return try network.output(of: point.detached(), mode: .training)
  }
}
