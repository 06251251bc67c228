import Hardening
import Tensors
import TestSupport
import Testing

struct GroupWeightsTests {
  @Test("Weights follow losses by the exponential rule, and add up to 1")
  func rule() {
    let weights = GroupWeights(groups: 3, stepSize: 0.5, dtype: .float64)
      .updated(by: Tensor([1.0, 0, 2]))
    let powers = Tensor([0.5, 0, 1.0]).exp()
    expectClose(weights.values, powers / powers.sum(), absolute: 1e-12)
  }

  @Test("Losses of any size leave finite weights, none of them lost for ever")
  func extremes() {
    var weights = GroupWeights(groups: 2, stepSize: 1)
    weights = weights.updated(by: Tensor([0, 5000] as [Float]))
    weights = weights.updated(by: Tensor([500, 0] as [Float]))
    #expect(weights.values.isFinite.all().booleans[0])
    #expect(weights.values.scalars[0] > 0.9)
  }

  @Test("On two parabolas descent and weights meet at the minimax point")
  func minimax() {
    // (x - 1)² and 2 (x + 2)² + 1 are equal where x² + 10 x + 8 = 0.
    let meeting = -5 + 17.0.squareRoot()
    var (x, weights) = (Tensor([3.0]), GroupWeights(groups: 2, stepSize: 0.02, dtype: .float64))
    func losses(_ x: Tensor) -> Tensor {
      .concatenating([(x - 1).square(), (x + 2).square() * 2 + 1])
    }
    for _ in 0..<3000 {
      weights = weights.updated(by: losses(x))
      x = x - gradient(at: x) { losses($0).dot(weights.values) } * 0.02
    }
    #expect(abs(x.item() - meeting) < 1e-3)
  }
}
