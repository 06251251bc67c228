import Tensors

extension LipSDPMatrix {
  /// The program of a chain: what each variable adds to the matrix.
  ///
  /// Variables are, in order: the squared bound, or, for the largest magnitude, the weight of the
  /// additional row and one of each input; then for each layer its multipliers λ, and for groups τ
  /// and ν.
  struct Terms {
    private(set) var constant = Tensor.zeros([0], dtype: .float64)
    private(set) var coefficients = Tensor.zeros([0], dtype: .float64)
    private(set) var cost: [Double] = []
    private(set) var positive: [Int] = []

    init(_ links: [LipschitzChain.Link], norm: LipschitzNorm, isOnlyLayout: Bool = false) {
      let inputs = links[0].weight.size(1)
      cost = norm == .l2 ? [1] : [Double](repeating: 0.5, count: inputs + 1)
      for link in links.dropLast() {
        let (count, grouped) = link.multiplierCounts
        positive += cost.count..<cost.count + count
        cost += [Double](repeating: 0, count: count + 2 * grouped)
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
        let (count, grouped) = link.multiplierCounts
        let own = Array(x[next..<next + count + 2 * grouped])
        next += count + 2 * grouped
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
      return (symmetric, error + 8 * Rounding.sum(2 * rows) * size)
    }
  }
}

extension LipschitzChain.Link {
  /// How many multipliers λ this layer has, and how many pairs of τ and ν.
  fileprivate var multiplierCounts: (count: Int, grouped: Int) {
    let features = weight.size(0)
    guard let group = activation?.groupSize else { return (features, 0) }
    return (features / group, features / group)
  }

  /// The quadratic form that no pair of points makes negative: `before` on differences in front of
  /// the activation, `after` behind it, `cross` between them.
  ///
  /// - Shape: all `[features, features]`.
  func form(_ x: [Double]) -> (before: Tensor, cross: Tensor, after: Tensor) {
    guard let activation else { preconditionFailure("the last layer has no activation") }
    func diagonal(_ values: Tensor) -> Tensor {
      Tensor.identity(values.count, dtype: .float64) * values
    }
    if case .slopes(let range) = activation {
      let weights = diagonal(Tensor(x))
      let (low, high) = (range.lowerBound, range.upperBound)
      return (weights * (-2 * low * high), weights * (low + high), weights * -2.0)
    }
    guard let kept = activation.kept else { preconditionFailure("a group keeps a part") }
    let group = kept.size(0)
    let groups = x.count / 3
    func spread(_ part: Int, _ pattern: Tensor) -> Tensor {
      let weights = diagonal(Tensor(Array(x[part * groups..<(part + 1) * groups])))
      return Tensor.einsum("ij,kl->ikjl", weights, pattern)
        .reshaped(to: [groups * group, groups * group])
    }
    let distance = spread(0, .identity(group, dtype: .float64))
    let (tau, nu) = (spread(1, kept), spread(2, kept))
    let steep = activation.lipschitz * activation.lipschitz
    return (distance * steep - tau * 2.0, nu + tau, -distance - nu * 2.0)
  }
}
