import Tensors

extension ONNXImporter {
  static let indexRules: [String: Rule] = [
    "Concat": concatenate, "Split": split, "Slice": slice, "Gather": gather,
  ]

  private static let concatenate: Rule = { importer, node throws(NetworkError) in
    if let joined = importer.joinedDimensions(node) { return [joined] }
    let rank = try importer.shape(node, 0).count
    let axis = try importer.axis(node.integer("axis", 1), rank: rank, node)
    var operands: [Graph.ValueID] = []
    for index in node.inputs.indices { operands.append(try importer.operand(node, index)) }
    return [.value(try importer.add(.concatenate(axis: axis), operands, node))]
  }

  private func joinedDimensions(_ node: ONNXFile.Node) -> Imported? {
    var joined: [Dimension] = []
    for index in node.inputs.indices {
      guard let part = dimensions(node, index), !part.isScalar else { return nil }
      joined += part.values
      guard joined.count <= Self.longestList else { return nil }
    }
    return .dimensions(joined, isScalar: false)
  }

  private static let split: Rule = { importer, node throws(NetworkError) in
    let shape = try importer.shape(node, 0)
    let axis = try importer.axis(node.integer("axis", 0), rank: shape.count, node)
    let count = node.outputs.count
    guard count > 0 else { throw importer.mismatch(node, "it has no outputs") }
    let whole = shape[axis].size
    let even = (whole + count - 1) / count
    let sizes =
      try importer.integers(node, 1, orAttribute: "split")
      ?? (0..<count).map { min(even, max(0, whole - $0 * even)) }
    guard sizes.count == count, sizes.allSatisfy({ $0 >= 0 }), sizes.reduce(0, +) == whole else {
      throw importer.mismatch(node, "\(whole) does not split into \(sizes)")
    }
    let value = try importer.operand(node, 0)
    var results: [Imported] = []
    var start = 0
    for size in sizes {
      let operation = Operation.slice(axis: axis, start: start, end: start + size, step: 1)
      results.append(.value(try importer.builder.add(operation, [value])))
      start += size
    }
    return results
  }

  /// The ends are attributes up to operator set 9, and operands from 10 on.
  private static let slice: Rule = { importer, node throws(NetworkError) in
    guard let starts = try importer.integers(node, 1, orAttribute: "starts"),
      let ends = try importer.integers(node, 2, orAttribute: "ends")
    else { throw importer.mismatch(node, "it names no ends") }
    let given = try importer.integers(node, 3, orAttribute: "axes") ?? Array(starts.indices)
    let steps = importer.has(node, 4) ? try importer.integers(node, 4) : starts.map { _ in 1 }
    guard Set([starts.count, ends.count, given.count, steps.count]).count == 1 else {
      throw importer.mismatch(node, "its lists differ in length")
    }
    if let source = importer.dimensions(node, 0), !source.isScalar, given == [0] || given == [-1],
      steps == [1]
    {
      let count = source.values.count
      let start = starts[0].clampedIndex(count)
      let end = max(start, ends[0].clampedIndex(count))
      return [.dimensions(Array(source.values[start..<end]), isScalar: false)]
    }
    let shape = try importer.shape(node, 0)
    var value = try importer.operand(node, 0)
    for index in starts.indices {
      let axis = try importer.axis(given[index], rank: shape.count, node)
      value = try importer.sliced(
        value, axis: axis, from: starts[index], to: ends[index], by: steps[index], node)
    }
    return [.value(value)]
  }

  private mutating func sliced(
    _ value: Graph.ValueID, axis: Int, from start: Int, to end: Int, by step: Int,
    _ node: ONNXFile.Node
  ) throws(NetworkError) -> Graph.ValueID {
    let dimension = builder.type(of: value).shape[axis]
    let size = dimension.size
    guard step != 0, abs(step) < 1 << 31 || step > 0 else {
      throw mismatch(node, "its step is \(step)")
    }
    if step > 0 {
      let first = start.clampedIndex(size)
      let last = max(first, end.clampedIndex(size))
      // All of a batch is what no batch is longer than, or its size where the file fixes it.
      let isAll =
        dimension.isPerExample
        ? start == 0 && (end >= 1 << 31 - 1 || !isBatchOpen && end >= size * declaredBatch)
        : first == 0 && last == size
      if isAll, step == 1 { return value }
      return try builder.add(.slice(axis: axis, start: first, end: last, step: step), [value])
    }
    // Backwards from `start` down to, but not including, `end`: reverse, then go forwards.
    let first = min(max(start < 0 ? start + size : start, 0), size - 1)
    let last = max(end < 0 ? end + size : end, -1)
    let reversed = try builder.add(.reverse(axis: axis), [value])
    let (from, to) = (size - 1 - first, size - 1 - last)
    return try builder.add(
      .slice(axis: axis, start: max(0, from), end: max(max(0, from), to), step: -step), [reversed])
  }

  private static let gather: Rule = { importer, node throws(NetworkError) in
    let axis = node.integer("axis", 0)
    if let source = importer.dimensions(node, 0), !source.isScalar, axis == 0,
      let indices = importer.dimensions(node, 1)
    {
      var picked: [Dimension] = []
      for index in indices.values {
        picked.append(source.values[try importer.axis(index.size, rank: source.values.count, node)])
      }
      return [.dimensions(picked, isScalar: indices.isScalar)]
    }
    let shape = try importer.shape(node, 0)
    let place = try importer.axis(axis, rank: shape.count, node)
    if let indices = importer.known(node, 1) {
      let size = shape[place].size
      guard indices.count > 0, indices.min().item() >= Double(-size),
        indices.max().item() < Double(size)
      else {
        throw importer.mismatch(node, "an index lies outside 0..<\(size)")
      }
    }
    let operands = [try importer.operand(node, 0), try importer.operand(node, 1)]
    return [.value(try importer.add(.gather(axis: place), operands, node))]
  }
}
