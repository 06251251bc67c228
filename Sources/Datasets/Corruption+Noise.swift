import Tensors

extension Corruption {
  /// Adds what goes wrong in a sensor, sample by sample.
  func noised(
    _ images: Tensor, _ scale: CorruptionScale, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    switch self {
    case .gaussianNoise:
      let deviation = scale.pick(
        small: [0.04, 0.06, 0.08, 0.09, 0.10], large: [0.08, 0.12, 0.18, 0.26, 0.38])
      return images + Tensor.normal(images.shape, using: &generator) * deviation
    case .shotNoise:
      let photons = scale.pick(
        small: [500.0, 250, 100, 75, 50], large: [60.0, 25, 12, 5, 3])
      return (images.clamped(to: 0...1) * photons).poisson(using: &generator) / photons
    case .impulseNoise:
      let amount = scale.pick(
        small: [0.01, 0.02, 0.03, 0.05, 0.07], large: [0.03, 0.06, 0.09, 0.17, 0.27])
      let draw = Tensor.uniform(images.shape, using: &generator)
      return images.replacing(with: images.onesLike(), where: draw .< amount / 2)
        .replacing(with: images.zerosLike(), where: draw .> 1 - amount / 2)
    case .speckleNoise:
      let deviation = scale.pick(
        small: [0.06, 0.10, 0.12, 0.16, 0.20], large: [0.15, 0.20, 0.35, 0.45, 0.60])
      return images + images * Tensor.normal(images.shape, using: &generator) * deviation
    default: preconditionFailure("\(self) is no noise")
    }
  }
}
