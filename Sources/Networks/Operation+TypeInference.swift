import Tensors

/// Why operands do not fit an operation, in words for the reader of a message.
struct TypeMismatch: Error {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}

extension Operation {
  /// Returns the type of this operation's value, or says why the operands do not fit.
  ///
  /// Everything that evaluation takes for granted is checked here, once, before anything runs.
  func outputType(of x: [ValueType]) throws(TypeMismatch) -> ValueType {
    try checkElementTypes(x)
    switch self {
    case .input, .parameter, .buffer: throw TypeMismatch("it is a leaf, which the builder types")
    case .constant(let tensor): return ValueType(of: tensor)
    case .map, .cast, .softmax, .logSoftmax, .reverse:
      return try sameShapeType(of: x)
    case .combine(let function):
      try expect(x, count: 2...2)
      let shape = try broadcastShape(x[0].shape, x[1].shape)
      return ValueType(shape, function.isPredicate ? .bool : try commonDType(x))
    case .choose:
      try expect(x, count: 3...3)
      guard x[0].dtype == .bool else { throw TypeMismatch("the condition is no boolean") }
      let shape = try broadcastShape(x[0].shape, broadcastShape(x[1].shape, x[2].shape))
      return ValueType(shape, try commonDType(Array(x[1...])))
    case .linear: return try linearType(of: x)
    case .matmul: return try matmulType(of: x)
    case .convolution(let geometry): return try convolutionType(of: x, geometry)
    case .transposedConvolution(let geometry, let outputPadding):
      return try transposedConvolutionType(of: x, geometry, outputPadding)
    case .maxPool(let geometry), .averagePool(let geometry, _):
      return try poolType(of: x, geometry)
    case .batchNormalization: return try channelwiseType(of: x, operands: 5...5)
    case .groupNormalization(let groups, _):
      let type = try channelwiseType(of: x, operands: 1...3)
      guard groups > 0, type.shape[1].size % groups == 0 else {
        throw TypeMismatch("\(type.shape[1]) channels do not divide into \(groups) groups")
      }
      return type
    case .layerNormalization(let axes, _):
      try expect(x, count: 1...3)
      guard 1..<x[0].shape.count ~= axes || axes == x[0].shape.count else {
        throw TypeMismatch("it normalizes \(axes) axes")
      }
      for other in x.dropFirst() where other.shape != x[0].shape.suffix(axes) {
        throw TypeMismatch("the scale or bias has shape \(other.shape)")
      }
      return x[0]
    case .reshape(let shape):
      try expect(x, count: 1...1)
      let result = ValueType(shape, x[0].dtype)
      guard result.count == x[0].count, result.isPerExample == x[0].isPerExample else {
        throw TypeMismatch("\(x[0].shape) has not as many elements as \(shape)")
      }
      return result
    case .transpose(let axes):
      try expect(x, count: 1...1)
      guard axes.sorted() == Array(x[0].shape.indices) else {
        throw TypeMismatch("\(axes) is no order of its axes")
      }
      return ValueType(axes.map { x[0].shape[$0] }, x[0].dtype)
    case .broadcast(let shape):
      try expect(x, count: 1...1)
      guard try broadcastShape(x[0].shape, shape) == shape else {
        throw TypeMismatch("it cannot be stretched to \(shape)")
      }
      return ValueType(shape, x[0].dtype)
    case .concatenate(let axis): return try concatenationType(of: x, axis: axis)
    case .slice(let axis, let start, let end, let step):
      try expect(x, count: 1...1)
      let size = try fixedSize(of: x[0], axis: axis)
      guard step > 0, 0...size ~= start, start...size ~= end else {
        throw TypeMismatch("no slice from \(start) to \(end) by \(step) of \(size)")
      }
      var shape = x[0].shape
      shape[axis] = Dimension((end - start + step - 1) / step)
      return ValueType(shape, x[0].dtype)
    case .gather(let axis):
      try expect(x, count: 2...2)
      _ = try fixedSize(of: x[0], axis: axis)
      return ValueType(
        Array(x[0].shape[..<axis] + x[1].shape + x[0].shape[(axis + 1)...]), x[0].dtype)
    case .pad(let widths, let mode): return try paddingType(of: x, widths, mode)
    case .resize(let sizes, let mode, _):
      try expect(x, count: 1...1)
      guard x[0].isBatched, x[0].shape.count == sizes.count + 2,
        (mode == .cubic ? 2 : 1)...2 ~= sizes.count
      else {
        throw TypeMismatch("it has not \(sizes.count) spatial axes")
      }
      return ValueType(x[0].shape.prefix(2) + sizes.map { Dimension($0) }, x[0].dtype)
    case .reduce(_, let axes, let keepingAxes):
      try expect(x, count: 1...1)
      return try reducedType(of: x[0], axes: axes, keepingAxes: keepingAxes)
    case .argmax(let axis, let keepingAxes):
      try expect(x, count: 1...1)
      var type = try reducedType(of: x[0], axes: [axis], keepingAxes: keepingAxes)
      type.dtype = .int64
      return type
    }
  }

