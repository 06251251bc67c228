import Tensors

extension ONNXImporter {
  static let shapeRules: [String: Rule] = [
    "Shape": { importer, node throws(NetworkError) in
      let shape = try importer.shape(node, 0)
      let start = node.integer("start", 0).clampedIndex(shape.count)
      let end = node.integer("end", shape.count).clampedIndex(shape.count)
      return [.dimensions(Array(shape[start..<max(start, end)]), isScalar: false)]
    },
    "Size": { importer, node throws(NetworkError) in
      let type = ValueType(try importer.shape(node, 0))
      return [.dimensions([Dimension(type.count, isPerExample: type.isPerExample)], isScalar: true)]
    },
    "Reshape": reshape, "Flatten": flatten, "Transpose": transpose, "Squeeze": squeeze,
    "Unsqueeze": unsqueeze, "Expand": expand, "Tile": tile, "Pad": pad, "Cast": cast,
    "Constant": constant, "ConstantOfShape": constantOfShape, "Range": range,
  ]

  // MARK: Constants

  private static let constant: Rule = { importer, node throws(NetworkError) in
    let attributes = node.attributes
    if let value = attributes["value"], let tensor = value.tensor {
      if let type = ONNXElementType(rawValue: value.elementType), !type.dtype.isFloatingPoint {
        importer.wholeTypes[node.outputs.first ?? ""] = type
      }
      return [.known(importer.own(tensor), name: nil)]
    }
    if let number = attributes["value_float"] {
      return [.known(importer.own(Tensor(scalar: number.real)), name: nil)]
    }
    if let number = attributes["value_int"] {
      return [.known(Tensor(scalar: number.integer), name: nil)]
    }
    if let list = attributes["value_floats"] {
      return [.known(importer.own(Tensor(list.reals)), name: nil)]
    }
    if let list = attributes["value_ints"] { return [.known(Tensor(list.integers), name: nil)] }
    throw importer.unsupported(node, "It holds no tensor of numbers.")
  }

  private static let constantOfShape: Rule = { importer, node throws(NetworkError) in
    guard let target = importer.dimensions(node, 0) else {
      throw importer.unsupported(node, "Its shape must be known when the model is read.")
    }
    let value = importer.own(node.attributes["value"]?.tensor ?? Tensor(scalar: 0.0))
    if let type = ONNXElementType(rawValue: node.attributes["value"]?.elementType ?? 0),
      !type.dtype.isFloatingPoint
    {
      importer.wholeTypes[node.outputs.first ?? ""] = type
    }
    guard value.count == 1 else { throw importer.mismatch(node, "its value is not one number") }
    let scalar = importer.builder.addConstant(value.reshaped(to: []))
    return [.value(try importer.add(.broadcast(target.values), [scalar], node))]
  }

  private static let range: Rule = { importer, node throws(NetworkError) in
    guard let start = importer.known(node, 0), let limit = importer.known(node, 1),
      let step = importer.known(node, 2), start.count == 1, limit.count == 1, step.count == 1
    else { throw importer.unsupported(node, "Its ends must be known when the model is read.") }
    let (first, stride) = (start.item(), step.item())
    let count = ((limit.item() - first) / stride).rounded(.up)
    guard stride != 0, count < 0x1p24 else { throw importer.mismatch(node, "the range is endless") }
    let values = Tensor.range(0..<Int(max(0, count)), dtype: .float64) * stride + first
    return [.known(values.cast(to: start.dtype), name: nil)]
  }

  private static let cast: Rule = { importer, node throws(NetworkError) in
    guard let type = ONNXElementType(rawValue: node.integer("to", 0)) else {
      throw importer.unsupported(node, "Its element type is not known.")
    }
    let source = try importer.imported(node, 0)
    let dtype = type.dtype.isFloatingPoint ? importer.real : type.dtype
    if !type.dtype.isFloatingPoint { importer.wholeTypes[node.outputs.first ?? ""] = type }
    if case .dimensions = source, !dtype.isFloatingPoint { return [source] }
    if let wrapped = try importer.wrapped(node, to: type) { return [.value(wrapped)] }
    if case .value(let value) = source, importer.builder.type(of: value).dtype == dtype {
      return [source]
    }
    return try importer.addUnary(.cast(dtype), node)
  }

  /// Integers in a narrower type that has no type of its own here: beyond its range they begin
  /// again at the other end.
  private mutating func wrapped(
    _ node: ONNXFile.Node, to type: ONNXElementType
  ) throws(NetworkError) -> Graph.ValueID? {
    let least: Int
    let size: Int
    switch type {
    case .int8: (least, size) = (-128, 256)
    case .int16: (least, size) = (-32768, 65536)
    case .uint16: (least, size) = (0, 65536)
    case .uint32: (least, size) = (0, 1 << 32)
    default: return nil
    }
    var value = try operand(node, 0)
    let own = builder.type(of: value).dtype
    let isWhole = !own.isFloatingPoint || wholeTypes[node.inputs[0]] != nil
    guard isWhole, own != .bool, wholeTypes[node.inputs[0]] != type else { return nil }
    value = try builder.add(.cast(.int64), [value])
    func shifted(_ function: BinaryFunction, _ number: Int) throws(NetworkError) -> Graph.ValueID {
      try builder.add(.combine(function), [value, builder.addConstant(Tensor(scalar: number))])
    }
    value = try shifted(.subtract, least)
    value = try shifted(.remainder, size)
    value = try shifted(.add, least)
    return try add(.cast(type.dtype), [value], node)
  }

