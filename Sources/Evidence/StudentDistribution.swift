import Foundation

/// Student's distribution, which the mean of few normal numbers follows in units of its estimated
/// error.
///
/// - Source: "Numerical Recipes" (2007), sections 6.4 and 6.14.
struct StudentDistribution {
  /// The degrees of freedom; positive.
  let freedom: Double

  /// The probability of a value of `t` or less.
  func probability(upTo t: Double) -> Double {
    let share = freedom / (freedom + t * t)
    let tail = 0.5 * regularizedBeta(share, freedom / 2, 0.5)
    return t > 0 ? 1 - tail : tail
  }

  /// The value that is not exceeded with this probability, within a few units in the last place of
  /// the probability.
  ///
  /// - Precondition: `probability` is above 0 and below 1.
  func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "no quantile at \(probability)")
    if probability < 0.5 { return -quantile(1 - probability) }
    var (low, high) = (0.0, 1.0)
    while self.probability(upTo: high) < probability { (low, high) = (high, 2 * high) }
    while true {
      let middle = 0.5 * (low + high)
      guard middle > low, middle < high else { return middle }
      if self.probability(upTo: middle) < probability { low = middle } else { high = middle }
    }
  }
}

/// The regularized incomplete beta function `I_x(a, b)`.
private func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  // The continued fraction converges fast on one side of the mean; symmetry gives the other.
  if x > (a + 1) / (a + b + 2) { return 1 - regularizedBeta(1 - x, b, a) }
  let logFront = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
  return exp(logFront) * betaFraction(x, a, b) / a
}

/// Lentz's evaluation of the continued fraction of the incomplete beta function.
private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
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