  private func sameShapeType(of x: [ValueType]) throws(TypeMismatch) -> ValueType {
    try expect(x, count: 1...1)
    switch self {
    case .cast(let dtype): return ValueType(x[0].shape, dtype)
    case .softmax(let axis), .logSoftmax(let axis), .reverse(let axis):
      _ = try fixedSize(of: x[0], axis: axis)
      return x[0]
    default: return x[0]
    }
  }
}

private func expect(_ x: [ValueType], count: ClosedRange<Int>) throws(TypeMismatch) {
  guard count ~= x.count else { throw TypeMismatch("it has \(x.count) operands") }
}

private func commonDType(_ x: [ValueType]) throws(TypeMismatch) -> DType {
  guard x.allSatisfy({ $0.dtype == x[0].dtype }) else {
    throw TypeMismatch("the element types differ")
  }
  return x[0].dtype
}

/// The size of an axis that is neither out of range nor shared between examples.
private func fixedSize(of x: ValueType, axis: Int) throws(TypeMismatch) -> Int {
  guard x.shape.indices ~= axis else { throw TypeMismatch("there is no axis \(axis)") }
  guard !x.shape[axis].isPerExample else { throw TypeMismatch("axis \(axis) would mix examples") }
  return x.shape[axis].size
}

func broadcastShape(
  _ x: [Dimension], _ y: [Dimension]
) throws(TypeMismatch) -> [Dimension] {
  var result: [Dimension] = []
  for offset in 1...max(x.count, y.count, 1) {
    let left: Dimension = offset <= x.count ? x[x.count - offset] : 1
    let right: Dimension = offset <= y.count ? y[y.count - offset] : 1
    guard left == right || left == 1 || right == 1 else {
      throw TypeMismatch("\(left) and \(right) do not broadcast")
    }
    result.append(left == 1 ? right : left)
  }
  return max(x.count, y.count) == 0 ? [] : result.reversed()
}

private func linearType(of x: [ValueType]) throws(TypeMismatch) -> ValueType {
  try expect(x, count: 2...3)
  guard let features = x[0].shape.last, !features.isPerExample, x[1].shape.count == 2,
    x[1].shape[1] == features
  else { throw TypeMismatch("the last axis is not what the weight takes") }
  if x.count > 2, x[2].shape != [x[1].shape[0]] { throw TypeMismatch("the bias does not fit") }
  return ValueType(x[0].shape.dropLast() + [x[1].shape[0]], try commonDType(x))
}

