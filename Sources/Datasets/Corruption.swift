import Tensors

/// A way in which images go wrong in the field, in five strengths.
///
/// The benchmark publishes two sets of constants, for images of side 32 and of side 224; images
/// whose shorter side is below 96 get the first. Lengths (radii, standard deviations,
/// displacements) are multiplied by side / 32 or side / 224, but by no less than one half, since a
/// shorter length would fall between pixels. What stands for amounts, fractions or factors is not
/// scaled.
///
/// Deviations from the published code, in all corruptions: images are not rounded to 8 bits in
/// between, and a gray image has one channel throughout. Where a single corruption deviates, its
/// implementation says so.
///
/// - Source: "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations"
///   (2019), section 3 and appendix; constants from the authors' public code (`make_cifar_c.py`,
///   `make_imagenet_c.py`).
public enum Corruption: String, CaseIterable, Sendable, Hashable, Codable {
  case gaussianNoise, shotNoise, impulseNoise, speckleNoise
  case defocusBlur, glassBlur, motionBlur, zoomBlur, gaussianBlur
  case snow, frost, fog, brightness, spatter
  case contrast, elasticTransform, pixelate, jpegCompression, saturate

  /// The kinds into which the paper sorts them.
  public enum Family: String, CaseIterable, Sendable, Hashable, Codable {
    case noise, blur, weather, digital
  }

  public var family: Family {
    switch self {
    case .gaussianNoise, .shotNoise, .impulseNoise, .speckleNoise: .noise
    case .defocusBlur, .glassBlur, .motionBlur, .zoomBlur, .gaussianBlur: .blur
    case .snow, .frost, .fog, .brightness, .spatter: .weather
    case .contrast, .elasticTransform, .pixelate, .jpegCompression, .saturate: .digital
    }
  }

  /// What changes an image of so many channels: color saturation means nothing to a gray one.
  public static func applicable(channels: Int) -> [Corruption] {
    allCases.filter { channels == 3 || $0 != .saturate }
  }

  /// Returns corrupted copies of `images`, each drawn on its own.
  ///
  /// - Shape: `[images, 1 or 3, height, width]`, with sides of at least 4; the result has the same.
  /// - Units: samples from 0 to 1.
  /// - Precondition: `severity` is from 1 to 5.
  public func applied(
    to images: Tensor, severity: Int, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    precondition(
      images.rank == 4 && [1, 3].contains(images.size(1))
        && min(images.size(2), images.size(3)) >= 4,
      "a corruption needs [images, 1 or 3, height, width] with sides from 4, not \(images.shape)")
    precondition(1...5 ~= severity, "there is no severity \(severity); it is from 1 to 5")
    guard images.count > 0 else { return images }
    let scale = CorruptionScale(images, severity: severity)
    let input = images.cast(to: .float32)
    let result =
      switch family {
      case .noise: noised(input, scale, using: &generator)
      case .blur: blurred(input, scale, using: &generator)
      case .weather: weathered(input, scale, using: &generator)
      case .digital: distorted(input, scale, using: &generator)
      }
    return result.clamped(to: 0...1)
  }
}

/// Picks published constants and fits lengths to an image's size.
struct CorruptionScale {
  let isSmall: Bool
  let severity: Int
  let height: Int
  let width: Int

  init(_ images: Tensor, severity: Int) {
    (height, width) = (images.size(2), images.size(3))
    isSmall = min(height, width) < 96
    self.severity = severity
  }

  /// The constant of this severity from the table for small images or from that for large ones.
  func pick<Value>(small: [Value], large: [Value]) -> Value {
    (isSmall ? small : large)[severity - 1]
  }

  /// A published length in this image's pixels.
  func length(_ published: Double) -> Double {
    published * max(Double(min(height, width)) / (isSmall ? 32 : 224), 0.5)
  }
}
