import Foundation
import Tensors

/// The matrix inequality of a chain: for one set of multipliers it proves one bound.
///
/// The rows are the differences of the inputs and of every hidden layer, and, for the largest
/// magnitude, one more row that makes the output's difference quadratic. Features are scaled first:
/// that scales their multipliers and changes no bound.
struct LipSDPMatrix {
  private let norm: LipschitzNorm
  /// The weights, with features and layers scaled by powers of two to be near 1, which is exact.
  private let links: [LipschitzChain.Link]
  private let scale: Double
  /// Proved spectral norms of `links`.
  private let gains: [Double]
  /// The product bound of the chain as it came.
  private let product: Double

  init(_ chain: LipschitzChain, norm: LipschitzNorm) {
    self.norm = norm
    let gram = GramIteration(steps: 12)
    var (links, scale, gains) = (chain.links, 1.0, [Double]())
    var product =
      norm == .l2 ? 1 : Double(links[0].weight.size(1)).squareRoot() * (1 + 4 * Rounding.unit)
    var columns = Tensor.ones([links[0].weight.size(1)], dtype: .float64)
    for index in links.indices {
      let link = links[index]
      product *= (gram.certified(link.weight) + link.error) * (link.activation?.lipschitz ?? 1)
      let rows = link.rowUnits(scaledBy: columns)
      let balanced = link.weight * columns / rows.expandedDimension(at: 1)
      let error = link.error * columns.max().item() / rows.min().item()
      let gain = gram.certified(balanced) + error
      let unit = gain > 0 ? exp2(log2(gain).rounded()) : 1
      links[index].weight = balanced / unit
      links[index].error = error / unit
      gains.append(gain / unit)
      scale *= unit
      columns = rows
    }
    (self.links, self.scale, self.gains) = (links, scale, gains)
    self.product = product * (1 + Double(links.count + 8) * 8 * Rounding.unit)
  }

  /// Returns the bound that the program proves, or the product bound if that is smaller.
  func bound(_ settings: SemidefiniteSettings) throws(SemidefiniteProgramError) -> Double {
    let hidden = links.dropLast()
    guard !hidden.isEmpty, product > 0, product.isFinite else {
      guard hidden.isEmpty, norm == .linf else { return product }
      let weight = links[0].weight
      let error = links[0].error * Double(weight.size(1)).squareRoot()
      let sum = weight.magnitude().sum(axes: [1]).max(axes: nil).item()
      return (sum + error) * scale * (1 + Rounding.sum(weight.size(1)))
    }
    let small = norm == .l2 ? reduced() : links
    let rows = small.reduce(norm == .linf ? 1 : 0) { $0 + $1.weight.size(1) }
    guard rows <= settings.largestMatrix else {
      throw .tooLarge(rows: rows, limit: settings.largestMatrix)
    }
    let terms = Terms(small, norm: norm)
    let solution = try SemidefiniteProgram(
      constant: terms.constant, coefficients: terms.coefficients, cost: terms.cost,
      positive: terms.positive
    ).solution(settings)
    return min(product, proved(solution) * scale)
  }

  /// The same chain with as few inputs as the first layer's rank allows.
  ///
  /// Inputs that the first layer does not see only add to the inequality.
  private func reduced() -> [LipschitzChain.Link] {
    var links = links
    let first = links[0].weight
    if first.size(1) > first.size(0), let factors = try? first.transposed().qr() {
      links[0].weight = factors.r.transposed()
    }
    return links
  }

  /// Returns the bound that these multipliers prove for the whole chain, after repair.
  private func proved(_ solution: [Double]) -> Double {
    let inputs = links[0].weight.size(1)
    var multipliers = solution
    let terms = Terms(links, norm: norm, isOnlyLayout: true)
    for index in terms.positive { multipliers[index] = max(0, multipliers[index]) }
    let (matrix, size) = Terms.matrix(links, norm: norm, multipliers)
    let missing = shortfall(of: matrix, error: size)
    guard missing.isFinite else { return .infinity }
    var share = 0.0
    for (index, link) in links.enumerated().reversed() {
      guard let activation = link.activation else { continue }
      let gain = gains[index] * activation.lipschitz
      share = (missing + share) * (gain * gain) * (1 + 16 * Rounding.unit)
    }
    let raise = (missing + share) * (1 + 16 * Rounding.unit)
    let value: Double
    switch norm {
    case .l2: value = max(0, multipliers[0] + raise).squareRoot()
    case .linf:
      let total = multipliers[0...inputs].reduce(0, +)
      let slack = multipliers[0...inputs].reduce(0) { $0 + abs($1) } * Rounding.sum(inputs)
      value = 0.5 * (total + slack + missing + Double(inputs) * raise)
    }
    return value.isFinite ? value * (1 + 64 * Rounding.unit) : .infinity
  }

  /// Returns a number that, times the identity, makes the matrix positive semidefinite for sure.
  ///
  /// A Cholesky factorization in floating point that runs to its end proves that a matrix close by
  /// is positive definite, and how close is known.
  private func shortfall(of matrix: Tensor, error: Double) -> Double {
    let rows = matrix.size(0)
    guard matrix.isFinite.all().booleans[0], let values = try? matrix.symmetricEigen().values else {
      return .infinity
    }
    let trace = matrix.diagonal().magnitude().sum().item()
    let margin = error + 8 * Double(rows + 4) * Rounding.unit * (trace + 1)
    var shift = max(0, -values.min(axes: nil).item()) + margin
    let identity = Tensor.identity(rows, dtype: .float64)
    for _ in 0..<60 {
      if (try? (matrix + identity * shift).cholesky()) != nil {
        return shift + margin + Double(rows) * shift * 8 * Rounding.unit
      }
      shift *= 2
    }
    return .infinity
  }
}

extension LipschitzChain.Link {
  /// Powers of two near the lengths of the rows, one for all of a group; 1 at the end of the chain.
  fileprivate func rowUnits(scaledBy columns: Tensor) -> Tensor {
    let rows = weight.size(0)
    guard let activation else { return .ones([rows], dtype: .float64) }
    let group = activation.groupSize ?? 1
    let lengths = (weight * columns).norm(axes: [1]).reshaped(to: [rows / group, group])
      .max(axes: [1]).elements(as: Double.self)
    let units = lengths.map { $0 > 0 ? exp2(log2($0).rounded()) : 1 }
    return Tensor(units).repeatingElements(group, axis: 0)
  }
}
