import Foundation

/// The normal distribution with mean 0 and standard deviation 1.
package enum NormalDistribution {
  /// The probability of a value of `x` or less.
  package static func probability(upTo x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// The value that is not exceeded with this probability, within a few units in the last place;
  /// infinite at 0 and 1, NaN outside of them.
  ///
  /// - Source: the start is "Handbook of Mathematical Functions" (1964), 26.2.23, with an error
  ///   below 4.5e-4; each step of Halley's method cubes the error.
  package static func quantile(_ probability: Double) -> Double {
    guard probability >= 0, probability <= 1 else { return .nan }
    if probability == 0 { return -.infinity }
    // The difference is exact: numbers from a half to one are multiples of its last place.
    if probability > 0.5 { return -quantile(1 - probability) }
    let t = (-2 * log(probability)).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    var x = numerator / denominator - t
    for _ in 0..<3 {
      let error = self.probability(upTo: x) - probability
      let step = error * (2 * Double.pi).squareRoot() * exp(0.5 * x * x)
      x -= step / (1 + 0.5 * x * step)
    }
    return x
  }
}
