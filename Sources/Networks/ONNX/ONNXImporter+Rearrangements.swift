import Tensors

/// Operators that move, mark or accumulate elements.
extension ONNXImporter {
  static let rearrangementRules: [String: Rule] = [
    "DepthToSpace": depthToSpace, "SpaceToDepth": spaceToDepth, "Trilu": triangle,
    "CumSum": cumulativeSum, "OneHot": oneHot, "Hardmax": hardmax, "EyeLike": identityMatrix,
    "ArgMin": { importer, node throws(NetworkError) in
      guard node.integer("select_last_index", 0) == 0 else {
        throw importer.unsupported(node, "Ties go to the first index here.")
      }
      let x = try importer.builder.add(.map(.negate), [importer.operand(node, 0)])
      let rank = importer.builder.type(of: x).shape.count
      let axis = try importer.axis(node.integer("axis", 0), rank: rank, node)
      let operation = Operation.argmax(axis: axis, keepingAxes: node.integer("keepdims", 1) != 0)
      return [.value(try importer.add(operation, [x], node))]
    },
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
    let type = ONNXElementType(rawValue: node.integer("dtype", 1)) ?? .float32
    let matrix = (Tensor.range(0..<shape[1].size) .== rows).cast(to: type.dtype)
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
    guard let place = importer.known(node, 1), place.count == 1 else {
      throw importer.unsupported(node, "Its axis must be known when the model is read.")
    }
    var x = try importer.operand(node, 0)
    let type = importer.builder.type(of: x)
    let axis = try importer.axis(Int(place.item()), rank: type.shape.count, node)
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
}
