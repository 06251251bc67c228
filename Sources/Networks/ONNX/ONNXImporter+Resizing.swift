import Tensors

/// Resize and Upsample, in all modes.
///
/// The common ones are one operation. The others go axis by axis, by a gather or by a matrix with a
/// row for each new place: interpolation is linear in the pixels.
extension ONNXImporter {
  static let resizingRules: [String: Rule] = ["Resize": resize, "Upsample": resize]

  private static let resize: Rule = { importer, node throws(NetworkError) in
    let source = try importer.shape(node, 0)
    let axes = try importer.resizedAxes(node, source)
    let rule = try importer.interpolation(node)
    if let operation = rule.operation(for: axes, rank: source.count) {
      return try importer.addUnary(operation, node)
    }
    var value = try importer.operand(node, 0)
    for axis in axes where !rule.keeps(axis) {
      guard !source[axis.index].isPerExample else {
        throw importer.unsupported(node, "It changes the batch.")
      }
      value = try importer.resized(value, along: axis, by: rule, node)
    }
    return [.value(value)]
  }

  private func interpolation(_ node: ONNXFile.Node) throws(NetworkError) -> Interpolation {
    let method: Interpolation.Method
    switch node.text("mode", "nearest") {
    case "nearest": method = .nearest
    case "linear", "bilinear": method = .linear
    case "cubic": method = .cubic
    default: throw unsupported(node, "Its interpolation mode is not known.")
    }
    let fallback = node.operation == "Upsample" || file.opset == 10 ? "asymmetric" : "half_pixel"
    let coordinates = node.text("coordinate_transformation_mode", fallback)
    let isOld = node.operation == "Upsample" || file.opset == 10
    let rounding = isOld ? "floor" : node.text("nearest_mode", "round_prefer_floor")
    guard let place = Interpolation.Coordinates(rawValue: coordinates),
      let rounding = Interpolation.Rounding(rawValue: rounding)
    else { throw unsupported(node, "Its places '\(coordinates)' or rounding are not known.") }
    return Interpolation(
      method: method, coordinates: place, rounding: rounding,
      cubicCoefficient: node.real("cubic_coeff_a", -0.75),
      excludesOutside: node.integer("exclude_outside", 0) != 0,
      isSmoothed: node.integer("antialias", 0) != 0,
      extrapolation: node.real("extrapolation_value", 0))
  }

  /// The axes that the node names, with their sizes and scales, for one example.
  private func resizedAxes(
    _ node: ONNXFile.Node, _ source: [Dimension]
  ) throws(NetworkError) -> [Interpolation.Axis] {
    var places = Array(source.indices)
    if let given = node.integers("axes") {
      places = []
      for axis in given { places.append(try self.axis(axis, rank: source.count, node)) }
    }
    let sizes = places.map { Double(source[$0].size) }
    let index = file.opset >= 11 ? 2 : 1
    var targets: [Int]
    var scales: [Double]
    if let target = dimensions(node, 3) {
      guard target.values.count == places.count else { throw mismatch(node, "it names other axes") }
      targets = target.values.indices.map {
        // The size of the batch stays what it is, also where the file writes it as a number.
        source[places[$0]].isPerExample ? source[places[$0]].size : target.values[$0].size
      }
      scales = zip(targets, sizes).map { Double($0) / $1 }
      let policy = node.text("keep_aspect_ratio_policy", "stretch")
      if policy != "stretch", let scale = policy == "not_larger" ? scales.min() : scales.max() {
        scales = scales.map { _ in scale }
        targets = sizes.map { Int((scale * $0 + 0.5).rounded(.down)) }
      }
    } else {
      let given =
        has(node, index)
        ? known(node, index)?.elements(as: Double.self) : node.attributes["scales"]?.reals
      guard let given, given.count == places.count, given.allSatisfy({ 0.001...1000 ~= $0 }) else {
        throw unsupported(node, "Its scales must be known when the model is read.")
      }
      scales = given
      targets = zip(sizes, scales).map { size, scale in
        // Scales are stored in single precision: 1.2 times 5 is a little more than 6.
        let size = size * scale
        let whole = abs(size - size.rounded()) < 1e-6 * size ? size.rounded() : size.rounded(.down)
        return Int(whole)
      }
    }
    let count = zip(places, targets).reduce(ValueType(source).count) {
      saturatingProduct($0 / max(1, source[$1.0].size), $1.1)
    }
    guard targets.allSatisfy({ 1..<(1 << 24) ~= $0 }), count <= GraphBuilder.largestValue else {
      throw mismatch(node, "its result of \(targets) pixels would be empty or not fit in memory")
    }
    let corners = known(node, 1).flatMap {
      $0.count == 2 * places.count ? $0.elements(as: Double.self) : nil
    }
    guard corners?.allSatisfy({ abs($0) < 1e6 }) ?? true else {
      throw mismatch(node, "the corners of its crop are no places")
    }
    return places.indices.map {
      Interpolation.Axis(
        index: places[$0], size: source[places[$0]].size, target: targets[$0], scale: scales[$0],
        start: corners?[$0] ?? 0, end: corners?[places.count + $0] ?? 1)
    }
  }