  // MARK: Reshaping

  private static let reshape: Rule = { importer, node throws(NetworkError) in
    guard let target = importer.dimensions(node, 1) else {
      throw importer.unsupported(node, "Its shape must be known when the model is read.")
    }
    if case .dimensions(let values, _) = try importer.imported(node, 0), target.values.count <= 1 {
      return [.dimensions(values, isScalar: target.values.isEmpty)]
    }
    let source = try importer.shape(node, 0)
    var shape = target.values
    if node.integer("allowzero", 0) == 0 {
      for axis in shape.indices where shape[axis] == 0 && axis < source.count {
        shape[axis] = source[axis]
      }
    }
    return try importer.addUnary(.reshape(importer.resolved(shape, from: source, node)), node)
  }

  /// Fills in the size that is left open, and finds the batch where a file wrote its size as a
  /// number.
  private func resolved(
    _ target: [Dimension], from source: [Dimension], _ node: ONNXFile.Node
  ) throws(NetworkError) -> [Dimension] {
    var shape = target
    let total = ValueType(source)
    let open = shape.indices.filter { shape[$0].size == -1 }
    guard open.count <= 1, shape.allSatisfy({ -1...(1 << 31) ~= $0.size }) else {
      throw mismatch(node, "\(target) is no shape")
    }
    let isMissingBatch = total.isPerExample && !shape.contains(where: \.isPerExample)
    // Where the batch is open, it is in the size that is left open, if there is one.
    if isMissingBatch, let first = shape.first, open.first != 0, first.size % declaredBatch == 0,
      !isBatchOpen || open.isEmpty
    {
      let others = shape.dropFirst().reduce(1) {
        $1.size == -1 ? $0 : saturatingProduct($0, $1.size)
      }
      let perExample = first.size / declaredBatch
      let fits =
        open.isEmpty
        ? saturatingProduct(perExample, others) == total.count
        : others > 0 && total.count % saturatingProduct(perExample, others) == 0
      if fits { shape[0] = Dimension(perExample, isPerExample: true) }
    }
    if let open = open.first {
      let others = shape.enumerated().reduce(1) {
        $1.offset == open ? $0 : saturatingProduct($0, $1.element.size)
      }
      guard others > 0, total.count % others == 0 else {
        throw mismatch(node, "\(source) does not divide into \(target)")
      }
      let isPerExample = total.isPerExample && !shape.contains(where: \.isPerExample)
      shape[open] = Dimension(total.count / others, isPerExample: isPerExample)
    }
    return shape
  }

  private static let flatten: Rule = { importer, node throws(NetworkError) in
    let shape = try importer.shape(node, 0)
    let given = node.integer("axis", 1)
    let axis = given == shape.count ? given : try importer.axis(given, rank: shape.count, node)
    func joined(_ part: ArraySlice<Dimension>) -> Dimension {
      let type = ValueType(Array(part))
      return Dimension(type.count, isPerExample: type.isPerExample)
    }
    return try importer.addUnary(.reshape([joined(shape[..<axis]), joined(shape[axis...])]), node)
  }

  private static let transpose: Rule = { importer, node throws(NetworkError) in
    let rank = try importer.shape(node, 0).count
    return try importer.addUnary(.transpose(node.integers("perm") ?? (0..<rank).reversed()), node)
  }

  private static let squeeze: Rule = { importer, node throws(NetworkError) in
    let given = try importer.integers(node, 1, orAttribute: "axes")
    if case .dimensions(let values, _) = try importer.imported(node, 0) {
      guard values.count == 1 else { throw importer.mismatch(node, "the axis is not of size 1") }
      return [.dimensions(values, isScalar: true)]
    }
    let shape = try importer.shape(node, 0)
    var dropped = Set(shape.indices.filter { shape[$0] == 1 })
    if let given {
      dropped = []
      for axis in given { dropped.insert(try importer.axis(axis, rank: shape.count, node)) }
      guard dropped.allSatisfy({ shape[$0] == 1 }) else {
        throw importer.mismatch(node, "an axis of \(shape) that is dropped is not of size 1")
      }
    }
    let kept = shape.indices.filter { !dropped.contains($0) }.map { shape[$0] }
    return try importer.addUnary(.reshape(kept), node)
  }

