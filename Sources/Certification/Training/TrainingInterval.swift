import Models
import Networks
import Tensors

/// For each element of a value, all numbers between two bounds, in the network's own precision.
///
/// Gradients flow through both bounds, and rounding is not accounted for: such bounds guide
/// training, and prove nothing. Proofs use `Interval`.
struct TrainingInterval {
  let lower: Tensor
  let upper: Tensor
  /// Whether both bounds are one value that does not depend on the input, as for parameters.
  let isPoint: Bool

  init(lower: Tensor, upper: Tensor) {
    (self.lower, self.upper, isPoint) = (lower, upper, false)
  }

  init(point: Tensor) {
    (lower, upper, isPoint) = (point, point, true)
  }

  /// Applies a function that never falls.
  func increasing(_ function: (Tensor) -> Tensor) -> TrainingInterval {
    isPoint
      ? TrainingInterval(point: function(lower))
      : TrainingInterval(lower: function(lower), upper: function(upper))
  }

  /// Applies a linear map to the middle, and the map of its magnitudes to what the bounds differ
  /// by.
  ///
  /// - Source: "On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust
  ///   Models" (2018), section 3, equation 6.
  func image(_ map: (Tensor) -> Tensor, magnitudes: (Tensor) -> Tensor) -> TrainingInterval {
    let middle = map((lower + upper) * 0.5)
    let reach = magnitudes((upper - lower) * 0.5)
    return TrainingInterval(lower: middle - reach, upper: middle + reach)
  }

  /// The product with known numbers of any sign.
  func scaled(by factor: Tensor) -> TrainingInterval {
    image({ $0 * factor }, magnitudes: { $0 * factor.magnitude() })
  }
}

extension Network {
  /// Returns the intervals of several nodes over a box, in the precision of the box.
  ///
  /// Batch normalization uses the network's running statistics.
  ///
  /// - Shape: corners `[batch] + inputShape`.
  /// - Throws: `NetworkError.unsupported`, naming the node that has no rule.
  func trainingIntervals(
    of targets: [Graph.ValueID], over box: Box
  ) throws(NetworkError) -> [TrainingInterval] {
    let input = TrainingInterval(lower: box.lower, upper: box.upper)
    var values: [TrainingInterval] = []
    for node in graph.nodes[...(targets.max() ?? 0)] {
      let operands = node.operands.map { values[$0] }
      values.append(
        try node.operation.trainingInterval(of: operands, in: self, input: input, at: node))
    }
    return targets.map { values[$0] }
  }

  /// Returns upper bounds, by intervals, of each score less the label's.
  ///
  /// A last linear layer is merged with the difference.
  ///
  /// - Shape: `labels` `[batch]` of `int64` to `[batch, classes]`; the label's own entry is 0.
  /// - Throws: `NetworkError.unsupported`.
  func intervalMargins(over box: Box, labels: Tensor) throws(NetworkError) -> Tensor {
    let last = graph.nodes[graph.output]
    if case .linear = last.operation {
      let x = try trainingIntervals(of: last.operands, over: box)
      if x.dropFirst().allSatisfy(\.isPoint), x[0].lower.rank == 2 {
        let weight = x[1].lower
        let rows =
          weight.expandedDimension(at: 0) - weight.gathering(labels).expandedDimension(at: 1)
        let size = rows.magnitude()
        let margins = x[0].image(
          { rows.matmul($0.expandedDimension(at: 2)).squeezed(axes: [2]) },
          magnitudes: { size.matmul($0.expandedDimension(at: 2)).squeezed(axes: [2]) }
        ).upper
        guard x.count > 2 else { return margins }
        let bias = x[2].lower
        return margins + bias - bias.gathering(labels).expandedDimension(at: 1)
      }
    }
    let scores = try trainingIntervals(of: [graph.output], over: box)[0]
    let own = labels.expandedDimension(at: 1)
    let margins = scores.upper - scores.lower.gatheringElements(own, axis: 1)
    let isOther = (1 - labels.oneHot(classes: margins.size(1))).cast(to: margins.dtype)
    return margins * isOther
  }

  /// Returns upper bounds, by linear objectives that are propagated backward through intervals, of
  /// each score less the label's.
  ///
  /// - Shape: as for `intervalMargins(over:labels:)`.
  /// - Source: "Towards Stable and Efficient Training of Verifiably Robust Neural Networks" (2020),
  ///   section 3.2.
  /// - Throws: `NetworkError.unsupported`, `CancellationError`.
  func crownIntervalMargins(over box: Box, labels: Tensor) throws -> Tensor {
    let classes = classes ?? 0
    let own = labels.oneHot(classes: classes).cast(to: .float32).expandedDimension(at: 1)
    return -(try crownIntervalLowerBounds(of: own - Tensor.identity(classes), over: box))
  }

  /// Returns lower bounds, by objectives that are propagated backward through intervals, of linear
  /// functions of the scores.
  ///
  /// - Shape: `coefficients` `[batch, rows, classes]`, to `[batch, rows]`.
  /// - Throws: `NetworkError.unsupported`, `CancellationError`.
  func crownIntervalLowerBounds(of coefficients: Tensor, over box: Box) throws -> Tensor {
    let plan = try RelaxationPlan(self).single
    let places = plan.bounded
    let intervals = try plan.network.trainingIntervals(
      of: places.map { plan.steps[$0].node }, over: box)
    let batch = box.lower.size(0)
    var bounds = [Bounds?](repeating: nil, count: plan.steps.count)
    for (place, interval) in zip(places, intervals) {
      let shape = [batch] + plan.steps[place].shape.sizes
      func placed(_ end: Tensor) -> Tensor {
        end.count == shape.reduce(1, *) ? end.reshaped(to: shape) : end.broadcast(to: shape)
      }
      // Chords need ends that differ.
      bounds[place] = Bounds(
        lower: placed(interval.lower) - 1e-6, upper: placed(interval.upper) + 1e-6)
    }
    let objectives = LinearObjectives(
      coefficients: coefficients, constants: .zeros([batch, coefficients.size(1)]))
    return LinearBounds(
      plan, over: InputRegion(box), intermediateBounds: bounds, sizes: nil, until: .never
    ).lowerBounds(of: objectives)
  }
}