private func matmulType(of x: [ValueType]) throws(TypeMismatch) -> ValueType {
  try expect(x, count: 2...2)
  let (left, right) = (x[0].shape, x[1].shape)
  guard !left.isEmpty, !right.isEmpty else { throw TypeMismatch("a factor has no axes") }
  let inner = right.count == 1 ? right[0] : right[right.count - 2]
  guard left[left.count - 1] == inner, !inner.isPerExample else {
    throw TypeMismatch("the inner axes differ")
  }
  let lead = try broadcastShape(Array(left.dropLast(2)), Array(right.dropLast(2)))
  let rows = left.count == 1 ? [] : [left[left.count - 2]]
  let columns = right.count == 1 ? [] : [right[right.count - 1]]
  return ValueType(lead + rows + columns, try commonDType(x))
}

private func expectImages(_ x: [ValueType], spatial: Int) throws(TypeMismatch) {
  guard let type = x.first, 1...3 ~= spatial, type.shape.count == spatial + 2,
    !type.shape.dropFirst().contains(where: \.isPerExample)
  else { throw TypeMismatch("it needs a batch, channels and \(spatial) spatial axes") }
}

private func convolutionType(
  of x: [ValueType], _ geometry: ConvolutionGeometry
) throws(TypeMismatch) -> ValueType {
  try expect(x, count: 2...3)
  let spatial = geometry.stride.count
  try expectImages(x, spatial: spatial)
  let (image, weight) = (x[0].shape, x[1].shape)
  guard weight.count == spatial + 2, geometry.groups > 0,
    weight[1].size * geometry.groups == image[1].size, weight[0].size % geometry.groups == 0,
    weight.allSatisfy({ $0.size > 0 })
  else { throw TypeMismatch("the weight does not take \(image[1]) channels") }
  if x.count > 2, x[2].shape != [weight[0]] { throw TypeMismatch("the bias does not fit") }
  var shape = [image[0], weight[0]]
  for axis in 0..<spatial {
    let reach = geometry.dilation[axis] * (weight[axis + 2].size - 1) + 1
    let room = image[axis + 2].size + 2 * geometry.padding[axis] - reach
    guard room >= 0, geometry.stride[axis] > 0, geometry.dilation[axis] > 0,
      geometry.padding[axis] >= 0
    else { throw TypeMismatch("the kernel is larger than the padded image") }
    shape.append(Dimension(room / geometry.stride[axis] + 1))
  }
  return ValueType(shape, try commonDType(x))
}

private func transposedConvolutionType(
  of x: [ValueType], _ geometry: ConvolutionGeometry, _ outputPadding: [Int]
) throws(TypeMismatch) -> ValueType {
  try expect(x, count: 2...3)
  let spatial = geometry.stride.count
  try expectImages(x, spatial: spatial)
  let (image, weight) = (x[0].shape, x[1].shape)
  guard weight.count == spatial + 2, weight[0] == image[1], outputPadding.count == spatial,
    geometry.groups > 0, image[1].size % geometry.groups == 0, weight.allSatisfy({ $0.size > 0 })
  else { throw TypeMismatch("the weight does not take \(image[1]) channels") }
  let channels = Dimension(weight[1].size * geometry.groups)
  if x.count > 2, x[2].shape != [channels] { throw TypeMismatch("the bias does not fit") }
  var shape = [image[0], channels]
  for axis in 0..<spatial {
    let (stride, dilation) = (geometry.stride[axis], geometry.dilation[axis])
    guard stride > 0, dilation > 0, 0..<max(stride, dilation) ~= outputPadding[axis] else {
      throw TypeMismatch("the output padding is not smaller than the stride")
    }
    let size =
      (image[axis + 2].size - 1) * stride - 2 * geometry.padding[axis]
      + dilation * (weight[axis + 2].size - 1) + outputPadding[axis] + 1
    guard size > 0 else { throw TypeMismatch("nothing is left of the image") }
    shape.append(Dimension(size))
  }
  return ValueType(shape, try commonDType(x))
}

