import Tensors

extension LipSDPMatrix {
  /// The program of a chain: what each variable adds to the matrix.
  ///
  /// Variables are, in order: the squared bound, or, for the largest magnitude, the weight of the
  /// additional row and one of each input; then for each layer its multipliers λ, one a feature or
  /// one a group.
  struct Terms {
    private(set) var constant = Tensor.zeros([0], dtype: .float64)
    private(set) var coefficients = Tensor.zeros([0], dtype: .float64)
    private(set) var cost: [Double] = []
    private(set) var positive: [Int] = []

    init(_ links: [LipschitzChain.Link], norm: LipschitzNorm, isOnlyLayout: Bool = false) {
      let inputs = links[0].weight.size(1)
      cost = norm == .l2 ? [1] : [Double](repeating: 0.5, count: inputs + 1)
      for link in links.dropLast() {
        let count = link.multiplierCount
        positive += cost.count..<cost.count + count
        cost += [Double](repeating: 0, count: count)
      }
      guard !isOnlyLayout else { return }
      func matrix(_ x: [Double]) -> Tensor { LipSDPMatrix.Terms.matrix(links, norm: norm, x).sum }
      let zero = [Double](repeating: 0, count: cost.count)
      let constant = matrix(zero)
      self.constant = constant
      coefficients = .stacking(
        cost.indices.map { index in
          var unit = zero
          unit[index] = 1
          return matrix(unit) - constant
        })
    }

    /// Returns the matrix for one choice of the variables, and a bound of its rounding errors in the
    /// Frobenius norm.
    static func matrix(
      _ links: [LipschitzChain.Link], norm: LipschitzNorm, _ x: [Double]
    ) -> (sum: Tensor, error: Double) {
      let widths = links.map { $0.weight.size(1) }
      let rows = widths.reduce(0, +) + (norm == .linf ? 1 : 0)
      let starts = widths.indices.map { widths[..<$0].reduce(0, +) }
      var sum = Tensor.zeros([rows, rows], dtype: .float64)
      var (size, error) = (0.0, 0.0)
      func add(_ block: Tensor, _ row: Int, _ column: Int) {
        let (height, width) = (block.size(0), block.size(1))
        sum += block.padded([
          (row, rows - row - height), (column, rows - column - width),
        ])
      }
      let last = links[links.count - 1]
      let end = starts[links.count - 1]
      let lastSize = last.weight.norm().item()
      switch norm {
      case .l2:
        add(Tensor.identity(widths[0], dtype: .float64) * x[0], 0, 0)
        add(-last.weight.transposed().matmul(last.weight), end, end)
        size += lastSize * lastSize + abs(x[0])
        error += (2 * lastSize + last.error) * last.error
      case .linf:
        let weights = Tensor(Array(x[1...widths[0]]))
        add(Tensor.identity(widths[0], dtype: .float64) * weights, 0, 0)
        add(Tensor([x[0]], shape: [1, 1]), rows - 1, rows - 1)
        add(-last.weight, rows - 1, end)
        add(-last.weight.transposed(), end, rows - 1)
        size += 2 * lastSize + abs(x[0]) + weights.norm().item()
        error += 2 * last.error
      }
      var next = norm == .l2 ? 1 : widths[0] + 1
      for (index, link) in links.dropLast().enumerated() {
        let own = Array(x[next..<next + link.multiplierCount])
        next += link.multiplierCount
        let (before, cross, after) = link.form(own)
        let weight = link.weight
        let (row, column) = (starts[index + 1], starts[index])
        let mixed = cross.matmul(weight)
        add(-weight.transposed().matmul(before.matmul(weight)), column, column)
        add(-mixed, row, column)
        add(-mixed.transposed(), column, row)
        add(-after, row, row)
        let (a, c, z) = (before.norm().item(), cross.norm().item(), weight.norm().item())
        size += a * z * z + 2 * c * z + after.norm().item()
        error += a * (2 * z + link.error) * link.error + 2 * c * link.error
      }
      let symmetric = (sum + sum.transposed()) * 0.5
      let rounding = 8 * Rounding.sum(2 * rows)
      guard let basis = basis(links, rows: rows, starts: starts) else {
        return (symmetric, error + rounding * size)
      }
      let kept = basis.transposed().matmul(symmetric.matmul(basis))
      let stretch = basis.square().sum().item()
      return ((kept + kept.transposed()) * 0.5, stretch * (error + 8 * rounding * size))
    }

    /// The differences that keep what the activations keep, as columns; nil where nothing is kept.
    ///
    /// What an activation keeps of a group follows from the layer before; what is free is the rest.
    private static func basis(
      _ links: [LipschitzChain.Link], rows: Int, starts: [Int]
    ) -> Tensor? {
      guard links.contains(where: { $0.activation?.groupSize != nil }) else { return nil }
      let free = links.map { $0.freeDirections }
      let inputs = links[0].weight.size(1)
      let extra = rows - starts[links.count - 1] - links[links.count - 1].weight.size(1)
      let columns = inputs + extra + free.dropLast().reduce(0) { $0 + $1.size(1) }
      func placed(_ block: Tensor, at column: Int) -> Tensor {
        block.padded([(0, 0), (column, columns - column - block.size(1))])
      }
      var blocks = [placed(.identity(inputs, dtype: .float64), at: 0)]
      var next = inputs
      for (index, link) in links.dropLast().enumerated() {
        let image = link.weight.matmul(blocks[index])
        let own = placed(free[index], at: next)
        next += free[index].size(1)
        let loose = free[index].matmul(free[index].transposed().matmul(image))
        blocks.append(link.activation?.groupSize == nil ? own : image - loose + own)
      }
      if extra > 0 { blocks.append(placed(.identity(extra, dtype: .float64), at: next)) }
      return .concatenating(blocks)
    }
  }
}

extension LipschitzChain.Link {
  /// How many multipliers λ this layer has.
  fileprivate var multiplierCount: Int { weight.size(0) / (activation?.groupSize ?? 1) }

  /// Orthonormal directions in which the activation's result does not follow from its sums.
  ///
  /// - Shape: `[features, directions]`.
  fileprivate var freeDirections: Tensor {
    let features = weight.size(0)
    guard let free = activation?.free else { return .identity(features, dtype: .float64) }
    let groups = features / free.size(0)
    return Tensor.einsum("ij,kl->ikjl", Tensor.identity(groups, dtype: .float64), free)
      .reshaped(to: [features, groups * free.size(1)])
  }

  /// The quadratic form that no pair of points makes negative: `before` on differences in front of
  /// the activation, `after` behind it, `cross` between them.
  ///
  /// - Shape: all `[features, features]`, for one multiplier a feature or a group.
  func form(_ x: [Double]) -> (before: Tensor, cross: Tensor, after: Tensor) {
    guard let activation else { preconditionFailure("the last layer has no activation") }
    let group = activation.groupSize ?? 1
    let multipliers = Tensor(x).repeatingElements(group, axis: 0)
    let weights = Tensor.identity(multipliers.count, dtype: .float64) * multipliers
    if case .slopes(let range) = activation {
      let (low, high) = (range.lowerBound, range.upperBound)
      return (weights * (-2 * low * high), weights * (low + high), weights * -2.0)
    }
    return (weights * (activation.lipschitz * activation.lipschitz), weights * 0.0, -weights)
  }
}
