import Datasets
import Tensors
import Testing

/// Noise on images of value 0.5, with what its law gives at severity 5 for small images.
private struct NoiseLaw: Sendable, CustomTestStringConvertible {
  let corruption: Corruption
  let variance: Double

  var testDescription: String { corruption.rawValue }
}

private let laws = [
  NoiseLaw(corruption: .gaussianNoise, variance: 0.10 * 0.10),
  NoiseLaw(corruption: .shotNoise, variance: 0.5 / 50),
  NoiseLaw(corruption: .impulseNoise, variance: 0.07 * 0.25),
  NoiseLaw(corruption: .speckleNoise, variance: 0.25 * 0.2 * 0.2),
]

@Test("Noise has the mean and variance of its law, within standard errors", arguments: laws)
private func noiseFollowsItsLaw(_ law: NoiseLaw) {
  var generator = Generator(seed: 3)
  let images = Tensor.full(0.5, [20, 1, 32, 32])
  let noisy = law.corruption.applied(to: images, severity: 5, using: &generator)
  let count = Double(images.count)
  #expect(abs(noisy.mean().item() - 0.5) < 5 * (law.variance / count).squareRoot())
  #expect(abs(noisy.variance().item() / law.variance - 1) < 0.1)
}

@Test("Impulses are black or white, and in the published share")
func impulses() {
  var generator = Generator(seed: 8)
  let noisy = Corruption.impulseNoise.applied(
    to: Tensor.full(0.5, [20, 1, 32, 32]), severity: 3, using: &generator)
  let changed = (noisy .!= 0.5).cast(to: .float64).mean().item()
  #expect(abs(changed - 0.03) < 5 * (0.03 * 0.97 / 20480).squareRoot())
  #expect(((noisy .== 0) .| (noisy .== 0.5) .| (noisy .== 1)).all().booleans == [true])
}
