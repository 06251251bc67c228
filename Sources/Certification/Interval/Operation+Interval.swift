import Networks
import Tensors

extension Operation {
  /// Returns a box that contains every value this operation takes on the boxes `x`.
  ///
  /// - Shape: as in evaluation, for both bounds.
  /// - Soundness: in real arithmetic; bounds are moved outward for rounding.
  /// - Source: "On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust
  ///   Models" (2018), section 3.
  /// - Throws: `NetworkError.unsupported` if there is no sound rule.
  func interval(
    of x: [Interval], in network: Network, input: Interval, at node: Graph.Node
  ) throws(NetworkError) -> Interval {
    let batch = input.lower.size(0)
    switch self {
    case .input: return input
    case .parameter(let index): return Interval(point: network.parameters.tensors[index])
    case .buffer(let index): return Interval(point: network.buffers.tensors[index])
    case .constant(let tensor): return Interval(point: tensor)
    case .map(let function): return function.interval(of: x[0])
    case .combine(let function):
      if function.isPredicate, node.operands[0] == node.operands[1] {
        return function.interval(comparing: x[0])
      }
      let areWhole = !node.type.dtype.isFloatingPoint
      return function.interval(of: x[0], x[1], areWhole: areWhole)
    case .choose: return chosen(x)
    case .linear: return x[0].linear(weight: x[1], bias: x.count > 2 ? x[2] : nil)
    case .matmul: return x[0].matmul(x[1])
    case .convolution(let geometry):
      let shape = x[1].shape
      return x[0].convolved(
        terms: shape.dropFirst().reduce(1, *), weight: x[1], bias: x.count > 2 ? x[2] : nil
      ) {
        $0.convolved(weight: $1, bias: nil, geometry)
      }
    case .transposedConvolution(let geometry, let outputPadding):
      let shape = x[1].shape
      return x[0].convolved(
        terms: shape.reduce(1, *) / shape[1], weight: x[1], bias: x.count > 2 ? x[2] : nil
      ) {
        $0.transposedConvolved(weight: $1, bias: nil, geometry, outputPadding: outputPadding)
      }
    case .maxPool(let geometry): return x[0].moved { $0.maxPooled(geometry) }
    case .averagePool(let geometry, let countsPadding):
      return x[0].averaged(terms: geometry.kernel.reduce(1, *)) {
        $0.averagePooled(geometry, countsPadding: countsPadding)
      }
    case .batchNormalization(let epsilon):
      return x[0].batchNormalized(
        scale: x[1], bias: x[2], mean: x[3], variance: x[4], epsilon: epsilon)
    case .layerNormalization(let axes, let epsilon):
      return x[0].layerNormalized(
        axes: axes, epsilon: epsilon, scale: x.count > 1 ? x[1] : nil,
        bias: x.count > 2 ? x[2] : nil)
    case .groupNormalization(let groups, let epsilon):
      return x[0].groupNormalized(
        groups: groups, epsilon: epsilon, scale: x.count > 1 ? x[1] : nil,
        bias: x.count > 2 ? x[2] : nil)
    case .softmax(let axis): return x[0].softmax(axis: axis)
    case .logSoftmax(let axis): return x[0].logSoftmax(axis: axis)
    case .reshape(let shape):
      return x[0].moved { $0.reshaped(to: shape.map { $0.resolved(batch: batch) }) }
    case .transpose(let axes): return x[0].moved { $0.transposed(axes: axes) }
    case .broadcast(let shape):
      return x[0].moved { $0.broadcast(to: shape.map { $0.resolved(batch: batch) }) }
    case .concatenate(let axis):
      return Interval(
        lower: .concatenating(x.map(\.lower), axis: axis),
        upper: .concatenating(x.map(\.upper), axis: axis))
    case .slice(let axis, let start, let end, let step):
      return x[0].moved { $0.sliced(axis: axis, from: start, to: end, by: step) }
    case .reverse(let axis): return x[0].moved { $0.reversed(axes: [axis]) }
    case .gather(let axis): return gathered(x, axis: axis)
    case .pad(let widths, let mode):
      let inner = widths.drop { $0.before == 0 && $0.after == 0 }
      return x[0].moved { $0.padded(inner.map { ($0.before, $0.after) }, mode: mode) }
    case .resize(let sizes, let mode, let alignsCorners):
      return try resized(x[0], to: sizes, mode, alignsCorners: alignsCorners, node)
    case .reduce(let reduction, let axes, let keepingAxes):
      return reduction.interval(of: x[0], axes: axes, keepingAxes: keepingAxes)
    case .argmax(let axis, let keepingAxes):
      return x[0].highestPlace(axis: axis, keepingAxes: keepingAxes)
    case .cast(let dtype):
      if dtype == .bool { return truth(of: x[0]) }
      return dtype.isFloatingPoint ? x[0] : wholeNumbers(x[0], dtype)
    }
  }

