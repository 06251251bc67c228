import Certification
import Models
import Tensors
import TestSupport
import Testing

struct DualRandomizedSmoothingTests {
  private let dual = DualRandomizedSmoothing(
    RandomizedSmoothing(sigma: 0.5, samples: 2000, batchSize: 2000), partition: .columns)

  /// How near the halves are to their borders, and what that makes their probabilities.
  private func pairs(using generator: inout Generator) -> [(left: Double, right: Double)] {
    let distances = Tensor.uniform([1000, 2], in: -0.5...1.5, dtype: .float64, using: &generator)
      .elements(as: Double.self)
    return (0..<1000).map { (distances[2 * $0], distances[2 * $0 + 1]) }
  }

  private func probability(ofDistance distance: Double) -> Double {
    NormalDistribution.probability(upTo: distance / dual.smoothing.sigma)
  }

  @Test("With exact probabilities of linear classifiers the radius is the exact distance")
  func exact() {
    var generator = Generator(seed: 1)
    for (left, right) in pairs(using: &generator) {
      let radius = dual.radius(
        left: probability(ofDistance: left), right: probability(ofDistance: right))
      #expect(abs(radius - (left + right) / 2.0.squareRoot()) < 1e-6)
    }
  }

  @Test(
    "No change inside the radius flips two linear classifiers; that of the public code lets one"
  )
  func sound() {
    var generator = Generator(seed: 2)
    var (certified, contradicted) = (0, 0)
    for (left, right) in pairs(using: &generator) where left + right > 0 && left != right {
      let radius = dual.radius(
        left: probability(ofDistance: left), right: probability(ofDistance: right))
      // The worst change of given length moves both halves alike; others are tried too.
      func isFlipped(within reach: Double) -> Bool {
        [0.25, 0.5, 0.75, 1].contains { turn in
          let angle = turn * Double.pi / 2
          let (u, v) = (reach * cosine(angle), reach * cosine(.pi / 2 - angle))
          return probability(ofDistance: left - u) + probability(ofDistance: right - v) < 1
        }
      }
      #expect(!isFlipped(within: radius * (1 - 1e-9)), "\(left) and \(right)")
      certified += 1
      let (a, b) = (max(0, left), max(0, right))
      if isFlipped(within: (a * a + b * b).squareRoot() * (1 - 1e-9)) { contradicted += 1 }
    }
    #expect(certified > 500)
    #expect(Double(contradicted) > 0.9 * Double(certified), "\(contradicted) of \(certified)")
  }

  @Test("Radii of samples lie below the distance, and reach beyond those of one classifier")
  func sampled() throws {
    var generator = Generator(seed: 3)
    let (left, right) = (
      HalfSpace.random(4, using: &generator), HalfSpace.random(4, using: &generator)
    )
    let inputs = Tensor.normal([20, 8], using: &generator)
    let found = try dual.certify(
      left: DecisionOnly(left), right: DecisionOnly(right), inputs, using: &generator)
    let halves = PixelPartition.columns.halves(of: inputs)
    let exact =
      (left.distances(of: halves.left) + right.distances(of: halves.right)) / 2.0.squareRoot()
    for (certificate, distance) in zip(found, exact.scalars.map(Double.init)) {
      #expect(certificate.radius <= abs(distance))
      if let label = certificate.label { #expect(label == (distance > 0 ? 1 : 0)) }
    }
    #expect(found.contains { $0.label != nil } && found.contains { $0.radius > 0.3 })

    let sure = HalfSpace(weight: .zeros([4]), bias: 1)
    let highest = try dual.certify(left: sure, right: sure, inputs[0..<1], using: &generator)[0]
    var whole = dual.smoothing
    whole.alpha /= 2
    let one = try whole.certify(
      HalfSpace(weight: .zeros([8]), bias: 1), inputs[0..<1], using: &generator)[0]
    #expect(abs(highest.radius - 2.0.squareRoot() * one.radius) < 1e-12)
  }

  @Test("It abstains where halves contradict each other, and where there are no votes")
  func abstains() throws {
    var generator = Generator(seed: 4)
    func always(_ bias: Double) -> HalfSpace { HalfSpace(weight: .zeros([2]), bias: bias) }
    let torn = try dual.certify(
      left: always(1), right: always(-1), .zeros([1, 4]), using: &generator)[0]
    #expect(torn.label == nil && torn.radius == 0 && torn.probabilities.contains(0))
    let silent = try dual.certify(
      left: always(.nan), right: always(.nan), .zeros([1, 4]), using: &generator)[0]
    #expect(silent.label == nil && silent.radius == 0)
    #expect(dual.radius(left: 0, right: 1).isNaN)
  }

  @Test(
    "Halves of an image lie between each other and lose nothing", arguments: PixelPartition.allCases
  )
  func partition(_ partition: PixelPartition) {
    let image = Tensor.range(0..<16).reshaped(to: [1, 1, 4, 4])
    let halves = partition.halves(of: image)
    #expect(halves.left.shape == [1, 1, 4, 2] && halves.right.shape == [1, 1, 4, 2])
    #expect((halves.left.integers + halves.right.integers).sorted() == Array(0..<16))
    switch partition {
    case .columns: #expect(halves.left.integers == [0, 2, 4, 6, 8, 10, 12, 14])
    case .checkerboard: #expect(halves.left.integers == [0, 2, 5, 7, 8, 10, 13, 15])
    }
  }

  private func cosine(_ angle: Double) -> Double { Tensor(scalar: angle).cos().item() }
}
