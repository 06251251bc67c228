import Networks
import Tensors

/// Functions of one or two elements, reductions and pools.
extension Decomposition {
  mutating func mapped(
    _ function: ElementwiseFunction, _ x: Graph.ValueID, _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    switch function {
    case .clip(let lower, let upper):
      // l + relu(x - l) - relu(x - u): both kinks can be split.
      switch (lower, upper) {
      case (nil, nil): return x
      case (let lower?, nil): return try maximum(x, fixed(lower))
      case (nil, let upper?): return try minimum(x, fixed(upper))
      case (let lower?, let upper?) where lower <= upper:
        let above = try relu(difference(x, fixed(upper)))
        return try difference(maximum(x, fixed(lower)), above)
      case (_, let upper?): return try product(x, fixed(0)).plus(upper, in: &self)
      }
    case .hardSigmoid(let alpha, let beta):
      let line = try sum(product(x, fixed(alpha)), fixed(beta))
      return try mapped(.clip(lower: 0, upper: 1), line, node)
    case .leakyRelu(let slope) where slope >= 1:
      // Concave: its kink can be split as that of relu(x) + slope · (x - relu(x)).
      let above = try relu(x)
      return try sum(above, product(difference(x, above), fixed(slope)))
    case .power(1): return x
    case .power(2): return try add(.map(.square), [x])
    case .power(0.5): return try add(.map(.squareRoot), [x])
    case .power(-1): return try add(.map(.reciprocal), [x])
    case .not: throw unsupported(node, "Booleans jump.")
    case .negate, .absolute, .reciprocal, .exp, .log, .squareRoot, .square, .arctangent, .relu,
      .leakyRelu, .elu, .selu, .celu, .sigmoid, .tanh, .softplus, .softsign, .silu, .mish,
      .errorFunction, .gelu, .hardSwish, .power, .sign, .sine, .cosine, .tangent, .floor,
      .ceiling, .round:
      return try add(.map(function), [x])
    }
  }

  mutating func combined(
    _ function: BinaryFunction, _ places: [Place], _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    if function.isPredicate || [.remainder, .truncatedRemainder].contains(function) {
      throw unsupported(node, "Its value jumps.")
    }
    let (x, y) = (try varying(places[0]), try varying(places[1]))
    switch function {
    case .add, .subtract: return try add(.combine(function), [x, y])
    case .multiply where x == y: return try add(.map(.square), [x])
    case .multiply: return try product(x, y)
    case .divide:
      guard node.type.dtype.isFloatingPoint else {
        throw unsupported(node, "Division of integers jumps.")
      }
      return try product(x, reciprocal(places[1]))
    case .maximum: return try maximum(x, y)
    case .minimum: return try minimum(x, y)
    case .power:
      if case .fixed(let exponent) = places[1], exponent.count == 1,
        exponent.rank <= builder.type(of: x).shape.count
      {
        return try mapped(.power(exponent.item()), x, node)
      }
      return try add(.map(.exp), [product(y, add(.map(.log), [x]))])
    case .parametricRelu:
      let below = try relu(add(.map(.negate), [x]))
      return try difference(relu(x), product(below, y))
    case .remainder, .truncatedRemainder, .equal, .less, .lessOrEqual, .greater, .greaterOrEqual,
      .and, .or, .exclusiveOr:
      throw unsupported(node, "Its value jumps.")
    }
  }

  private mutating func reciprocal(_ place: Place) throws(NetworkError) -> Graph.ValueID {
    try add(.map(.reciprocal), [varying(place)])
  }

