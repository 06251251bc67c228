import Tensors

/// Drops of water or splashes of mud on the lens.
struct Spatter {
  /// The constants of one severity, as the published code orders them.
  private struct Constants {
    let mean: Double
    let deviation: Double
    let drop: Double
    let threshold: Double
    let strength: Double
    let isMud: Bool

    init(
      _ mean: Double, _ deviation: Double, _ drop: Double, _ threshold: Double,
      _ strength: Double, isMud: Bool = false
    ) {
      (self.mean, self.deviation, self.drop) = (mean, deviation, drop)
      (self.threshold, self.strength, self.isMud) = (threshold, strength, isMud)
    }
  }

  private let constants: Constants
  private let scale: CorruptionScale

  init(_ scale: CorruptionScale) {
    self.scale = scale
    constants = scale.pick(
      small: [
        Constants(0.62, 0.1, 0.7, 0.7, 0.5), Constants(0.65, 0.1, 0.8, 0.7, 0.5),
        Constants(0.65, 0.3, 1, 0.69, 0.5), Constants(0.65, 0.1, 0.7, 0.69, 0.6, isMud: true),
        Constants(0.65, 0.1, 0.5, 0.68, 0.6, isMud: true),
      ],
      large: [
        Constants(0.65, 0.3, 4, 0.69, 0.6), Constants(0.65, 0.3, 3, 0.68, 0.6),
        Constants(0.65, 0.3, 2, 0.68, 0.5), Constants(0.65, 0.3, 1, 0.65, 1.5, isMud: true),
        Constants(0.67, 0.4, 1, 0.65, 1.5, isMud: true),
      ])
  }

  func applied(
    to images: Tensor, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let shape = [images.size(0), 1, scale.height, scale.width]
    let noise = Tensor.normal(shape, using: &generator) * constants.deviation + constants.mean
    let drops = ImageFilter.gaussian(noise, deviation: scale.length(constants.drop))
    let liquid = drops.replacing(with: drops.zerosLike(), where: drops .< constants.threshold)
    return constants.isMud ? muddied(images, liquid) : wetted(images, liquid)
  }

  private func muddied(_ images: Tensor, _ liquid: Tensor) -> Tensor {
    let splashes = (liquid .> constants.threshold).cast(to: .float32)
    let soft = ImageFilter.gaussian(splashes, deviation: scale.length(constants.strength))
    let cover = soft.replacing(with: soft.zerosLike(), where: soft .< 0.8)
    let brown = Corruption.color(63 / 255, 42 / 255, 20 / 255, channels: images.size(1))
    return images * (1 - cover) + cover * brown
  }

  /// Shades drops by the distance from their rims.
  ///
  /// The published code finds rims by Canny's method and Euclidean distances; here a rim is where a
  /// drop meets what is dry, and distances count steps between neighboring pixels, diagonal ones
  /// too.
  private func wetted(_ images: Tensor, _ liquid: Tensor) -> Tensor {
    let emboss = Tensor([-2 as Float, -1, 0, -1, 1, 1, 0, 1, 2], shape: [3, 3])
    var shade = ImageFilter.boxed(distances(from: rims(of: liquid))).floor()
    shade = ImageFilter.correlated(equalized(shade), with: emboss).clamped(from: 0, through: 255)
    let wet = liquid * ImageFilter.boxed(shade)
    let brightest = wet.max(axes: [2, 3], keepingAxes: true).clamped(from: 1e-6)
    let turquoise = Corruption.color(175 / 255, 238 / 255, 238 / 255, channels: images.size(1))
    return images + wet / brightest * constants.strength * turquoise
  }

  private var window: PoolingGeometry {
    PoolingGeometry(kernel: [3, 3], stride: [1, 1], padding: [1, 1])
  }

  private func rims(of liquid: Tensor) -> Tensor {
    let isWet = (liquid .> 0).cast(to: .float32)
    return (1 - isWet).maxPooled(window) * isWet
  }

  /// Steps to the nearest rim, at most 20.
  private func distances(from rims: Tensor) -> Tensor {
    var near = (1 - rims) * 20
    for _ in 0..<min(20, max(scale.height, scale.width)) {
      near = near.minimum(1 - (-near).maxPooled(window))
    }
    return near
  }

  /// Spreads each image's values evenly over 0 to 255, by their ranks.
  private func equalized(_ values: Tensor) -> Tensor {
    let rows = values.flattenedRows().contiguous()
    let counts = rows.sorted().values.contiguous().insertionIndices(of: rows, afterEqual: true)
      .cast(to: .float32)
    let lowest = counts.min(axes: [1], keepingAxes: true)
    let span = (Double(rows.size(1)) - lowest).clamped(from: 1)
    return ((counts - lowest) / span * 255).reshaped(to: values.shape)
  }
}
