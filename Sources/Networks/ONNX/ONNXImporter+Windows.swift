import Tensors

/// Convolutions and pools.
extension ONNXImporter {
  static let windowRules: [String: Rule] = [
    "Conv": convolution, "ConvTranspose": transposedConvolution,
    "MaxPool": { importer, node throws(NetworkError) in try importer.pool(node, isMax: true) },
    "AveragePool": { importer, node throws(NetworkError) in try importer.pool(node, isMax: false) },
    "GlobalAveragePool": { importer, node throws(NetworkError) in
      try importer.globalPool(.mean, node)
    },
    "GlobalMaxPool": { importer, node throws(NetworkError) in try importer.globalPool(.max, node) },
    "Resize": resize, "Upsample": resize,
  ]

  /// Reads a list with one entry for each spatial axis.
  private func list(
    _ name: String, _ node: ONNXFile.Node, count: Int, fallback: Int, least: Int
  ) throws(NetworkError) -> [Int] {
    let values = node.integers(name) ?? Array(repeating: fallback, count: count)
    guard values.count == count, values.allSatisfy({ least...(1 << 20) ~= $0 }) else {
      throw mismatch(node, "'\(name)' is \(values), which does not fit \(count) spatial axes")
    }
    return values
  }

  /// The number of spatial axes of the first operand.
  private func spatialAxes(_ node: ONNXFile.Node) throws(NetworkError) -> Int {
    let count = try shape(node, 0).count - 2
    guard 1...3 ~= count else {
      throw unsupported(node, "It needs one to three spatial axes, not \(count).")
    }
    return count
  }

  /// The padding at both ends of each spatial axis, `auto_pad` resolved.
  private func padding(
    _ node: ONNXFile.Node, kernel: [Int], stride: [Int], dilation: [Int]
  ) throws(NetworkError) -> [PaddingWidth] {
    let count = kernel.count
    let mode = node.text("auto_pad", "NOTSET")
    switch mode {
    case "NOTSET", "":
      let pads = try list("pads", node, count: 2 * count, fallback: 0, least: 0)
      return (0..<count).map { PaddingWidth(before: pads[$0], after: pads[$0 + count]) }
    case "VALID": return kernel.map { _ in PaddingWidth(before: 0, after: 0) }
    case "SAME_UPPER", "SAME_LOWER":
      let sizes = try shape(node, 0).dropFirst(2).map(\.size)
      return (0..<count).map { axis in
        let reach = dilation[axis] * (kernel[axis] - 1) + 1
        let windows = (sizes[axis] + stride[axis] - 1) / stride[axis]
        let total = max(0, (windows - 1) * stride[axis] + reach - sizes[axis])
        let (less, more) = (total / 2, total - total / 2)
        return mode == "SAME_UPPER"
          ? PaddingWidth(before: less, after: more) : PaddingWidth(before: more, after: less)
      }
    default: throw unsupported(node, "The padding mode '\(mode)' is not known.")
    }
  }

  /// The first operand with uneven padding applied, and the even padding that is left for the
  /// operation.
  private mutating func padded(
    _ node: ONNXFile.Node, _ widths: [PaddingWidth], value: Double
  ) throws(NetworkError) -> (input: Graph.ValueID, padding: [Int]) {
    let input = try operand(node, 0)
    if widths.allSatisfy({ $0.before == $0.after }) { return (input, widths.map(\.before)) }
    let whole = PaddingWidth(before: 0, after: 0)
    let padded = try builder.add(.pad([whole, whole] + widths, .constant(value)), [input])
    return (padded, widths.map { _ in 0 })
  }

