import Datasets
import Models
import Networks
import Tensors

/// Certifies predictions by their margins: scores that are far apart cannot change places within a
/// radius that the Lipschitz constant allows.
///
/// - Soundness: for the network in real arithmetic. Scores are interval bounds at the input, and
///   Lipschitz constants are moved outward for rounding; what is not finite certifies nothing.
/// - Source: "Lipschitz-Margin Training: Scalable Certification of Perturbation Invariance for Deep
///   Neural Networks" (2018), proposition 1; the difference of two rows of the last layer as in
///   "Globally-Robust Neural Networks" (2021), section 3.
public struct MarginCertificate: Sendable, Hashable {
  public var norm: LipschitzNorm
  public var gram: GramIteration
  /// A bound of the whole network that is known already, to be used where it reaches less far than
  /// that of the layers.
  public var known: LipschitzBound?
  public var batchSize: Int

  public init(
    norm: LipschitzNorm = .l2, gram: GramIteration = GramIteration(), known: LipschitzBound? = nil,
    batchSize: Int = 256
  ) {
    precondition(known == nil || known?.norm == norm, "a bound in another norm")
    precondition(batchSize > 0, "batchSize is positive")
    (self.norm, self.gram, self.known, self.batchSize) = (norm, gram, known, batchSize)
  }

  /// Returns, for each row, its certified radius: 0 where its label is not the
  /// prediction.
  ///
  /// - Shape: `inputs` `[batch] + features`, `labels` `[batch]` of `int64`; the result is `[batch]`
  ///   in double precision.
  /// - Throws: `NetworkError.inputMismatch` or `.unsupported`.
  public func radii(
    _ model: some TransparentModel, _ inputs: Tensor, labels: Tensor
  ) throws(NetworkError) -> Tensor {
    precondition(labels.shape == [inputs.size(0)], "labels of shape \(labels.shape)")
    let network = model.network
    let reach = try reach(of: network)
    var pieces: [Tensor] = []
    for start in stride(from: 0, to: inputs.size(0), by: batchSize) {
      let range = start..<min(start + batchSize, inputs.size(0))
      let box = try network.intervalBounds(over: Box(lower: inputs[range], upper: inputs[range]))
      let own = labels[range]
      let lowest = box.lower.gatheringElements(own.expandedDimension(at: 1), axis: 1)
      let margins = (lowest - box.upper) * (1 - 8 * Rounding.unit)
      let isOwn = own.oneHot(classes: reach.size(0)).cast(to: .bool)
      let rows = (margins.relu() / reach.gathering(own).clamped(from: 1e-300))
        .replacing(with: Tensor(scalar: Double.infinity), where: isOwn)
      let nearest = rows.min(axes: [1])
      pieces.append(
        nearest.replacing(with: nearest.zerosLike(), where: !(margins.isFinite.all(axes: [1]))))
    }
    return pieces.isEmpty ? .zeros([0], dtype: .float64) : .concatenating(pieces)
  }

  /// Returns the share of the examples whose decision is right and stays so within `radius`.
  ///
  /// - Throws: as `radii`, and `DataError.noLabels`.
  public func certifiedAccuracy(
    _ model: some TransparentModel, on data: Dataset, radius: Double
  ) throws -> Estimate {
    let labels = Tensor(try data.requiredLabels())
    let radii = try radii(model, data.inputs, labels: labels)
    return .proportion((radii .> radius).sum().integers[0], of: data.count)
  }

  private func reach(of network: Network) throws(NetworkError) -> Tensor {
    let gains = CertifiedGains(norm: norm, gram: gram)
    guard let known, let classes = network.classes else {
      return try outward(network.pairwiseReach(gains), network)
    }
    let uniform = Network.uniformReach(classes, norm: norm) * known.value
    guard let layers = try? network.pairwiseReach(gains) else { return outward(uniform, network) }
    return outward(uniform.minimum(layers), network)
  }

  private func outward(_ reach: Tensor, _ network: Network) -> Tensor {
    let width = network.graph.nodes.map { $0.type.shape.last?.size ?? 1 }.max() ?? 1
    return reach.cast(to: .float64)
      * (1 + Double(network.graph.nodes.count + 8) * 16 * Rounding.function + Rounding.sum(width))
  }
}
