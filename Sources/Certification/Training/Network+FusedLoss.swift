import Models
import Networks
import Tensors

extension Network {
  /// Returns upper bounds of each example's cross-entropy over a box, with one linear form an example
  /// that is propagated backward through intervals.
  ///
  /// The cross-entropy is the logarithm of a sum of exponentials of each score less the label's. On
  /// the interval of each difference, its exponential lies below a chord, so that the sum lies below
  /// a linear function of the scores.
  ///
  /// Gradients flow through the bounds, which are in the network's precision and prove nothing.
  ///
  /// - Shape: `labels` `[batch]` of `int64`, to `[batch]`.
  /// - Throws: `NetworkError.unsupported`, naming a node that has no rule; `CancellationError`.
  /// - Source: "Automatic Perturbation Analysis for Scalable Certified Robustness and Beyond" (2020),
  ///   section 3.3.
  public func crossEntropyBound(over box: Box, labels: Tensor) throws -> Tensor {
    let classes = classes ?? 0
    let own = labels.oneHot(classes: classes).cast(to: box.lower.dtype)
    let above = try intervalMargins(over: box, labels: labels)
    let scores = try trainingIntervals(of: [graph.output], over: box)[0]
    let place = labels.expandedDimension(at: 1)
    let below = scores.lower - scores.upper.gatheringElements(place, axis: 1)
    // The label's own difference is 0, and chords need ends that differ.
    let (lower, upper) = (below * (1 - own) - 1e-3, above * (1 - own) + 1e-3)
    let largest = upper.max(axes: [1], keepingAxes: true)
    let (low, high) = ((lower - largest).exp(), (upper - largest).exp())
    let slopes = (high - low) / (upper - lower)
    let constants = (high - slopes * upper).sum(axes: [1])
    let form = own * slopes.sum(axes: [1], keepingAxes: true) - slopes
    let most = -(try crownIntervalLowerBounds(of: form.expandedDimension(at: 1), over: box))
    let sum = most.squeezed(axes: [1]) + constants
    return sum.clamped(from: 1e-30).log() + largest.squeezed(axes: [1])
  }
}