  private static let convolution: Rule = { importer, node throws(NetworkError) in
    let count = try importer.spatialAxes(node)
    let kernel = try importer.shape(node, 1).dropFirst(2).map(\.size)
    guard kernel.count == count else {
      throw importer.mismatch(node, "the weight has another rank")
    }
    let stride = try importer.list("strides", node, count: count, fallback: 1, least: 1)
    let dilation = try importer.list("dilations", node, count: count, fallback: 1, least: 1)
    let widths = try importer.padding(node, kernel: kernel, stride: stride, dilation: dilation)
    let (input, padding) = try importer.padded(node, widths, value: 0)
    let groups = node.integer("group", 1)
    guard 1...(1 << 20) ~= groups else { throw importer.mismatch(node, "it has \(groups) groups") }
    let geometry = ConvolutionGeometry(
      stride: stride, padding: padding, dilation: dilation, groups: groups)
    var operands = [input, try importer.operand(node, 1)]
    if importer.has(node, 2) { operands.append(try importer.operand(node, 2)) }
    return [.value(try importer.add(.convolution(geometry), operands, node))]
  }

  private static let transposedConvolution: Rule = { importer, node throws(NetworkError) in
    let count = try importer.spatialAxes(node)
    guard ["NOTSET", "", "VALID"].contains(node.text("auto_pad", "NOTSET")),
      node.integers("output_shape") == nil
    else { throw importer.unsupported(node, "Export it with explicit pads.") }
    let pads = try importer.list("pads", node, count: 2 * count, fallback: 0, least: 0)
    guard pads.prefix(count) == pads.suffix(count) else {
      throw importer.unsupported(node, "Its padding differs at the two ends of an axis.")
    }
    let groups = node.integer("group", 1)
    guard 1...(1 << 20) ~= groups else { throw importer.mismatch(node, "it has \(groups) groups") }
    let geometry = ConvolutionGeometry(
      stride: try importer.list("strides", node, count: count, fallback: 1, least: 1),
      padding: Array(pads.prefix(count)),
      dilation: try importer.list("dilations", node, count: count, fallback: 1, least: 1),
      groups: groups)
    let output = try importer.list("output_padding", node, count: count, fallback: 0, least: 0)
    var operands = [try importer.operand(node, 0), try importer.operand(node, 1)]
    if importer.has(node, 2) { operands.append(try importer.operand(node, 2)) }
    let operation = Operation.transposedConvolution(geometry, outputPadding: output)
    return [.value(try importer.add(operation, operands, node))]
  }

  private mutating func pool(
    _ node: ONNXFile.Node, isMax: Bool
  ) throws(NetworkError) -> [Imported] {
    let count = try spatialAxes(node)
    guard node.attributes["kernel_shape"] != nil else { throw mismatch(node, "it names no kernel") }
    let kernel = try list("kernel_shape", node, count: count, fallback: 1, least: 1)
    let stride = try list("strides", node, count: count, fallback: 1, least: 1)
    let dilation = try list("dilations", node, count: count, fallback: 1, least: 1)
    let widths = try padding(node, kernel: kernel, stride: stride, dilation: dilation)
    let countsPadding = node.integer("count_include_pad", 0) != 0
    let isUneven = widths.contains { $0.before != $0.after }
    guard isMax || ((countsPadding || !isUneven) && dilation.allSatisfy { $0 == 1 }) else {
      throw unsupported(node, "Its padding is uneven and does not count, or it is dilated.")
    }
    let (input, padding) = try padded(node, widths, value: isMax ? -.infinity : 0)
    let geometry = PoolingGeometry(
      kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      roundsUp: node.integer("ceil_mode", 0) != 0)
    let operation: Operation =
      isMax ? .maxPool(geometry) : .averagePool(geometry, countsPadding: countsPadding)
    return [.value(try add(operation, [input], node))]
  }

  private mutating func globalPool(
    _ reduction: Reduction, _ node: ONNXFile.Node
  ) throws(NetworkError) -> [Imported] {
    let axes = Array(2..<max(3, try shape(node, 0).count))
    return try addUnary(.reduce(reduction, axes: axes, keepingAxes: true), node)
  }

