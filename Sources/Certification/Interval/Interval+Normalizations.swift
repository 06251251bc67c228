import Tensors

/// Normalizations and softmax, as compositions.
extension Interval {
  /// Batch normalization with kept statistics: a multiplication and an addition for each channel.
  func batchNormalized(
    scale: Interval, bias: Interval, mean: Interval, variance: Interval, epsilon: Double
  ) -> Interval {
    let shape = channelShape
    func channels(_ x: Interval) -> Interval { x.moved { $0.reshaped(to: shape) } }
    let deviation = (channels(variance) + Interval(point: Tensor(scalar: epsilon))).increasing {
      $0.squareRoot()
    }.widened()
    return (self - channels(mean)) * (channels(scale) / deviation) + channels(bias)
  }

  /// `[1, channels, 1, …]`.
  private var channelShape: Shape {
    var shape = Shape(repeating: 1, count: lower.rank)
    shape[1] = lower.size(1)
    return shape
  }

  /// Each row of the last axes, less its mean and divided by its deviation.
  ///
  /// What is subtracted depends on what it is subtracted from: the difference is bounded as one
  /// linear map. None of `n` such numbers exceeds the root of `n - 1`.
  func standardized(axes: Int, epsilon: Double) -> Interval {
    let places = Array(lower.rank - axes..<lower.rank)
    let count = places.reduce(1) { $0 * lower.size($1) }
    guard count > 1 else { return Interval(point: lower.zerosLike()) }
    let (share, n) = (Rounding.sum(count), Double(count))
    func others(_ x: Tensor) -> Tensor { (x.sum(axes: places, keepingAxes: true) - x) / n }
    let size = magnitude.max(axes: places, keepingAxes: true) * 4
    let difference = Interval(
      lower: lower * (1 - 1 / n) - others(upper), upper: upper * (1 - 1 / n) - others(lower)
    ).widened(share, of: size)
    let variance = difference.hull(turningAt: [0]) { $0.square() }.widened().cut(from: 0)
      .averaged(terms: count) { $0.mean(axes: places, keepingAxes: true) }.cut(from: 0)
    let deviation = (variance + Interval(point: Tensor(scalar: epsilon))).cut(
      from: epsilon * (1 - 1e-12)
    )
    .increasing { $0.squareRoot() }.widened()
    let limit = (n - 1).squareRoot() * (1 + 1e-12)
    return (difference / deviation).cut(from: -limit, through: limit)
  }

  func layerNormalized(axes: Int, epsilon: Double, scale: Interval?, bias: Interval?) -> Interval {
    var result = standardized(axes: axes, epsilon: epsilon)
    if let scale { result = result * scale }
    if let bias { result = result + bias }
    return result
  }

  func groupNormalized(groups: Int, epsilon: Double, scale: Interval?, bias: Interval?) -> Interval
  {
    let (shape, channels) = (shape, channelShape)
    var result = moved { $0.reshaped(to: [shape[0], groups, -1]) }
      .standardized(axes: 1, epsilon: epsilon).moved { $0.reshaped(to: shape) }
    if let scale { result = result * scale.moved { $0.reshaped(to: channels) } }
    if let bias { result = result + bias.moved { $0.reshaped(to: channels) } }
    return result
  }

  /// One over the sum of the exponentials of the differences to the others, each of which is
  /// bounded by itself.
  func softmax(axis: Int) -> Interval {
    let (low, high) = exponentialSums(axis: axis)
    return Interval(lower: high.reciprocal(), upper: low.reciprocal()).widened(Rounding.function)
      .cut(from: 0, through: 1)
  }

  func logSoftmax(axis: Int) -> Interval {
    let (low, high) = exponentialSums(axis: axis)
    return Interval(lower: -high.log(), upper: -low.log())
      .widened(Rounding.function, of: lower.onesLike()).cut(through: 0)
  }

  /// Bounds of the sum over `j` of `exp(x[j] - x[i])`, for each `i`.
  private func exponentialSums(axis: Int) -> (low: Tensor, high: Tensor) {
    let (from, to) = (lower.transposed(axis, -1), upper.transposed(axis, -1))
    let size = from.size(-1)
    let isOwn = Tensor.identity(size, dtype: .float64).cast(to: .bool)
    func sums(of x: Tensor, less y: Tensor, share: Double) -> Tensor {
      let slack =
        (x.magnitude().expandedDimension(at: -2) + y.magnitude().expandedDimension(at: -1)) * share
      let gaps = (x.expandedDimension(at: -2) - y.expandedDimension(at: -1)) + slack
      let own = gaps.replacing(with: Tensor(scalar: 0.0), where: isOwn)
      let sum = own.exp().sum(axes: [own.rank - 1])
      let error = Rounding.sum(size) + Rounding.function
      return (sum * (1 + (share < 0 ? -error : error))).transposed(axis, -1)
    }
    let unit = 4 * Rounding.unit
    return (sums(of: from, less: to, share: -unit), sums(of: to, less: from, share: unit))
  }
}
