import Models
import Networks
import Tensors

/// The search for the worst point of a perturbation set that adversarial training descends at:
/// projected gradient ascent by steps of one length.
struct InnerMaximization: Sendable, Hashable {
  var steps: Int
  /// The length of one step as a share of the set's size.
  var relativeStep: Double

  /// Returns, for each row, where the ascent from `start` ends; it has no gradient in the
  /// parameters.
  ///
  /// Batch normalization uses the statistics of the batch, as in the training step that follows.
  ///
  /// - `objective`: maps scores to one number a row, which is raised.
  func callAsFunction(
    _ network: Network, from start: Tensor, around inputs: Tensor, within set: some PerturbationSet,
    raising objective: (Tensor) -> Tensor
  ) throws -> Tensor {
    let frozen = network.with(parameters: network.parameters.values.detached())
    var point = start
    for _ in 0..<steps {
      let gradient = try gradient(at: point) {
        objective(try frozen.output(of: $0, mode: .training)).sum()
      }
      let step = set.steepestStep(
        along: gradient.replacing(with: gradient.zerosLike(), where: !gradient.isFinite))
      point = set.projection(of: point + step * relativeStep, around: inputs)
    }
    return point.detached()
  }
}