  /// The most pixels that an axis may get whose places are laid out one by one.
  private static let longestAxis = 1 << 20

  /// The most weights that a matrix between pixels may have.
  private static let largestResizing = 1 << 25

  private mutating func resized(
    _ value: Graph.ValueID, along axis: Interpolation.Axis, by rule: Interpolation,
    _ node: ONNXFile.Node
  ) throws(NetworkError) -> Graph.ValueID {
    guard axis.target <= Self.longestAxis else {
      throw mismatch(node, "it resizes an axis to \(axis.target) pixels")
    }
    if let sources = rule.sources(of: axis) {
      return try builder.add(
        .gather(axis: axis.index), [value, builder.addConstant(Tensor(sources))])
    }
    guard saturatingProduct(axis.target, axis.size) <= Self.largestResizing else {
      throw mismatch(node, "it resizes \(axis.size) pixels to \(axis.target)")
    }
    let rank = builder.type(of: value).shape.count
    var order = Array(0..<rank)
    order.swapAt(axis.index, rank - 1)
    let (weights, bias) = rule.matrix(of: axis)
    let matrix = builder.addConstant(own(Tensor(weights, shape: [axis.target, axis.size])))
    var operands = [
      axis.index == rank - 1 ? value : try builder.add(.transpose(order), [value]), matrix,
    ]
    if bias.contains(where: { $0 != 0 }) { operands.append(builder.addConstant(own(Tensor(bias)))) }
    let made = try builder.add(.linear, operands)
    return axis.index == rank - 1 ? made : try builder.add(.transpose(order), [made])
  }
}

/// How pixels between pixels are made.
private struct Interpolation {
  enum Method { case nearest, linear, cubic }

  /// Where a new pixel lies among the old ones.
  enum Coordinates: String {
    case halfPixel = "half_pixel"
    case symmetricHalfPixel = "half_pixel_symmetric"
    case torchHalfPixel = "pytorch_half_pixel"
    case alignedCorners = "align_corners"
    case asymmetric
    case crop = "tf_crop_and_resize"
  }

  enum Rounding: String {
    case preferringFloor = "round_prefer_floor"
    case preferringCeiling = "round_prefer_ceil"
    case floor
    case ceiling = "ceil"
  }

  struct Axis {
    let index: Int
    let size: Int
    let target: Int
    let scale: Double
    /// The ends of a crop, as shares of the axis.
    let start: Double
    let end: Double

    /// Whether the scale is the ratio of the sizes.
    var isExact: Bool { abs(Double(size) * scale - Double(target)) < 1e-6 * Double(target) }
  }

  let method: Method
  let coordinates: Coordinates
  let rounding: Rounding
  let cubicCoefficient: Double
  let excludesOutside: Bool
  let isSmoothed: Bool
  let extrapolation: Double

  private var roundsToNearest: Bool {
    rounding == .preferringFloor || rounding == .preferringCeiling
  }

