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
    let groups = node.integer("group", 1)
    guard 1...(1 << 20) ~= groups else { throw importer.mismatch(node, "it has \(groups) groups") }
    let stride = try importer.list("strides", node, count: count, fallback: 1, least: 1)
    let dilation = try importer.list("dilations", node, count: count, fallback: 1, least: 1)
    let output = try importer.list("output_padding", node, count: count, fallback: 0, least: 0)
    let kernel = try importer.shape(node, 1).dropFirst(2).map(\.size)
    guard kernel.count == count else {
      throw importer.mismatch(node, "the weight has another rank")
    }
    let sizes = try importer.shape(node, 0).dropFirst(2).map(\.size)
    let full = (0..<count).map { (axis: Int) -> Int in
      let width = dilation[axis] * (kernel[axis] - 1) + 1
      return (sizes[axis] - 1) * stride[axis] + width + output[axis]
    }
    let cut = try importer.transposedPadding(node, stride: stride, full: full, sizes: sizes)
    let isEven = cut.allSatisfy { $0.before == $0.after }
    let geometry = ConvolutionGeometry(
      stride: stride, padding: isEven ? cut.map(\.before) : cut.map { _ in 0 }, dilation: dilation,
      groups: groups)
    var operands = [try importer.operand(node, 0), try importer.operand(node, 1)]
    if importer.has(node, 2) { operands.append(try importer.operand(node, 2)) }
    let operation = Operation.transposedConvolution(geometry, outputPadding: output)
    var value = try importer.add(operation, operands, node)
    guard !isEven else { return [.value(value)] }
    for axis in 0..<count {
      let end = full[axis] - cut[axis].after
      guard 0..<end ~= cut[axis].before else {
        throw importer.mismatch(node, "its padding leaves nothing of the image")
      }
      value = try importer.builder.add(
        .slice(axis: axis + 2, start: cut[axis].before, end: end, step: 1), [value])
    }
    return [.value(value)]
  }

  /// What is cut off the two ends of each axis of a transposed convolution's full result.
  private func transposedPadding(
    _ node: ONNXFile.Node, stride: [Int], full: [Int], sizes: [Int]
  ) throws(NetworkError) -> [PaddingWidth] {
    let count = stride.count
    let mode = node.text("auto_pad", "NOTSET")
    let target: [Int]
    if let given = node.integers("output_shape") {
      guard given.count >= count else { throw mismatch(node, "'output_shape' is \(given)") }
      target = Array(given.suffix(count))
    } else if mode.hasPrefix("SAME") {
      target = zip(sizes, stride).map { $0 * $1 }
    } else {
      let pads =
        mode == "VALID"
        ? Array(repeating: 0, count: 2 * count)
        : try list("pads", node, count: 2 * count, fallback: 0, least: 0)
      return (0..<count).map { PaddingWidth(before: pads[$0], after: pads[$0 + count]) }
    }
    var widths: [PaddingWidth] = []
    for (full, target) in zip(full, target) {
      let total = full - target
      guard total >= 0, target > 0 else {
        throw unsupported(node, "It asks for an image larger than its kernels reach.")
      }
      let (less, more) = (total / 2, total - total / 2)
      widths.append(
        mode == "SAME_UPPER"
          ? PaddingWidth(before: less, after: more) : PaddingWidth(before: more, after: less))
    }
    return widths
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
    let roundsUp = node.integer("ceil_mode", 0) != 0
    if isUneven || !isMax && dilation.contains(where: { $0 != 1 }) {
      let windows = PoolWindows(
        sizes: try shape(node, 0).dropFirst(2).map(\.size), kernel: kernel, stride: stride,
        dilation: dilation, padding: widths, roundsUp: roundsUp, countsPadding: countsPadding)
      guard !windows.isEmpty else {
        throw mismatch(node, "the kernel is larger than the padded image")
      }
      return [.value(try isMax ? maximum(node, windows) : averaged(node, windows))]
    }
    let input = try operand(node, 0)
    let geometry = PoolingGeometry(
      kernel: kernel, stride: stride, padding: widths.map(\.before), dilation: dilation,
      roundsUp: roundsUp)
    let operation: Operation =
      isMax ? .maxPool(geometry) : .averagePool(geometry, countsPadding: countsPadding)
    return [.value(try add(operation, [input], node))]
  }

  /// The first operand with so much around it that each window lies inside.
  private mutating func padded(
    _ node: ONNXFile.Node, _ windows: PoolWindows, with value: Double
  ) throws(NetworkError) -> Graph.ValueID {
    let whole = PaddingWidth(before: 0, after: 0)
    return try builder.add(
      .pad([whole, whole] + windows.reach(), .constant(value)), [operand(node, 0)])
  }

  private mutating func maximum(
    _ node: ONNXFile.Node, _ windows: PoolWindows
  ) throws(NetworkError) -> Graph.ValueID {
    let padded = try padded(node, windows, with: -.infinity)
    return try add(.maxPool(windows.geometryWithoutPadding), [padded], node)
  }

  /// The means of windows as sums over zeros around the image, each divided by its number of pixels.
  private mutating func averaged(
    _ node: ONNXFile.Node, _ windows: PoolWindows
  ) throws(NetworkError) -> Graph.ValueID {
    let padded = try padded(node, windows, with: 0)
    let shares = builder.addConstant(own(windows.shares()))
    let taps = windows.kernel.reduce(1) { saturatingProduct($0, $1) }
    if windows.dilation.allSatisfy({ $0 == 1 }) {
      let means = try builder.add(
        .averagePool(windows.geometryWithoutPadding, countsPadding: true), [padded])
      let sums = try builder.add(.combine(.multiply), [means, number(Double(taps))])
      return try add(.combine(.multiply), [sums, shares], node)
    }
    let channels = builder.type(of: padded).shape[1].size
    guard saturatingProduct(channels, taps) <= 1 << 22 else {
      throw unsupported(node, "Its dilated kernel \(windows.kernel) is too large.")
    }
    let spatial = windows.kernel.count
    let weight = builder.addConstant(own(Tensor.ones([channels, 1] + windows.kernel)))
    let geometry = ConvolutionGeometry(
      stride: windows.stride, padding: Array(repeating: 0, count: spatial),
      dilation: windows.dilation, groups: channels)
    let sum = try builder.add(.convolution(geometry), [padded, weight])
    return try add(.combine(.multiply), [sum, shares], node)
  }

  private mutating func globalPool(
    _ reduction: Reduction, _ node: ONNXFile.Node
  ) throws(NetworkError) -> [Imported] {
    let axes = Array(2..<max(3, try shape(node, 0).count))
    return try addUnary(.reduce(reduction, axes: axes, keepingAxes: true), node)
  }
}