  private static let resize: Rule = { importer, node throws(NetworkError) in
    let source = try importer.shape(node, 0)
    guard source.count >= 3 else { throw importer.mismatch(node, "it has no spatial axes") }
    guard node.integer("antialias", 0) == 0, node.integer("exclude_outside", 0) == 0,
      node.text("keep_aspect_ratio_policy", "stretch") == "stretch"
    else { throw importer.unsupported(node, "It smooths, or keeps the ratio of the sides.") }
    let (sizes, isExact) = try importer.resizedSizes(node, source)
    guard sizes.prefix(2) == source.prefix(2).map(\.size)[...] else {
      throw importer.unsupported(node, "It changes the batch or the channels.")
    }
    let mode: InterpolationMode
    switch node.text("mode", "nearest") {
    case "nearest": mode = .nearest
    case "linear", "bilinear": mode = .linear
    case "cubic": mode = .cubic
    default: throw importer.unsupported(node, "Its interpolation mode is not known.")
    }
    let fallback =
      node.operation == "Upsample" || importer.file.opset == 10 ? "asymmetric" : "half_pixel"
    let coordinates = node.text("coordinate_transformation_mode", fallback)
    let rounding = node.text(
      "nearest_mode", fallback == "asymmetric" ? "floor" : "round_prefer_floor")
    let ratios = zip(sizes, source).dropFirst(2).map { Double($0) / Double(max(1, $1.size)) }
    let isWholeEnlargement = ratios.allSatisfy { $0 >= 1 && $0.rounded() == $0 }
    switch (mode, coordinates) {
    case (.nearest, "asymmetric") where rounding == "floor": break
    case (.nearest, "half_pixel") where isWholeEnlargement,
      (.nearest, "pytorch_half_pixel") where isWholeEnlargement:
      break  // every way of rounding a repeated pixel's place finds that pixel
    case (_, "half_pixel") where !isExact, (_, "pytorch_half_pixel") where !isExact:
      throw importer.unsupported(node, "Its scales do not lead to whole sizes.")
    case (.linear, "half_pixel"), (.linear, "pytorch_half_pixel"), (.linear, "align_corners"): break
    case (.cubic, "half_pixel"), (.cubic, "pytorch_half_pixel"), (.cubic, "align_corners"):
      guard abs(node.real("cubic_coeff_a", -0.75) + 0.75) < 1e-6 else {
        throw importer.unsupported(node, "Its cubic coefficient is not -0.75.")
      }
    default:
      throw importer.unsupported(
        node, "The mode '\(node.text("mode", "nearest"))' with '\(coordinates)' is not known.")
    }
    let operation = Operation.resize(
      Array(sizes.dropFirst(2)), mode, alignsCorners: coordinates == "align_corners")
    return try importer.addUnary(operation, node)
  }

  /// The sizes that a resize asks for, from its sizes or its scales, for one example; and whether
  /// those scales lead to whole sizes.
  private func resizedSizes(
    _ node: ONNXFile.Node, _ source: [Dimension]
  ) throws(NetworkError) -> (sizes: [Int], isExact: Bool) {
    var axes = Array(source.indices)
    if let given = node.integers("axes") {
      axes = []
      for axis in given { axes.append(try self.axis(axis, rank: source.count, node)) }
    }
    var sizes = source.map(\.size)
    if let target = dimensions(node, 3) {
      guard target.values.count == axes.count else { throw mismatch(node, "it names other axes") }
      for (axis, target) in zip(axes, target.values)
      where !source[axis].isPerExample || target.isPerExample {
        sizes[axis] = target.size
      }
      return (sizes, true)
    }
    let index = file.opset >= 11 ? 2 : 1
    let scales =
      has(node, index)
      ? known(node, index)?.elements(as: Double.self) : node.attributes["scales"]?.reals
    guard let scales, scales.count == axes.count, scales.allSatisfy({ 0.001...1000 ~= $0 }) else {
      throw unsupported(node, "Its scales must be known when the model is read.")
    }
    var isExact = true
    for (axis, scale) in zip(axes, scales) {
      let size = Double(source[axis].size) * scale
      // Scales are stored in single precision: 1.2 times 5 is a little more than 6.
      let whole = abs(size - size.rounded()) < 1e-6 * size ? size.rounded() : size.rounded(.down)
      sizes[axis] = Int(whole)
      if abs(size - whole) >= 1e-6 * size { isExact = false }
    }
    return (sizes, isExact)
  }
}
