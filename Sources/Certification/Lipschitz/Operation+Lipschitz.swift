import Networks
import Tensors

/// What a rule for Lipschitz constants knows of a node.
struct LipschitzSite {
  let id: Graph.ValueID
  let node: Graph.Node
  let operands: [Graph.Node]
  /// Whether an example of the result has as many elements for each one of an operand.
  func copies(of operand: Int) -> Double {
    Double(node.type.count) / Double(max(1, operands[operand].type.count))
  }
}

extension Operation {
  /// Returns a bound of the Lipschitz constant of this node's value in the network's input.
  ///
  /// - `x`: the bounds of the operands, one number each; nil for what does not depend on the input.
  /// - `value`: the value of an operand that does not depend on the input.
  /// - Soundness: in real arithmetic, given gains of linear maps; the caller moves the result
  ///   outward for rounding.
  /// - Source: "Intriguing properties of neural networks" (2013), section 4.3, for products; sums
  ///   and joins by the triangle inequality.
  /// - Throws: `NetworkError.unsupported` if the operation is not Lipschitz, or has no rule.
  func lipschitz(
    of x: [Tensor?], at site: LipschitzSite, _ gains: some LinearGains,
    value: (Int) throws(NetworkError) -> Tensor
  ) throws(NetworkError) -> Tensor? {
    if case .input = self { return Tensor(scalar: 1.0) }
    guard x.contains(where: { $0 != nil }) else { return nil }
    let isEuclidean = gains.norm == .l2
    func refused(_ hint: String) -> NetworkError {
      .unsupported(
        node: site.node.name, operation: name, interpretation: "Lipschitz bounds", hint: hint)
    }
    /// The bound of the first operand, all others being fixed.
    func only(_ hint: String = "Its weights depend on the input.") throws(NetworkError) -> Tensor {
      guard let first = x[0], x.dropFirst().allSatisfy({ $0 == nil }) else { throw refused(hint) }
      return first
    }
    /// What an element that appears `count` times adds to a distance.
    func repeated(_ x: Tensor, _ count: Double) -> Tensor {
      isEuclidean && count > 1 ? x * count.squareRoot() : x
    }
    switch self {
    case .input, .parameter, .buffer, .constant: return nil
    case .map(let function):
      guard let slope = function.steepestSlope else {
        throw refused("Its slope has no bound over all numbers.")
      }
      return try only() * slope
    case .combine(let function):
      let spread = x.enumerated().map { index, x in x.map { repeated($0, site.copies(of: index)) } }
      guard let result = try function.lipschitz(of: spread, isEuclidean: isEuclidean, value: value)
      else { throw refused("It is not Lipschitz in what depends on the input.") }
      return result
    case .choose:
      guard x[0] == nil else { throw refused("It jumps where its condition changes.") }
      let branches = (1...2).compactMap { index in
        x[index].map { repeated($0, site.copies(of: index)) }
      }
      return branches.joined(isEuclidean: isEuclidean)
    case .linear: return try only() * gains.gain(ofMatrix: try value(1), at: site.id)
    case .matmul:
      let fixed = x[0] == nil ? 0 : 1
      guard x[fixed] == nil, let moving = x[1 - fixed] else {
        throw refused("A product of two values that depend on the input grows without limit.")
      }
      let matrix = try value(fixed)
      guard matrix.rank == 2 else { throw refused("Its fixed operand is no single matrix.") }
      return moving * gains.gain(ofMatrix: fixed == 0 ? matrix : matrix.transposed(), at: site.id)
    case .convolution(let geometry):
      return try only()
        * gains.gain(
          ofKernel: try value(1), geometry, input: site.operands[0].type.shape.spatial, at: site.id)
    case .transposedConvolution(let geometry, _):
      let (moving, kernel) = (try only(), try value(1))
      if isEuclidean {
        // A map and its transpose have one norm; the transpose takes this node's result.
        return moving
          * gains.gain(
            ofKernel: kernel, geometry, input: site.node.type.shape.spatial, at: site.id)
      }
      return moving * kernel.magnitude().sum()
    case .maxPool(let geometry): return repeated(try only(), geometry.overlap)
    case .averagePool(let geometry, let countsPadding):
      let isEven = countsPadding && !geometry.roundsUp || geometry.padding.allSatisfy { $0 == 0 }
      let share = isEven && !geometry.roundsUp ? Double(geometry.kernel.reduce(1, *)) : 1
      return isEuclidean ? try only() * (geometry.overlap / share).squareRoot() : try only()
    case .batchNormalization(let epsilon):
      let moving = try only("Its statistics depend on the input.")
      let deviation = (try value(4).cast(to: .float64) + epsilon).squareRoot()
      return moving * (try value(1).cast(to: .float64) / deviation).magnitude().max(axes: nil)
    case .layerNormalization(let axes, let epsilon):
      let size = site.operands[0].type.shape.suffix(axes).reduce(1) { $0 * $1.size }
      let scale = x.count > 1 ? try value(1).magnitude().max(axes: nil) : Tensor(scalar: 1.0)
      return try only() * scale * standardizationGain(size, epsilon, isEuclidean)
    case .groupNormalization(let groups, let epsilon):
      let size = site.operands[0].type.count / groups
      let scale = x.count > 1 ? try value(1).magnitude().max(axes: nil) : Tensor(scalar: 1.0)
      return try only() * scale * standardizationGain(size, epsilon, isEuclidean)
    // The Jacobian diag(p) - ppᵀ has row sums of magnitudes 2p(1 - p), at most a half.
    case .softmax: return try only() * 0.5
    case .logSoftmax(let axis):
      let size = Double(site.node.type.shape[axis].size)
      return try only() * (isEuclidean ? size.squareRoot() : 2)
    case .reshape, .transpose, .slice, .reverse: return try only()
    case .broadcast: return repeated(try only(), site.copies(of: 0))
    case .concatenate: return x.compactMap { $0 }.joined(isEuclidean: isEuclidean)
    case .gather:
      let moving = try only("Its indices depend on the input.")
      let places = try value(1).integers
      let most = Dictionary(grouping: places) { $0 }.values.map(\.count).max() ?? 1
      // The same place may be counted from either end.
      return repeated(moving, Double(most * (places.contains { $0 < 0 } ? 2 : 1)))
    case .pad(let widths, let mode):
      if case .constant = mode { return try only() }
      let copies = widths.reduce(1.0) { $0 * Double(1 + max(0, $1.before) + max(0, $1.after)) }
      return repeated(try only(), copies)
    case .resize(let sizes, let mode, _):
      guard mode != .cubic else { throw refused("Cubic interpolation has weights below zero.") }
      let input = site.operands[0].type.shape.spatial
      let copies = zip(sizes, input).reduce(1.0) { product, axis in
        product * Double(2 * ((axis.0 + axis.1 - 1) / axis.1 + 1))
      }
      return repeated(try only(), copies)
    case .reduce(let reduction, _, _):
      let count = 1 / site.copies(of: 0)
      guard let gain = reduction.lipschitzGain(count: count, isEuclidean: isEuclidean) else {
        throw refused("Its slope has no bound over all numbers.")
      }
      return try only() * gain
    case .argmax: throw refused("It jumps.")
    case .cast(let dtype):
      guard dtype.isFloatingPoint else { throw refused("Rounding to integers jumps.") }
      return try only()
    }
  }

