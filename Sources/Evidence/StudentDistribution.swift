import Models

/// Student's distribution, which the mean of few normal numbers follows in units of its estimated
/// error.
///
/// - Source: "Numerical Recipes" (2007), section 6.14.
struct StudentDistribution {
  /// The degrees of freedom; positive.
  let freedom: Double

  /// The probability of a value of `t` or less.
  func probability(upTo t: Double) -> Double {
    let share = freedom / (freedom + t * t)
    let tail = 0.5 * BetaDistribution(freedom / 2, 0.5).probability(upTo: share)
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