  private func unsupported(_ node: Graph.Node, _ hint: String) -> NetworkError {
    .unsupported(node: node.name, operation: name, interpretation: "interval bounds", hint: hint)
  }

  /// One operand where the condition is known, both where it is not.
  private func chosen(_ x: [Interval]) -> Interval {
    let (isSure, isNever) = (x[0].lower .>= 1, x[0].upper .<= 0)
    func pick(_ yes: Tensor, _ no: Tensor, _ both: Tensor) -> Tensor {
      Tensor.choosing(yes, where: isSure, otherwise: .choosing(no, where: isNever, otherwise: both))
    }
    return Interval(
      lower: pick(x[1].lower, x[2].lower, x[1].lower.minimum(x[2].lower)),
      upper: pick(x[1].upper, x[2].upper, x[1].upper.maximum(x[2].upper)))
  }

  /// A number that the type does not hold becomes some other one.
  private func wholeNumbers(_ x: Interval, _ dtype: DType) -> Interval {
    let whole = x.moved { $0.truncated() }
    let range: ClosedRange<Double> =
      switch dtype {
      case .uint8: 0...255
      case .int32: -0x1p31...0x1p31 - 1
      default: -0x1p62...0x1p62
      }
    let fits = (whole.lower .>= range.lowerBound) .& (whole.upper .<= range.upperBound)
    return fits.all().booleans[0] ? whole : whole.known(where: fits)
  }

  private func truth(of x: Interval) -> Interval {
    let (isPositive, isNegative) = (x.lower .> 0, x.upper .< 0)
    let isZero = (x.lower .== 0) .& (x.upper .== 0)
    return Interval(
      lower: (isPositive .| isNegative).cast(to: .float64), upper: (!isZero).cast(to: .float64))
  }

  /// The entries at known indices; where an index varies, everything between the least and the
  /// largest entry along the axis.
  private func gathered(_ x: [Interval], axis: Int) -> Interval {
    let size = x[0].lower.size(axis)
    let (shape, inner) = (x[0].shape, x[1].shape)
    let result = Array(shape[..<axis] + inner + shape[(axis + 1)...])
    guard x[1].isPoint else {
      let blank = Array(shape[..<axis]) + inner.map { _ in 1 } + Array(shape[(axis + 1)...])
      func spread(_ end: Tensor) -> Tensor { end.reshaped(to: blank).broadcast(to: result) }
      return Interval(
        lower: spread(x[0].lower.min(axes: [axis])), upper: spread(x[0].upper.max(axes: [axis])))
    }
    let indices = x[1].lower.cast(to: .int64)
    let places = indices.replacing(with: indices + size, where: indices .< 0)
      .clamped(from: 0, through: Double(size - 1)).cast(to: .int64).flattened()
    return x[0].moved { $0.gathering(places, axis: axis).reshaped(to: result) }
  }

  /// - Throws: `NetworkError.unsupported` for cubic weights, some of which are negative.
  private func resized(
    _ x: Interval, to sizes: [Int], _ mode: InterpolationMode, alignsCorners: Bool,
    _ node: Graph.Node
  ) throws(NetworkError) -> Interval {
    switch mode {
    case .nearest: return x.moved { $0.resized(to: sizes, mode: mode) }
    case .linear:
      // Places are computed too: they are off by a share of the image's size.
      let terms = 16 * sizes.reduce(1, +)
      return x.averaged(terms: terms) {
        $0.resized(to: sizes, mode: mode, alignsCorners: alignsCorners)
      }
    case .cubic: throw unsupported(node, "Cubic interpolation has weights below zero.")
    }
  }
}
