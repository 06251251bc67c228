import Tensors
import TestSupport
import Testing

private let size = 40_000

/// A way to draw, with the mean and the variance that its law has.
private struct Draw: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let mean: Double
  let variance: Double
  let sample: @Sendable (inout Generator) -> Tensor
}

private let draws: [Draw] = [
  Draw(testDescription: "uniform", mean: 1, variance: 4 / 3.0) {
    Tensor.uniform([size], in: -1...3, using: &$0)
  },
  Draw(testDescription: "normal", mean: 0, variance: 1) { Tensor.normal([size], using: &$0) },
  Draw(testDescription: "integers", mean: 3, variance: 2) {
    Tensor.randomIntegers([size], in: 1..<6, using: &$0)
  },
  Draw(testDescription: "bernoulli", mean: 0.3, variance: 0.21) {
    Tensor.full(0.3, [size]).bernoulli(using: &$0)
  },
  Draw(testDescription: "poisson", mean: 2.5, variance: 2.5) {
    Tensor.full(2.5, [size]).poisson(using: &$0)
  },
  Draw(testDescription: "multinomial", mean: 0.75, variance: 0.1875) {
    Tensor([1 as Float, 3]).multinomial(size, replacing: true, using: &$0)
  },
]

@Test("Draws repeat with their seed and have their law's mean and variance", arguments: draws)
private func drawsFollowTheirLaw(_ draw: Draw) {
  var generator = Generator(seed: 11)
  var same = generator
  let sample = draw.sample(&generator)
  #expect(sample.bytes() == draw.sample(&same).bytes())
  #expect(sample.bytes() != draw.sample(&generator).bytes())
  let numbers = sample.cast(to: .float64)
  let standardError = (draw.variance / Double(size)).squareRoot()
  #expect(abs(numbers.mean().item() - draw.mean) < 5 * standardError)
  #expect(abs(numbers.variance().item() / draw.variance - 1) < 0.05)
}

@Test("A permutation has every number once, and depends on its seed")
func permutations() {
  var generator = Generator(seed: 1)
  let order = Tensor.permutation(100, using: &generator).integers
  #expect(order.sorted() == Array(0..<100))
  #expect(order != Tensor.permutation(100, using: &generator).integers)
}
