/// What one evaluation takes, counted on the graph.
public struct Cost: Sendable, Hashable {
  /// Floating-point operations; a multiplication and an addition are two.
  public var flops: Double
  /// The bytes of the results that are written.
  public var bytes: Double

  public static func + (left: Cost, right: Cost) -> Cost {
    Cost(flops: left.flops + right.flops, bytes: left.bytes + right.bytes)
  }

  public static let zero = Cost(flops: 0, bytes: 0)
}

extension Operation {
  /// Returns what this operation takes for one example.
  ///
  /// - Units: transcendental functions, comparisons and divisions count as one operation an
  ///   element, normalizations and softmax as five, moving data as none.
  func cost(of x: [ValueType], result: ValueType) -> Cost {
    let outputs = Double(result.count)
    let flops: Double =
      switch self {
      case .input, .parameter, .buffer, .constant, .reshape, .transpose, .broadcast, .concatenate,
        .slice, .reverse, .gather, .pad, .cast:
        0
      case .map, .combine, .choose: outputs
      case .linear: outputs * Double(2 * x[1].shape[1].size) + (x.count > 2 ? outputs : 0)
      case .matmul: outputs * Double(2 * (x[0].shape.last?.size ?? 1))
      case .convolution:
        outputs * Double(2 * x[1].count / max(1, x[1].shape[0].size)) + (x.count > 2 ? outputs : 0)
      case .transposedConvolution:
        Double(x[0].count) * Double(2 * x[1].count / max(1, x[1].shape[0].size))
          + (x.count > 2 ? outputs : 0)
      case .maxPool(let geometry), .averagePool(let geometry, _):
        outputs * Double(geometry.kernel.reduce(1, *))
      case .batchNormalization: outputs * 2
      case .layerNormalization, .groupNormalization, .softmax, .logSoftmax: outputs * 5
      case .resize(_, let mode, _): mode == .nearest ? 0 : outputs * 8
      case .reduce, .argmax: Double(x[0].count)
      }
    let written: Double =
      switch self {
      case .input, .parameter, .buffer, .constant, .reshape, .transpose, .broadcast, .slice: 0
      default: outputs * Double(result.dtype.byteCount)
      }
    return Cost(flops: flops, bytes: written)
  }
}

extension Network {
  /// What each node takes for one example, in the order of `graph.nodes`.
  public var costs: [Cost] {
    graph.nodes.map { node in
      node.operation.cost(of: node.operands.map { graph.nodes[$0].type }, result: node.type)
    }
  }

  /// What evaluating one example takes.
  public var cost: Cost { costs.reduce(.zero, +) }

  /// The largest number of bytes that the values of one example take at once, by the execution
  /// plan.
  public var peakActivationBytes: Int {
    var held = [Int](repeating: 0, count: plan.slotCount)
    var peak = 0
    for step in plan.steps {
      let node = graph.nodes[step.node]
      let bytes = node.operation.isLeaf ? 0 : node.type.count * node.type.dtype.byteCount
      peak = max(peak, held.reduce(0, +) + bytes)
      for slot in step.released { held[slot] = 0 }
      held[step.result] = bytes
    }
    return peak
  }
}