  /// The largest gain of centering and dividing by the root of variance plus `epsilon`.
  ///
  /// The Jacobian is a contraction divided by that root, which is at least `√epsilon`.
  private func standardizationGain(_ size: Int, _ epsilon: Double, _ isEuclidean: Bool) -> Double {
    (isEuclidean ? 1 : Double(size).squareRoot()) / epsilon.squareRoot()
  }
}

extension [Tensor] {
  /// The bound of values side by side.
  fileprivate func joined(isEuclidean: Bool) -> Tensor {
    if count == 1 { return self[0] }
    let values = map { $0.cast(to: .float64) }
    return isEuclidean
      ? values.dropFirst().reduce(values[0].square()) { $0 + $1.square() }.squareRoot()
      : values.dropFirst().reduce(values[0]) { $0.maximum($1) }
  }
}

extension BinaryFunction {
  /// Returns the bound of a function of two operands, nil where it has none.
  fileprivate func lipschitz(
    of x: [Tensor?], isEuclidean: Bool, value: (Int) throws(NetworkError) -> Tensor
  ) throws(NetworkError) -> Tensor? {
    switch self {
    case .add, .subtract:
      if let left = x[0], let right = x[1] { return left + right }
      return x[0] ?? x[1]
    case .multiply:
      guard x[0] == nil || x[1] == nil, let moving = x[0] ?? x[1] else { return nil }
      let fixed = try value(x[0] == nil ? 0 : 1)
      return moving * fixed.cast(to: .float64).magnitude().max(axes: nil)
    case .divide:
      guard let moving = x[0], x[1] == nil else { return nil }
      return moving / (try value(1)).cast(to: .float64).magnitude().min(axes: nil)
    case .minimum, .maximum: return x.compactMap { $0 }.joined(isEuclidean: isEuclidean)
    case .parametricRelu:
      guard let moving = x[0], x[1] == nil else { return nil }
      let slope = try value(1).cast(to: .float64).magnitude().max(axes: nil)
      return moving * slope.clamped(from: 1)
    case .power, .remainder, .truncatedRemainder, .equal, .less, .lessOrEqual, .greater,
      .greaterOrEqual, .and, .or, .exclusiveOr:
      return nil
    }
  }
}

extension Reduction {
  /// The gain of reducing `count` elements to one; nil where it has no bound.
  fileprivate func lipschitzGain(count: Double, isEuclidean: Bool) -> Double? {
    switch self {
    case .sum, .sumOfMagnitudes: isEuclidean ? count.squareRoot() : count
    case .mean: isEuclidean ? 1 / count.squareRoot() : 1
    case .max, .min, .logSumExp: 1
    case .euclideanNorm: isEuclidean ? 1 : count.squareRoot()
    case .product, .sumOfSquares, .logSum: nil
    }
  }
}

extension PoolingGeometry {
  /// In how many windows one element lies at most.
  fileprivate var overlap: Double {
    dilation.contains { $0 > 1 }
      ? Double(kernel.reduce(1, *))
      : zip(kernel, stride).reduce(1) { $0 * Double(($1.0 + $1.1 - 1) / $1.1) }
  }
}

extension [Dimension] {
  /// The sizes behind batch and channels.
  var spatial: [Int] { dropFirst(2).map(\.size) }
}