private func poolType(
  of x: [ValueType], _ geometry: PoolingGeometry
) throws(TypeMismatch) -> ValueType {
  try expect(x, count: 1...1)
  let spatial = geometry.kernel.count
  try expectImages(x, spatial: spatial)
  var shape = Array(x[0].shape.prefix(2))
  for axis in 0..<spatial {
    let (size, stride) = (x[0].shape[axis + 2].size, geometry.stride[axis])
    let padding = geometry.padding[axis]
    let reach = geometry.dilation[axis] * (geometry.kernel[axis] - 1) + 1
    let room = size + 2 * padding - reach
    guard room >= 0, stride > 0, padding >= 0, 2 * padding <= geometry.kernel[axis] else {
      throw TypeMismatch("the window \(geometry.kernel) does not fit with padding \(padding)")
    }
    var count = room / stride + 1
    if geometry.roundsUp, room % stride != 0, count * stride < size + padding { count += 1 }
    shape.append(Dimension(count))
  }
  return ValueType(shape, x[0].dtype)
}

private func channelwiseType(
  of x: [ValueType], operands: ClosedRange<Int>
) throws(TypeMismatch) -> ValueType {
  try expect(x, count: operands)
  guard x[0].shape.count >= 2, !x[0].shape[1].isPerExample else {
    throw TypeMismatch("it has no channel axis")
  }
  for other in x.dropFirst() where other.shape != [x[0].shape[1]] {
    throw TypeMismatch("\(other) does not hold one number a channel")
  }
  return x[0]
}

private func concatenationType(of x: [ValueType], axis: Int) throws(TypeMismatch) -> ValueType {
  guard let first = x.first, first.shape.indices ~= axis else {
    throw TypeMismatch("there is no axis \(axis)")
  }
  var size = 0
  for type in x {
    guard type.shape.count == first.shape.count else { throw TypeMismatch("the ranks differ") }
    size += try fixedSize(of: type, axis: axis)
    for other in first.shape.indices where other != axis && type.shape[other] != first.shape[other]
    {
      throw TypeMismatch("axis \(other) differs")
    }
  }
  var shape = first.shape
  shape[axis] = Dimension(size)
  return ValueType(shape, try commonDType(x))
}

private func paddingType(
  of x: [ValueType], _ widths: [PaddingWidth], _ mode: PaddingMode
) throws(TypeMismatch) -> ValueType {
  try expect(x, count: 1...1)
  guard widths.count == x[0].shape.count else { throw TypeMismatch("it pads \(widths.count) axes") }
  var shape: [Dimension] = []
  for (dimension, width) in zip(x[0].shape, widths) {
    let size = dimension.size + width.before + width.after
    // Negative widths cut off first, and something has to be left to pad.
    let kept = dimension.size + min(width.before, 0) + min(width.after, 0)
    let isWhole = width.before == 0 && width.after == 0
    guard size > 0, kept > 0, isWhole || !dimension.isPerExample else {
      throw TypeMismatch(
        "padding by \(width.before) and \(width.after) leaves nothing or mixes examples")
    }
    let reach = max(width.before, width.after)
    switch mode {
    case .reflect where reach >= dimension.size, .circular where reach > dimension.size:
      throw TypeMismatch("the padding \(reach) is wider than the image")
    default: break
    }
    shape.append(Dimension(size, isPerExample: dimension.isPerExample))
  }
  if case .constant = mode {
  } else if !(2...5 ~= widths.count) || widths.trimmed.count > min(3, widths.count - 1) {
    throw TypeMismatch("only spatial axes can be padded like this")
  }
  return ValueType(shape, x[0].dtype)
}

private func reducedType(
  of x: ValueType, axes: [Int], keepingAxes: Bool
) throws(TypeMismatch) -> ValueType {
  guard !axes.isEmpty else { throw TypeMismatch("it names no axis to reduce") }
  guard Set(axes).count == axes.count else { throw TypeMismatch("an axis is named twice") }
  for axis in axes { _ = try fixedSize(of: x, axis: axis) }
  let shape = x.shape.enumerated().compactMap { axis, size -> Dimension? in
    axes.contains(axis) ? (keepingAxes ? 1 : nil) : size
  }
  return ValueType(shape, x.dtype)
}
