import Foundation

/// The distribution of a share whose two sides have weights `a` and `b`, which is where exact
/// bounds of binomial probabilities come from.
///
/// - Source: "Numerical Recipes" (2007), section 6.4.
package struct BetaDistribution: Sendable {
  private let a: Double
  private let b: Double

  /// - Precondition: both are positive.
  package init(_ a: Double, _ b: Double) {
    precondition(a > 0 && b > 0, "weights \(a) and \(b) are not positive")
    (self.a, self.b) = (a, b)
  }

  /// The probability of a share of `x` or less: the regularized incomplete beta function.
  package func probability(upTo x: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    // The continued fraction converges fast on one side of the mean; symmetry gives the other.
    guard x <= (a + 1) / (a + b + 2) else {
      return 1 - BetaDistribution(b, a).lowerTail(1 - x)
    }
    return lowerTail(x)
  }

  /// The largest number whose probability of not being exceeded is seen to be below `probability`.
  ///
  /// - Precondition: `probability` is above 0 and below 1.
  package func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "no quantile at \(probability)")
    var (low, high) = (0.0, 1.0)
    while true {
      let middle = 0.5 * (low + high)
      guard middle > low, middle < high else { return low }
      if self.probability(upTo: middle) < probability { low = middle } else { high = middle }
    }
  }

  private func lowerTail(_ x: Double) -> Double {
    let front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return exp(front) * continuedFraction(x) / a
  }

  /// Lentz's evaluation of the continued fraction of the incomplete beta function.
  private func continuedFraction(_ x: Double) -> Double {
    let tiny = 1e-300
    func floored(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / floored(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...10_000 {
      let m = Double(step)
      for numerator in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 / floored(1 + numerator * d)
        c = floored(1 + numerator / c)
        result *= c * d
      }
      if abs(c * d - 1) < 1e-16 { break }
    }
    return result
  }
}
