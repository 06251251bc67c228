import Certification
import Datasets
import Models
import Tensors
import TestSupport
import Testing

struct BinomialBoundTests {
  private let golden: @Sendable (String) throws -> [Double] = { name in
    try NPZ(reading: goldenPath("smoothing.npz")).array(name).elements(as: Double.self)
  }

  @Test("Lower bounds and radii are those of scipy")
  func bounds() throws {
    let (successes, trials) = (try golden("successes"), try golden("trials"))
    let (alpha, bounds, radii) = (try golden("alpha"), try golden("bound"), try golden("radius"))
    #expect(bounds.count > 80)
    let smoothing = RandomizedSmoothing(sigma: 0.5)
    for (index, expected) in bounds.enumerated() {
      let found = BinomialBound.lower(
        successes: Int(successes[index]), of: Int(trials[index]), alpha: alpha[index])
      let place = "\(successes[index]) of \(trials[index]), alpha \(alpha[index])"
      #expect(abs(found - expected) < 1e-10, "\(place)")
      #expect(abs(smoothing.radius(atProbability: found) - radii[index]) < 1e-6, "\(place)")
    }
    #expect(BinomialBound.lower(successes: 0, of: 10, alpha: 0.05) == 0)
    let all = BinomialBound.lower(successes: 1000, of: 1000, alpha: 0.001)
    #expect(abs(all - 0.993116048420933) < 1e-14)  // 0.001 to the power 1 / 1000
  }

  @Test("Two-sided tests are those of scipy")
  func tests() throws {
    let (tested, expected) = (try golden("tested"), try golden("p_value"))
    for (index, value) in expected.enumerated() {
      let found = BinomialBound.evennessPValue(
        successes: Int(tested[2 * index]), of: Int(tested[2 * index + 1]))
      #expect(abs(found - value) < 1e-12, "\(tested[2 * index]) of \(tested[2 * index + 1])")
    }
  }

  @Test("Quantiles of the normal distribution are those of scipy, far into the tail")
  func quantiles() throws {
    let (probabilities, expected) = (try golden("probability"), try golden("quantile"))
    for (probability, value) in zip(probabilities, expected) {
      let found = NormalDistribution.quantile(probability)
      #expect(abs(found - value) < 1e-13 * max(1, abs(value)) + 1e-15, "at \(probability)")
    }
    #expect(NormalDistribution.quantile(0) == -.infinity)
    #expect(NormalDistribution.quantile(1) == .infinity)
    #expect(NormalDistribution.quantile(.nan).isNaN && NormalDistribution.quantile(1.5).isNaN)
  }

  @Test("Bounds lie below the true probability as often as they say", arguments: [0.05, 0.2])
  func coverage(alpha: Double) {
    var generator = Generator(seed: 4)
    for (probability, trials) in [(0.03, 50), (0.5, 40), (0.8, 200), (0.99, 300)] {
      let draws = Tensor.full(probability, [1000, trials]).bernoulli(using: &generator)
      let misses = draws.sum(axes: [1]).integers.count {
        BinomialBound.lower(successes: $0, of: trials, alpha: alpha) > probability
      }
      // Three standard deviations above what is allowed; the exact bound is often below it.
      let limit = 1000 * alpha + 3 * (1000 * alpha * (1 - alpha)).squareRoot()
      #expect(Double(misses) <= limit, "\(misses) of 1000 at \(probability)")
    }
  }
}
