import Models
import Tensors
import Testing

struct RankingTests {
  private let low = Tensor([0.1, 0.4, 0.35, 0.8, 0.4])
  private let high = Tensor([0.4, 0.9, 0.7])

  @Test("The area is the share of ordered pairs, ties counted half, with DeLong's variance")
  func area() {
    let (lows, highs) = (low.elements(as: Double.self), high.elements(as: Double.self))
    func order(_ a: Double, _ b: Double) -> Double { a > b ? 1 : a == b ? 0.5 : 0 }
    let above = highs.map { h in lows.map { order(h, $0) }.reduce(0, +) / 5 }
    let below = lows.map { l in highs.map { order($0, l) }.reduce(0, +) / 3 }
    let value = above.reduce(0, +) / 3
    func variance(_ values: [Double]) -> Double {
      values.map { ($0 - value) * ($0 - value) }.reduce(0, +) / Double(values.count - 1)
    }
    let spread = 1.959963984540054 * (variance(above) / 3 + variance(below) / 5).squareRoot()
    let estimate = Ranking(low: low, high: high).area
    #expect(abs(estimate.value - value) < 1e-12)
    #expect(abs(estimate.low - max(0, value - spread)) < 1e-9)
    #expect(abs(estimate.high - min(1, value + spread)) < 1e-9)
  }

  @Test("Kinds that are apart have an area of 1, the same kind one of a half")
  func ends() {
    #expect(Ranking(low: low, high: low + 10).area.value == 1)
    #expect(abs(Ranking(low: low, high: low).area.value - 0.5) < 1e-12)
    #expect(Ranking(low: low + 10, high: low).area.value == 0)
  }

  @Test("A threshold keeps the share that it is to keep, and no less")
  func thresholds() {
    let ranking = Ranking(low: low, high: high)
    #expect(ranking.threshold(keeping: 0.6) == 0.4)
    #expect(ranking.threshold(keeping: 0.81) == 0.8)
    #expect(ranking.falseAcceptance(keeping: 0.81).value == 2.0 / 3)
    let curve = ranking.curve(points: 11)
    #expect(curve.first! == (0, 0) && curve.last! == (1, 1))
    #expect(zip(curve, curve.dropFirst()).allSatisfy { $0.low <= $1.low && $0.high <= $1.high })
  }

  @Test("A comparison in pieces is that in one")
  func pieces() {
    var generator = Generator(seed: 2)
    let many = Tensor.normal([5000], dtype: .float64, using: &generator)
    let others = Tensor.normal([6000], dtype: .float64, using: &generator) + 1
    // Φ(1 / √2) for normal distributions one apart.
    #expect(abs(Ranking(low: many, high: others).area.value - 0.7602499389) < 0.02)
  }
}
