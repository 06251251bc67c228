import Models
import Networks
import Tensors

/// Proves by interval bounds that no point of a perturbation set changes a decision.
///
/// A row is certified if, for every class but its label, the upper bound of that class's score less
/// the label's is below zero. Where the network ends in a linear map, the difference is bounded as
/// one linear map.
///
/// - Soundness: for the network in real arithmetic; a bound that is not finite certifies nothing.
///   The set's corners are rounded outward, and what `contains(_:around:)` accepts lies between
///   them. A set that holds nothing, since its center lies too far outside its domain, is not
///   certified.
/// - Source: "On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust
///   Models" (2018), section 3.
public struct IntervalCertificate: Sendable, Hashable {
  /// The number of examples bounded at a time.
  public var batchSize: Int

  public init(batchSize: Int = 64) {
    precondition(batchSize > 0, "batchSize is positive")
    self.batchSize = batchSize
  }

  /// Returns, for each row, whether its label is proved to stay the decision on the whole set.
  ///
  /// - Shape: `inputs` `[batch] + features`, `labels` `[batch]` of `int64`.
  /// - Throws: `NetworkError.inputMismatch`, or `.unsupported` if the network has no bounds or no
  ///   row of scores.
  public func certified(
    _ model: some TransparentModel, _ inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet
  ) throws(NetworkError) -> [Bool] {
    (try worstMargins(model, inputs, labels: labels, within: set) .< 0).booleans
  }

  /// Returns, for each row, an upper bound of the best other score less the label's, on the whole
  /// set.
  ///
  /// - Shape: as for the certificate; the result is `[batch]` in double precision, infinite where
  ///   nothing is known.
  /// - Throws: as for the certificate.
  public func worstMargins(
    _ model: some TransparentModel, _ inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet
  ) throws(NetworkError) -> Tensor {
    let network = model.network
    guard network.classes != nil else {
      let node = network.graph.nodes[network.graph.output]
      throw .unsupported(
        node: node.name, operation: node.operation.name, interpretation: "interval certificate",
        hint: "The output is no row of scores for each example.")
    }
    precondition(labels.shape == [inputs.size(0)], "labels of shape \(labels.shape)")
    let total = inputs.size(0)
    guard total > 0 else { return .zeros([0], dtype: .float64) }
    // Boxes of one row each, whatever corners the set has.
    let box = set.box(around: inputs).roundedOutward()
    var pieces: [Tensor] = []
    for start in stride(from: 0, to: total, by: batchSize) {
      let range = start..<min(start + batchSize, total)
      pieces.append(try margins(network, over: box.rows(range), labels: labels[range]))
    }
    let margins = Tensor.concatenating(pieces)
    return margins.replacing(
      with: margins.filled(with: .infinity), where: !set.isInhabited(around: inputs))
  }

  private func margins(
    _ network: Network, over box: Box, labels: Tensor
  ) throws(NetworkError) -> Tensor {
    let upper = try differences(network, over: box, labels: labels)
    let isOwn = labels.oneHot(classes: upper.size(1)).cast(to: .bool)
    let unknown = upper.filled(with: .infinity)
    let known = Tensor.choosing(unknown, where: upper.isNaN, otherwise: upper)
    return known.replacing(with: Tensor(scalar: -Double.infinity), where: isOwn).max(axes: [1])
  }

  /// Upper bounds of each score less the label's, `[batch, classes]`.
  private func differences(
    _ network: Network, over box: Box, labels: Tensor
  ) throws(NetworkError) -> Tensor {
    let last = network.graph.nodes[network.graph.output]
    if case .linear = last.operation {
      let x = try network.intervals(of: last.operands, over: box)
      if x.dropFirst().allSatisfy(\.isPoint), x[0].lower.rank == 2 {
        return differences(
          x[0], weight: x[1].lower, bias: x.count > 2 ? x[2].lower : nil, labels: labels)
      }
    }
    let scores = try network.intervals(of: network.graph.output, over: box)[0]
    let own = labels.expandedDimension(at: 1)
    return (scores - scores.moved { $0.gatheringElements(own, axis: 1) }).upper
  }

  /// The bounds of `(weight[j] − weight[label]) · x + bias[j] − bias[label]`.
  private func differences(
    _ x: Interval, weight: Tensor, bias: Tensor?, labels: Tensor
  ) -> Tensor {
    let rows = weight.expandedDimension(at: 0) - weight.gathering(labels).expandedDimension(at: 1)
    let size = rows.magnitude()
    func product(_ rows: Tensor, _ x: Tensor) -> Tensor {
      rows.matmul(x.expandedDimension(at: 2)).squeezed(axes: [2])
    }
    let offset = bias.map {
      Interval(point: $0.expandedDimension(at: 0))
        - Interval(point: $0.gathering(labels).expandedDimension(at: 1))
    }
    let image = x.linearImage(
      terms: weight.size(1), map: { product(rows, $0) }, magnitude: { product(size, $0) })
    return (offset.map { image + $0 } ?? image).upper
  }
}

extension Box {
  fileprivate func rows(_ range: Range<Int>) -> Box {
    Box(lower: lower[range], upper: upper[range])
  }
}