  private static let unsqueeze: Rule = { importer, node throws(NetworkError) in
    guard let axes = try importer.integers(node, 1, orAttribute: "axes") else {
      throw importer.mismatch(node, "it names no axes")
    }
    if case .dimensions(let values, true) = try importer.imported(node, 0) {
      return [.dimensions(values, isScalar: false)]
    }
    var shape = try importer.shape(node, 0)
    let rank = shape.count + axes.count
    guard rank <= GraphBuilder.largestRank else {
      throw importer.mismatch(node, "its result would have \(rank) axes")
    }
    var places: [Int] = []
    for axis in axes { places.append(try importer.axis(axis, rank: rank, node)) }
    guard Set(places).count == places.count else {
      throw importer.mismatch(node, "an axis is named twice")
    }
    for place in places.sorted() { shape.insert(1, at: place) }
    return try importer.addUnary(.reshape(shape), node)
  }

  private static let expand: Rule = { importer, node throws(NetworkError) in
    guard let target = importer.dimensions(node, 1) else {
      throw importer.unsupported(node, "Its shape must be known when the model is read.")
    }
    var shape = target.values
    let source = try importer.shape(node, 0)
    if let row = importer.commonRow(of: node, stretchedTo: shape) {
      let value = importer.builder.addConstant(row)
      return [.value(try importer.add(.broadcast(shape), [value], node))]
    }
    // A file that fixes the batch writes its size here too.
    if let first = source.first, first.isPerExample, shape.count == source.count,
      shape[0].size == importer.declaredBatch * first.size
    {
      shape[0] = first
    }
    let result: [Dimension]
    do throws(TypeMismatch) {
      result = try broadcastShape(source, shape)
    } catch {
      throw importer.mismatch(node, error.reason)
    }
    return try importer.addUnary(.broadcast(result), node)
  }

  /// One row of a constant that has the same for each example of a batch that the file fixes, such
  /// as the first state of a recurrence.
  private func commonRow(of node: ONNXFile.Node, stretchedTo shape: [Dimension]) -> Tensor? {
    guard let axis = shape.firstIndex(of: .batch), let constant = known(node, 0),
      constant.rank == shape.count, constant.size(axis) == declaredBatch, declaredBatch > 1
    else { return nil }
    let row = constant.sliced(axis: axis, from: 0, to: 1, by: 1)
    let fits = zip(row.shape, shape).allSatisfy { $0 == 1 || Dimension($0) == $1 }
    return fits && (constant .== row).all().booleans[0] ? row : nil
  }

  private static let tile: Rule = { importer, node throws(NetworkError) in
    let counts = try importer.integers(node, 1)
    let source = try importer.shape(node, 0)
    guard counts.count == source.count, counts.allSatisfy({ 1...1024 ~= $0 }) else {
      throw importer.mismatch(node, "\(counts) does not say how often to repeat each axis")
    }
    var value = try importer.operand(node, 0)
    for (axis, count) in counts.enumerated() where count > 1 {
      let copies = [Graph.ValueID](repeating: value, count: count)
      value = try importer.builder.add(.concatenate(axis: axis), copies)
    }
    return [.value(value)]
  }

  /// The widths are an attribute up to operator set 10, and an operand from 11 on.
  private static let pad: Rule = { importer, node throws(NetworkError) in
    let rank = try importer.shape(node, 0).count
    guard let pads = try importer.integers(node, 1, orAttribute: "pads") else {
      throw importer.mismatch(node, "it names no widths")
    }
    var axes = Array(0..<rank)
    if importer.has(node, 3) {
      axes = []
      for axis in try importer.integers(node, 3) {
        axes.append(try importer.axis(axis, rank: rank, node))
      }
    }
    guard pads.count == 2 * axes.count, pads.allSatisfy({ abs($0) <= 1 << 20 }) else {
      throw importer.mismatch(node, "\(pads) does not hold two widths an axis")
    }
    var widths = [PaddingWidth](repeating: PaddingWidth(before: 0, after: 0), count: rank)
    for (index, axis) in axes.enumerated() {
      widths[axis] = PaddingWidth(before: pads[index], after: pads[index + axes.count])
    }
    let mode: PaddingMode
    switch node.text("mode", "constant") {
    case "constant":
      guard importer.has(node, 2) else {
        mode = .constant(node.real("value", 0))
        break
      }
      guard let value = importer.known(node, 2), value.count == 1 else {
        throw importer.unsupported(node, "Its value must be known when the model is read.")
      }
      mode = .constant(value.item())
    case "reflect": mode = .reflect
    case "edge": mode = .replicate
    case "wrap": mode = .circular
    default: throw importer.unsupported(node, "Its mode is not known.")
    }
    return try importer.addUnary(.pad(widths, mode), node)
  }
}

extension Int {
  /// This index, counted from the end where it is negative, within `0...count`.
  func clampedIndex(_ count: Int) -> Int {
    Swift.min(Swift.max(self < 0 ? self + count : self, 0), count)
  }
}