  mutating func reduced(
    _ reduction: Reduction, _ x: Graph.ValueID, axes: [Int], keepingAxes: Bool, _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    func total() -> Operation { .reduce(.sum, axes: axes, keepingAxes: keepingAxes) }
    guard !axes.isEmpty else { return x }
    switch reduction {
    case .sum, .mean: return try add(node.operation, [x])
    case .max, .min, .product:
      var result = x
      for axis in axes.sorted(by: >) {
        result = try folded(result, axis: axis) { (self, x, y) throws(NetworkError) in
          switch reduction {
          case .max: try self.maximum(x, y)
          case .min: try self.minimum(x, y)
          default: try self.product(x, y)
          }
        }
        if !keepingAxes { result = try without(axis, result) }
      }
      return result
    case .sumOfMagnitudes: return try add(total(), [add(.map(.absolute), [x])])
    case .sumOfSquares: return try add(total(), [add(.map(.square), [x])])
    case .euclideanNorm:
      return try add(.map(.squareRoot), [add(total(), [add(.map(.square), [x])])])
    case .logSumExp: return try add(.map(.log), [add(total(), [add(.map(.exp), [x])])])
    case .logSum: return try add(.map(.log), [add(total(), [x])])
    }
  }

  /// Combines the entries along an axis two by two, so that the depth grows with the logarithm of
  /// their number.
  private mutating func folded(
    _ x: Graph.ValueID, axis: Int,
    _ combine: (inout Decomposition, Graph.ValueID, Graph.ValueID) throws(NetworkError) ->
      Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID {
    var result = x
    var size = builder.type(of: x).shape[axis].size
    while size > 1 {
      let half = size / 2
      let first = try slice(result, axis, 0, half)
      let second = try slice(result, axis, half, 2 * half)
      var combined = try combine(&self, first, second)
      if size % 2 == 1 {
        combined = try add(
          .concatenate(axis: axis), [combined, slice(result, axis, size - 1, size)])
      }
      (result, size) = (combined, half + size % 2)
    }
    return result
  }

  private mutating func slice(
    _ x: Graph.ValueID, _ axis: Int, _ start: Int, _ end: Int, by step: Int = 1
  ) throws(NetworkError) -> Graph.ValueID {
    try add(.slice(axis: axis, start: start, end: end, step: step), [x])
  }

  private mutating func without(
    _ axis: Int, _ x: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID {
    var shape = builder.type(of: x).shape
    shape.remove(at: axis)
    return try add(.reshape(shape), [x])
  }

  /// The largest of the slices that the places of the window make.
  ///
  /// Repeating the edge stands in for padding: the pixel at the edge lies in every window that
  /// reaches beyond it.
  mutating func maximum(
    of image: Graph.ValueID, _ geometry: PoolingGeometry, _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: image).shape
    let (spatial, result) = (shape.dropFirst(2).map(\.size), node.type.shape.dropFirst(2))
    var widths = [PaddingWidth](repeating: PaddingWidth(before: 0, after: 0), count: shape.count)
    for (axis, size) in spatial.enumerated() {
      let reach =
        (Array(result)[axis].size - 1) * geometry.stride[axis]
        + (geometry.kernel[axis] - 1) * geometry.dilation[axis] + 1
      let after = max(0, reach - geometry.padding[axis] - size)
      guard geometry.dilation[axis] == 1 || geometry.padding[axis] + after == 0 else {
        throw unsupported(node, "Its windows have holes and reach beyond the edge.")
      }
      widths[axis + 2] = PaddingWidth(before: geometry.padding[axis], after: after)
    }
    var value = image
    if widths.contains(where: { $0.before + $0.after > 0 }) {
      value = try add(.pad(widths, .replicate), [image])
    }
    for axis in spatial.indices {
      let count = Array(result)[axis].size
      var pieces: [Graph.ValueID] = []
      for place in 0..<geometry.kernel[axis] {
        let start = place * geometry.dilation[axis]
        let end = start + (count - 1) * geometry.stride[axis] + 1
        pieces.append(try slice(value, axis + 2, start, end, by: geometry.stride[axis]))
      }
      while pieces.count > 1 {
        var next: [Graph.ValueID] = []
        for first in stride(from: 0, to: pieces.count - 1, by: 2) {
          next.append(try maximum(pieces[first], pieces[first + 1]))
        }
        pieces = next + (pieces.count % 2 == 1 ? [pieces[pieces.count - 1]] : [])
      }
      value = pieces[0]
    }
    return value
  }
}

extension Graph.ValueID {
  fileprivate func plus(
    _ number: Double, in decomposition: inout Decomposition
  ) throws(NetworkError) -> Graph.ValueID {
    try decomposition.sum(self, decomposition.fixed(number))
  }
}
