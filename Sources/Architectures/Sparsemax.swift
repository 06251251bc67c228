import Networks
import Tensors

extension Tensor {
  /// The nearest point of the probability simplex to each row of scores along `axis`: numbers that
  /// add up to 1, many of them exactly zero.
  ///
  /// It is `max(z − t, 0)`, where `t` makes it add up to 1. Slopes flow through it: with `s` 1 on
  /// the support and 0 elsewhere, the Jacobian is `diag(s) − s sᵀ / |s|`.
  ///
  /// - Shape: unchanged.
  /// - Complexity: that of sorting the rows.
  /// - Source: "From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label
  ///   Classification" (2016), algorithm 1 and equation 9.
  public func sparsemax(axis: Int = -1) -> Tensor {
    let (scores, threshold, _) = sparsemaxParts(axis: axis)
    return (scores - threshold).relu()
  }

  /// The scores less the highest of their row, the threshold that goes with them, and 1 on the
  /// support, 0 elsewhere.
  func sparsemaxParts(axis: Int) -> (scores: Tensor, threshold: Tensor, support: Tensor) {
    let place = axis < 0 ? rank + axis : axis
    // A shift changes nothing, and keeps sums small.
    let scores = self - max(axes: [place], keepingAxes: true).detached()
    let ordered = scores.detached().sorted(axis: place, descending: true).values
    var shape = Shape(repeating: 1, count: rank)
    shape[place] = size(place)
    let ranks = Tensor.range(1..<size(place) + 1).cast(to: dtype).reshaped(to: shape)
    let isInside = (ranks * ordered + 1) .> ordered.cumulativeSum(axis: place)
    let count = isInside.sum(axes: [place], keepingAxes: true)
    let lowest = ordered.gatheringElements(count - 1, axis: place)
    let support = (scores.detached() .>= lowest).cast(to: dtype)
    let mass = (scores * support).sum(axes: [place], keepingAxes: true)
    let threshold = (mass - 1) / support.sum(axes: [place], keepingAxes: true)
    return (scores, threshold, support)
  }
}

/// Numbers that add up to 1 along the last axis, many of them exactly zero.
///
/// It is made of ordinary operations, so that it can be bounded and exported as they can. In place
/// of a sort, a score is on the support where the scores above it exceed it by less than 1 in sum.
///
/// - Complexity: quadratic in the size of the axis.
/// - Source: "From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label
///   Classification" (2016), equation 2.
public struct Sparsemax: Layer {
  public init() {}

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.addSparsemax(of: input, axis: builder.type(of: input).shape.count - 1)
  }
}

extension Network {
  /// Returns this network with every softmax, as in attention, made a sparsemax.
  ///
  /// - Throws: `NetworkError.mismatch` if a value would become too large.
  public func replacingSoftmaxBySparsemax() throws -> Network {
    try rewritten { builder, node, operands in
      guard case .softmax(let axis) = node.operation else { return nil }
      return try builder.addSparsemax(of: operands[0], axis: axis)
    }
  }
}

extension GraphBuilder {
  fileprivate mutating func addSparsemax(
    of input: Graph.ValueID, axis: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let (shape, dtype) = (type(of: input).shape, type(of: input).dtype)
    let one = addConstant(Tensor(scalar: Float(1)).cast(to: dtype))
    let highest = try add(.reduce(.max, axes: [axis], keepingAxes: true), [input])
    let scores = try add(.combine(.subtract), [input, highest])
    // Every score along a further axis, beside every score along the own one.
    let others = try add(.reshape(Array(shape[...axis]) + [1] + shape[(axis + 1)...]), [scores])
    let own = try add(.reshape(Array(shape[..<axis]) + [1] + shape[axis...]), [scores])
    let excess = try add(.map(.relu), [add(.combine(.subtract), [others, own])])
    let above = try add(.reduce(.sum, axes: [axis], keepingAxes: false), [excess])
    let support = try add(.cast(dtype), [add(.combine(.less), [above, one])])
    let supported = try add(.combine(.multiply), [scores, support])
    let mass = try add(.reduce(.sum, axes: [axis], keepingAxes: true), [supported])
    let count = try add(.reduce(.sum, axes: [axis], keepingAxes: true), [support])
    let surplus = try add(.combine(.subtract), [mass, one])
    let threshold = try add(.combine(.divide), [surplus, count])
    return try add(.map(.relu), [add(.combine(.subtract), [scores, threshold])])
  }
}
