import Foundation
import Tensors

/// The matrix inequality of a chain: for one set of multipliers it proves one bound.
///
/// The rows are the differences of the inputs and of every hidden layer, and, for the largest
/// magnitude, one more row that makes the output's difference quadratic.
struct LipSDPMatrix {
  private let norm: LipschitzNorm
  /// Each weight divided by a power of two near its norm, which is exact.
  private let links: [LipschitzChain.Link]
  private let scale: Double
  /// Proved spectral norms of `links`.
  private let gains: [Double]

  init(_ chain: LipschitzChain, norm: LipschitzNorm) {
    self.norm = norm
    let gram = GramIteration(steps: 12)
    var (links, scale, gains) = (chain.links, 1.0, [Double]())
    for index in links.indices {
      let gain = gram.certified(links[index].weight) + links[index].error
      let unit = gain > 0 ? exp2(log2(gain).rounded()) : 1
      links[index].weight = links[index].weight / unit
      links[index].error /= unit
      gains.append(gain / unit)
      scale *= unit
    }
    (self.links, self.scale, self.gains) = (links, scale, gains)
  }

  /// Returns the bound that the program proves, or the product bound if that is smaller.
  func bound(_ settings: SemidefiniteSettings) throws(SemidefiniteProgramError) -> Double {
    let hidden = links.dropLast()
    var product = zip(gains, links).reduce(1.0) { $0 * $1.0 * ($1.1.activation?.lipschitz ?? 1) }
    if norm == .linf { product *= Double(links[0].weight.size(1)).squareRoot() }
    product *= scale * (1 + Double(links.count + 8) * 8 * Rounding.unit)
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