  /// The operation that does all axes at once, if one does.
  func operation(for axes: [Axis], rank: Int) -> Operation? {
    let spatial = axes.filter { $0.index >= 2 }
    guard 3...5 ~= rank, spatial.map(\.index) == Array(2..<rank), axes.allSatisfy(\.isExact),
      axes.allSatisfy({ $0.index >= 2 || $0.size == $0.target }), !isSmoothed, !excludesOutside
    else { return nil }
    let sizes = spatial.map(\.target)
    let isWholeEnlargement = spatial.allSatisfy { $0.target % $0.size == 0 }
    switch (method, coordinates) {
    case (.nearest, .asymmetric) where rounding == .floor: break
    // Rounding the place of a repeated pixel finds that pixel.
    case (.nearest, .halfPixel) where isWholeEnlargement && roundsToNearest,
      (.nearest, .torchHalfPixel) where isWholeEnlargement && roundsToNearest:
      break
    case (.linear, .halfPixel), (.linear, .torchHalfPixel), (.linear, .alignedCorners): break
    case (.cubic, .halfPixel), (.cubic, .torchHalfPixel), (.cubic, .alignedCorners):
      guard abs(cubicCoefficient + 0.75) < 1e-6, rank == 4 else { return nil }
    default: return nil
    }
    // The two differ where an axis shrinks to one pixel.
    guard coordinates == .asymmetric || spatial.allSatisfy({ $0.target > 1 || $0.size == 1 }) else {
      return nil
    }
    let mode: InterpolationMode =
      switch method {
      case .nearest: .nearest
      case .linear: .linear
      case .cubic: .cubic
      }
    return .resize(sizes, mode, alignsCorners: coordinates == .alignedCorners)
  }

  /// Whether an axis stays as it is.
  func keeps(_ axis: Axis) -> Bool {
    axis.size == axis.target && axis.scale == 1
      && (coordinates != .crop || axis.start == 0 && axis.end == 1)
  }

  /// The place of each new pixel among the old ones.
  private func places(of axis: Axis) -> [Double] {
    let (size, target) = (Double(axis.size), Double(axis.target))
    return (0..<axis.target).map { index in
      let i = Double(index)
      switch coordinates {
      case .halfPixel: return (i + 0.5) / axis.scale - 0.5
      case .symmetricHalfPixel:
        let adjustment = target / (axis.scale * size)
        return size / 2 * (1 - adjustment) + (i + 0.5) / axis.scale - 0.5
      case .torchHalfPixel: return axis.target > 1 ? (i + 0.5) / axis.scale - 0.5 : 0
      case .alignedCorners: return axis.target > 1 ? i * (size - 1) / (target - 1) : 0
      case .asymmetric: return i / axis.scale
      case .crop:
        return axis.target > 1
          ? axis.start * (size - 1) + i * (axis.end - axis.start) * (size - 1) / (target - 1)
          : 0.5 * (axis.start + axis.end) * (size - 1)
      }
    }
  }

  private func nearest(to place: Double, size: Int) -> Int {
    let whole =
      switch rounding {
      case .preferringFloor: (place - 0.5).rounded(.up)
      case .preferringCeiling: (place + 0.5).rounded(.down)
      case .floor: place.rounded(.down)
      case .ceiling: place.rounded(.up)
      }
    return min(max(Int(whole), 0), size - 1)
  }

  /// The old pixel that each new one repeats, if it repeats one.
  func sources(of axis: Axis) -> [Int]? {
    guard method == .nearest, coordinates != .crop else { return nil }
    return places(of: axis).map { nearest(to: $0, size: axis.size) }
  }

  /// The weights of the old pixels in each new one, row by row, and what is added.
  func matrix(of axis: Axis) -> (weights: [Double], bias: [Double]) {
    var weights = [Double](repeating: 0, count: axis.target * axis.size)
    var bias = [Double](repeating: 0, count: axis.target)
    for (row, place) in places(of: axis).enumerated() {
      if coordinates == .crop, !(0...Double(axis.size - 1) ~= place) {
        bias[row] = extrapolation
        continue
      }
      if method == .nearest {
        weights[row * axis.size + nearest(to: place, size: axis.size)] = 1
        continue
      }
      let stretch = isSmoothed ? min(axis.scale, 1) : 1
      let reach = (method == .linear ? 1.0 : 2.0) / stretch
      let first = Int((place - reach).rounded(.down))
      let last = Int((place + reach).rounded(.up))
      let taps = (first...last).map { (index: $0, weight: weight((Double($0) - place) * stretch)) }
      let kept = excludesOutside ? taps.filter { 0..<axis.size ~= $0.index } : taps
      let total = kept.reduce(0) { $0 + $1.weight }
      // Places outside of the image show its edge.
      for tap in kept {
        let index = min(max(tap.index, 0), axis.size - 1)
        weights[row * axis.size + index] += tap.weight / total
      }
    }
    return (weights, bias)
  }

  /// The weight of a pixel at a distance: a triangle, or Keys' cubic.
  private func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    if method == .linear { return max(0, 1 - x) }
    let a = cubicCoefficient
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}
