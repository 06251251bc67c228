import Tensors

extension Corruption {
  /// Puts something between the camera and the scene, or lights it too much.
  func weathered(
    _ images: Tensor, _ scale: CorruptionScale, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    switch self {
    case .brightness:
      let shift = scale.pick(
        small: [0.05, 0.10, 0.15, 0.20, 0.30], large: [0.1, 0.2, 0.3, 0.4, 0.5])
      return Self.brightened(images, by: shift)
    case .fog: return inFog(images, scale, using: &generator)
    case .snow: return snowedOver(images, scale, using: &generator)
    case .frost: return frozen(images, scale, using: &generator)
    case .spatter: return Spatter(scale).applied(to: images, using: &generator)
    default: preconditionFailure("\(self) is no weather")
    }
  }

  /// Raises the value of the HSV color model: channels keep their proportions.
  static func brightened(_ images: Tensor, by shift: Double) -> Tensor {
    let value = images.max(axes: [1], keepingAxes: true)
    let raised = (value + shift).clamped(to: 0...1)
    return Tensor.choosing(
      images * (raised / value), where: value .> 0, otherwise: raised.broadcast(to: images.shape))
  }

  /// The brightness that an eye sees.
  static func luminance(_ images: Tensor) -> Tensor {
    guard images.size(1) == 3 else { return images }
    let weights = Tensor([0.299 as Float, 0.587, 0.114], shape: [3, 1, 1])
    return (images * weights).sum(axes: [1], keepingAxes: true)
  }

  /// A color for images of 3 channels, and its luminance for gray ones.
  static func color(_ red: Float, _ green: Float, _ blue: Float, channels: Int) -> Tensor {
    let color = Tensor([red, green, blue], shape: [1, 3, 1, 1])
    return channels == 3 ? color : luminance(color)
  }

  private func inFog(
    _ images: Tensor, _ scale: CorruptionScale, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let (density, decay) = scale.pick(
      small: [(0.2, 3), (0.5, 3), (0.75, 2.5), (1, 2), (1.5, 1.75)],
      large: [(1.5, 2), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4)])
    let clouds = Plasma.maps(
      images: images.size(0), height: scale.height, width: scale.width, decay: decay,
      using: &generator)
    let brightest = images.max(axes: [1, 2, 3], keepingAxes: true)
    return (images + clouds * density) * (brightest / (brightest + density))
  }

  private func snowedOver(
    _ images: Tensor, _ scale: CorruptionScale, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    // Mean, deviation, enlargement and threshold of the flakes; radius and deviation of their
    // smear; share of the scene.
    let (mean, deviation, zoom, threshold, radius, smear, share) = scale.pick(
      small: [
        (0.1, 0.2, 1, 0.6, 8.0, 3.0, 0.95), (0.1, 0.2, 1, 0.5, 10, 4, 0.9),
        (0.15, 0.3, 1.75, 0.55, 10, 4, 0.9), (0.25, 0.3, 2.25, 0.6, 12, 6, 0.85),
        (0.3, 0.3, 1.25, 0.65, 14, 12, 0.8),
      ],
      large: [
        (0.1, 0.3, 3, 0.5, 10, 4, 0.8), (0.2, 0.3, 2, 0.5, 12, 4, 0.7),
        (0.55, 0.3, 4, 0.9, 12, 8, 0.7), (0.55, 0.3, 4.5, 0.85, 12, 8, 0.65),
        (0.55, 0.3, 2.5, 0.85, 12, 12, 0.55),
      ])
    let shape = [images.size(0), 1, scale.height, scale.width]
    var flakes = Tensor.normal(shape, using: &generator) * deviation + mean
    flakes = ImageFilter.zoomed(flakes, by: zoom)
    flakes = flakes.replacing(with: flakes.zerosLike(), where: flakes .< threshold)
    let angles = Tensor.uniform([images.size(0)], in: -135 ... -45, using: &generator)
    flakes = ImageFilter.smeared(
      flakes.clamped(to: 0...1), radius: scale.length(radius), deviation: scale.length(smear),
      angles: angles)
    let white = images.maximum(Self.luminance(images) * 1.5 + 0.5)
    return images * share + white * (1 - share) + flakes + flakes.reversed(axes: [2, 3])
  }

  /// Lays ice over the scene.
  ///
  /// The published code cuts pieces out of six photographs of frost; here the ice is drawn: clouds
  /// for its body and needles along three directions 60 degrees apart, in the pale blue of ice.
  private func frozen(
    _ images: Tensor, _ scale: CorruptionScale, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let (scene, ice) = scale.pick(
      small: [(1, 0.2), (1, 0.3), (0.9, 0.4), (0.85, 0.4), (0.75, 0.45)],
      large: [(1, 0.4), (0.8, 0.6), (0.7, 0.7), (0.65, 0.7), (0.6, 0.75)])
    let (batch, channels) = (images.size(0), images.size(1))
    let first = Tensor.uniform([batch], in: 0...60, using: &generator)
    var needles = Tensor.zeros([batch, 1, scale.height, scale.width])
    for turn in 0..<3 {
      let seeds = (Tensor.uniform(needles.shape, using: &generator) .> 0.9).cast(to: .float32)
      let grown = ImageFilter.smeared(
        seeds, radius: scale.length(scale.isSmall ? 6 : 24),
        deviation: scale.length(scale.isSmall ? 4 : 16), angles: first + 60 * turn)
      needles = needles.maximum(
        grown / grown.max(axes: [2, 3], keepingAxes: true).clamped(from: 1e-6))
    }
    let body = Plasma.maps(
      images: batch, height: scale.height, width: scale.width, decay: 2, using: &generator)
    let layer = (body * 0.6 + needles * body * 0.7).clamped(to: 0...1)
    return images * scene + layer * Self.color(0.85, 0.93, 1, channels: channels) * ice
  }
}
