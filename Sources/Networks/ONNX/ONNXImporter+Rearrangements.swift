import Tensors

/// Operators that move, mark or accumulate elements.
extension ONNXImporter {
  static let rearrangementRules: [String: Rule] = [
    "DepthToSpace": depthToSpace, "SpaceToDepth": spaceToDepth, "Trilu": triangle,
    "CumSum": cumulativeSum, "OneHot": oneHot, "TopK": largest, "GatherElements": gatherElements,
    "GatherND": gatherPlaces, "Hardmax": hardmax, "EyeLike": identityMatrix,
  ]

  // MARK: Between channels and pixels

  private func blocks(
    _ node: ONNXFile.Node
  ) throws(NetworkError) -> (shape: [Dimension], size: Int) {
    let shape = try shape(node, 0)
    let size = node.integer("blocksize", 0)
    guard shape.count == 4, 1...4096 ~= size else {
      throw mismatch(node, "it needs images and a size of blocks, not \(shape) and \(size)")
    }
    return (shape, size)
  }

  private static let depthToSpace: Rule = { importer, node throws(NetworkError) in
    let (shape, block) = try importer.blocks(node)
    guard shape[1].size % (block * block) == 0 else {
      throw importer.mismatch(node, "\(shape[1]) channels do not fill blocks of \(block)")
    }
    let channels = Dimension(shape[1].size / (block * block))
    let side = Dimension(block)
    let isDepthFirst = node.text("mode", "DCR") == "DCR"
    let apart: [Dimension] =
      isDepthFirst
      ? [shape[0], side, side, channels, shape[2], shape[3]]
      : [shape[0], channels, side, side, shape[2], shape[3]]
    let split = try importer.builder.add(.reshape(apart), [importer.operand(node, 0)])
    let order = isDepthFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]
    let turned = try importer.builder.add(.transpose(order), [split])
    let result = [
      shape[0], channels, Dimension(shape[2].size * block), Dimension(shape[3].size * block),
    ]
    return [.value(try importer.add(.reshape(result), [turned], node))]
  }

  private static let spaceToDepth: Rule = { importer, node throws(NetworkError) in
    let (shape, block) = try importer.blocks(node)
    guard shape[2].size % block == 0, shape[3].size % block == 0 else {
      throw importer.mismatch(node, "\(shape) does not divide into blocks of \(block)")
    }
    let (height, width) = (Dimension(shape[2].size / block), Dimension(shape[3].size / block))
    let side = Dimension(block)
    let split = try importer.builder.add(
      .reshape([shape[0], shape[1], height, side, width, side]), [importer.operand(node, 0)])
    let turned = try importer.builder.add(.transpose([0, 3, 5, 1, 2, 4]), [split])
    let channels = Dimension(shape[1].size * block * block)
    return [
      .value(try importer.add(.reshape([shape[0], channels, height, width]), [turned], node))
    ]
  }

  // MARK: Marks

  /// The part on one side of a diagonal; the rest is zero, whatever it was.
  private static let triangle: Rule = { importer, node throws(NetworkError) in
    let x = try importer.operand(node, 0)
    let type = importer.builder.type(of: x)
    guard type.shape.count >= 2, !type.shape.suffix(2).contains(where: \.isPerExample) else {
      throw importer.mismatch(node, "its last two axes are no matrix")
    }
    var offset = 0
    if importer.has(node, 1) { offset = try importer.integers(node, 1).first ?? 0 }
    let sizes = type.shape.suffix(2).map(\.size)
    let rows = Tensor.range(0..<sizes[0]).reshaped(to: [sizes[0], 1]) + offset
    let columns = Tensor.range(0..<sizes[1])
    let mask = node.integer("upper", 1) != 0 ? columns .>= rows : columns .<= rows
    let zero = importer.builder.addConstant(Tensor(scalar: 0).cast(to: type.dtype))
    return [
      .value(
        try importer.add(.choose, [importer.builder.addConstant(mask), x, zero], node))
    ]
  }

  private static let identityMatrix: Rule = { importer, node throws(NetworkError) in
    let shape = try importer.shape(node, 0)
    guard shape.count == 2, !shape.contains(where: \.isPerExample) else {
      throw importer.mismatch(node, "it is asked for a matrix of shape \(shape)")
    }
    let offset = node.integer("k", 0)
    let rows = Tensor.range(0..<shape[0].size).reshaped(to: [shape[0].size, 1]) + offset
    guard saturatingProduct(shape[0].size, shape[1].size) <= 1 << 24 else {
      throw importer.mismatch(node, "its matrix \(shape) is too large")
    }
    let like = try importer.operand(node, 0)
    let own = importer.builder.type(of: like).dtype
    let declared = ONNXElementType(rawValue: node.integer("dtype", 0))
    let matrix = (Tensor.range(0..<shape[1].size) .== rows).cast(to: declared?.dtype ?? own)
    return [.known(importer.own(matrix), name: nil)]
  }

  private static let oneHot: Rule = { importer, node throws(NetworkError) in
    guard let depth = importer.known(node, 1), depth.count == 1,
      let ends = importer.known(node, 2), ends.count == 2, 1..<0x1p24 ~= depth.item()
    else { throw importer.unsupported(node, "Its depth and values must be known.") }
    let count = Int(depth.item())
    let x = try importer.operand(node, 0)
    let shape = importer.builder.type(of: x).shape
    let axis = try importer.axis(node.integer("axis", -1), rank: shape.count + 1, node)
    var apart = shape
    apart.insert(1, at: axis)
    let indices = try importer.builder.add(
      .cast(.int64), [importer.builder.add(.reshape(apart), [x])])
    // A negative index counts from the end.
    let numbers = Tensor.range(0..<count)
      .reshaped(to: [count] + Array(repeating: 1, count: shape.count - axis))
    let isFromStart = try importer.builder.add(
      .combine(.equal), [indices, importer.builder.addConstant(numbers)])
    let isFromEnd = try importer.builder.add(
      .combine(.equal), [indices, importer.builder.addConstant(numbers - count)])
    let isHit = try importer.builder.add(.combine(.or), [isFromStart, isFromEnd])
    let values = importer.own(ends)
    let (off, on) = (
      importer.builder.addConstant(values[0]), importer.builder.addConstant(values[1])
    )
    return [.value(try importer.add(.choose, [isHit, on, off], node))]
  }

  /// One at the first of the largest elements along an axis, up to operator set 12 along all from it
  /// on, and zero elsewhere.
  private static let hardmax: Rule = { importer, node throws(NetworkError) in
    var x = try importer.operand(node, 0)
    let shape = importer.builder.type(of: x).shape
    let isJoint = importer.file.opset < 13
    let axis = try importer.axis(
      node.integer("axis", isJoint ? 1 : -1), rank: shape.count, node)
    var rows = shape
    if isJoint {
      rows =
        shape[..<axis] + [Dimension(shape[axis...].reduce(1) { saturatingProduct($0, $1.size) })]
      x = try importer.builder.add(.reshape(rows), [x])
    }
    let largest = try importer.builder.add(.argmax(axis: axis, keepingAxes: true), [x])
    let numbers = Tensor.range(0..<rows[axis].size)
      .reshaped(to: [rows[axis].size] + Array(repeating: 1, count: rows.count - axis - 1))
    let isHit = try importer.builder.add(
      .combine(.equal), [importer.builder.addConstant(numbers), largest])
    var marks = try importer.builder.add(.cast(importer.real), [isHit])
    if rows != shape { marks = try importer.builder.add(.reshape(shape), [marks]) }
    return [.value(marks)]
  }

  // MARK: Sums

  /// A product with a triangle of ones along the axis.
  private static let cumulativeSum: Rule = { importer, node throws(NetworkError) in
    let places = try importer.integers(node, 1)
    guard places.count == 1 else { throw importer.mismatch(node, "it names \(places) axes") }
    var x = try importer.operand(node, 0)
    let type = importer.builder.type(of: x)
    let axis = try importer.axis(places[0], rank: type.shape.count, node)
    guard !type.shape[axis].isPerExample else {
      throw importer.mismatch(node, "it sums along the batch")
    }
    let size = type.shape[axis].size
    guard size <= 1 << 13 else {
      throw importer.unsupported(node, "Its axis has \(size) elements.")
    }
    let work: DType = type.dtype.isFloatingPoint ? type.dtype : .float64
    if work != type.dtype { x = try importer.builder.add(.cast(work), [x]) }
    let rows = Tensor.range(0..<size).reshaped(to: [size, 1])
    let columns = Tensor.range(0..<size)
    let isReverse = node.integer("reverse", 0) != 0
    let isExclusive = node.integer("exclusive", 0) != 0
    let mask =
      switch (isReverse, isExclusive) {
      case (false, false): columns .<= rows
      case (false, true): columns .< rows
      case (true, false): columns .>= rows
      case (true, true): columns .> rows
      }
    let weight = importer.builder.addConstant(mask.cast(to: work))
    let last = type.shape.count - 1
    var order = Array(type.shape.indices)
    order.swapAt(axis, last)
    if axis != last { x = try importer.builder.add(.transpose(order), [x]) }
    x = try importer.builder.add(.linear, [x, weight])
    if axis != last { x = try importer.builder.add(.transpose(order), [x]) }
    if work != type.dtype { x = try importer.builder.add(.cast(type.dtype), [x]) }
    return [.value(x)]
  }

  // MARK: Choices

  /// The most elements that `TopK` may ask for: each takes a pass over its axis.
  private static let mostPasses = 128

  /// The largest element, the largest of the rest, and so on.
  private static let largest: Rule = { importer, node throws(NetworkError) in
    let given = try importer.integers(node, 1, orAttribute: "k") ?? []
    var x = try importer.operand(node, 0)
    let type = importer.builder.type(of: x)
    let axis = try importer.axis(node.integer("axis", -1), rank: type.shape.count, node)
    guard given.count == 1, 1...type.shape[axis].size ~= given[0], !type.shape[axis].isPerExample,
      type.dtype.isFloatingPoint
    else { throw importer.mismatch(node, "it asks for \(given) of \(type.shape[axis]) numbers") }
    guard given[0] <= mostPasses else {
      throw importer.unsupported(node, "It asks for more than \(mostPasses) elements.")
    }
    let isLargest = node.integer("largest", 1) != 0
    if !isLargest { x = try importer.builder.add(.map(.negate), [x]) }
    let size = type.shape[axis].size
    let numbers = importer.builder.addConstant(
      Tensor.range(0..<size)
        .reshaped(to: [size] + Array(repeating: 1, count: type.shape.count - axis - 1)))
    let least = importer.number(-.infinity)
    // What is infinitely small comes before what is taken.
    var rest = try importer.builder.add(
      .map(.clip(lower: -Double(Float.greatestFiniteMagnitude), upper: nil)), [x])
    var (values, places): ([Graph.ValueID], [Graph.ValueID]) = ([], [])
    for _ in 0..<given[0] {
      let place = try importer.builder.add(.argmax(axis: axis, keepingAxes: true), [rest])
      places.append(place)
      let isTaken = try importer.builder.add(.combine(.equal), [numbers, place])
      let taken = try importer.builder.add(.choose, [isTaken, x, least])
      values.append(
        try importer.builder.add(.reduce(.max, axes: [axis], keepingAxes: true), [taken]))
      rest = try importer.builder.add(.choose, [isTaken, least, rest])
    }
    var sorted = try importer.builder.add(.concatenate(axis: axis), values)
    if !isLargest { sorted = try importer.builder.add(.map(.negate), [sorted]) }
    return [.value(sorted), .value(try importer.builder.add(.concatenate(axis: axis), places))]
  }

  /// For each element of the indices, the element at that place along the axis and its own places
  /// along the others: a sum over the axis in which all but one count nothing.
  private static let gatherElements: Rule = { importer, node throws(NetworkError) in
    var x = try importer.operand(node, 0)
    let indices = try importer.operand(node, 1)
    let shape = importer.builder.type(of: x).shape
    let places = importer.builder.type(of: indices).shape
    let axis = try importer.axis(node.integer("axis", 0), rank: shape.count, node)
    guard places.count == shape.count, !shape[axis].isPerExample else {
      throw importer.mismatch(node, "it takes elements from other examples")
    }
    for other in shape.indices where other != axis && places[other] != shape[other] {
      guard !shape[other].isPerExample, !places[other].isPerExample,
        places[other].size < shape[other].size
      else { throw importer.mismatch(node, "axis \(other) of its indices has another size") }
      x = try importer.builder.add(
        .slice(axis: other, start: 0, end: places[other].size, step: 1), [x])
    }
    let size = shape[axis].size
    // The axis goes to the end, beside an axis for the places: [..., place, element].
    var row = importer.builder.type(of: x).shape
    row.swapAt(axis, row.count - 1)
    var order = Array(shape.indices)
    order.swapAt(axis, order.count - 1)
    let lead = row.dropLast()
    let elements = try importer.builder.add(
      .reshape(lead + [1, Dimension(size)]), [importer.builder.add(.transpose(order), [x])])
    let count = places[axis]
    let wanted = try importer.builder.add(
      .reshape(lead + [count, 1]), [importer.builder.add(.transpose(order), [indices])])
    let numbers = Tensor.range(0..<size).cast(to: importer.builder.type(of: indices).dtype)
    let isFromStart = try importer.builder.add(
      .combine(.equal), [wanted, importer.builder.addConstant(numbers)])
    let isFromEnd = try importer.builder.add(
      .combine(.equal), [wanted, importer.builder.addConstant(numbers - size)])
    let isHit = try importer.builder.add(.combine(.or), [isFromStart, isFromEnd])
    let zero = importer.builder.addConstant(
      Tensor(scalar: 0).cast(to: importer.builder.type(of: x).dtype))
    let chosen = try importer.builder.add(.choose, [isHit, elements, zero])
    let sums = try importer.builder.add(
      .reduce(.sum, axes: [row.count], keepingAxes: false), [chosen])
    return [.value(try importer.add(.transpose(order), [sums], node))]
  }

  /// The parts at known places, each given by its first few indices.
  private static let gatherPlaces: Rule = { importer, node throws(NetworkError) in
    guard let indices = importer.known(node, 1), indices.rank > 0, indices.count > 0,
      node.integer("batch_dims", 0) == 0
    else { throw importer.unsupported(node, "Its indices must be known when the model is read.") }
    let x = try importer.operand(node, 0)
    let shape = importer.builder.type(of: x).shape
    let depth = indices.size(indices.rank - 1)
    guard 1...shape.count ~= depth, !shape[..<depth].contains(where: \.isPerExample) else {
      throw importer.mismatch(node, "its indices choose among examples")
    }
    let sizes = shape[..<depth].map(\.size)
    var flat = Tensor.zeros(Array(indices.shape.dropLast()), dtype: .int64)
    for (place, size) in sizes.enumerated() {
      let column = indices.sliced(axis: indices.rank - 1, from: place, to: place + 1, by: 1)
        .reshaped(to: Array(indices.shape.dropLast())).cast(to: .int64)
      let positive = column.replacing(with: column + size, where: column .< 0)
      guard positive.min().item() >= 0, positive.max().item() < Double(size) else {
        throw importer.mismatch(node, "an index lies outside 0..<\(size)")
      }
      flat = flat * size + positive
    }
    let rows = try importer.builder.add(
      .reshape([Dimension(sizes.reduce(1, *))] + shape[depth...]), [x])
    return [
      .value(try importer.add(.gather(axis: 0), [rows, importer.builder.addConstant(flat)], node))
    ]
  }
}
