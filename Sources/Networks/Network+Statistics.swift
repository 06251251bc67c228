import Tensors

extension Network {
  /// Returns this network with the running statistics of its batch normalizations set to those of
  /// `batches`.
  ///
  /// Training normalizes by the statistics of each batch; this measures, with the parameters as
  /// they are now, what inference is to use: the mean over the batches of each batch's mean and of
  /// its unbiased variance.
  ///
  /// - Throws: `NetworkError.inputMismatch`.
  public func recalibratingStatistics(
    on batches: some Sequence<Tensor>
  ) throws(NetworkError) -> Network {
    let targets = graph.nodes.compactMap { node -> (source: Int, mean: Int, variance: Int)? in
      guard case .batchNormalization = node.operation,
        case .buffer(let mean) = graph.nodes[node.operands[3]].operation,
        case .buffer(let variance) = graph.nodes[node.operands[4]].operation
      else { return nil }
      return (node.operands[0], mean, variance)
    }
    guard !targets.isEmpty else { return self }
    var sums = buffers.tensors.map { $0.zerosLike() }
    var count = 0
    for batch in batches {
      let values = try self.values(of: batch, mode: .training)
      for target in targets {
        let x = values[target.source]
        let axes = [0] + Array(2..<max(2, x.rank))
        sums[target.mean] += x.mean(axes: axes)
        sums[target.variance] += x.variance(axes: axes, correction: 1)
      }
      count += 1
    }
    guard count > 0 else { return self }
    var twin = self
    let measured = Set(targets.flatMap { [$0.mean, $0.variance] })
    let pieces = buffers.tensors.indices.map { index in
      (measured.contains(index) ? sums[index] / count : buffers.tensors[index]).flattened()
    }
    twin.buffers = buffers.with(values: .concatenating(pieces))
    return twin
  }
}
