import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

/// Smooth random images: clouds made of a few waves.
private func scenes(_ shape: Shape, seed: UInt64 = 4) -> Tensor {
  var generator = Generator(seed: seed)
  let coarse = Tensor.uniform([shape[0], shape[1], 4, 4], using: &generator)
  return coarse.resized(to: Array(shape[2...]), mode: .linear).clamped(to: 0...1)
}

private func corrupted(
  _ corruption: Corruption, _ images: Tensor, severity: Int, seed: UInt64 = 9
) -> Tensor {
  var generator = Generator(seed: seed)
  return corruption.applied(to: images, severity: severity, using: &generator)
}

private func distortion(_ corruption: Corruption, _ images: Tensor, severity: Int) -> Double {
  (corrupted(corruption, images, severity: severity) - images).magnitude().mean().item()
}

private let shapes: [Shape] = [
  [3, 1, 8, 8], [2, 3, 8, 8], [2, 1, 28, 28], [2, 3, 32, 32], [1, 3, 20, 31], [1, 1, 4, 4],
  [1, 3, 96, 112],
]

@Test(
  "Every corruption keeps shape and range, makes no NaN and repeats with its seed",
  arguments: Corruption.allCases, shapes)
func corruptionInvariants(_ corruption: Corruption, _ shape: Shape) {
  for images in [scenes(shape), Tensor.zeros(shape), Tensor.ones(shape)] {
    for severity in [1, 3, 5] {
      let result = corrupted(corruption, images, severity: severity)
      #expect(result.shape == shape)
      #expect(result.dtype == .float32)
      #expect(result.min().item() >= 0 && result.max().item() <= 1, "severity \(severity)")
      #expect(result.bytes() == corrupted(corruption, images, severity: severity).bytes())
    }
  }
}

@Test("Severity 5 distorts more than 1, for gray and RGB", arguments: Corruption.allCases)
func severityDistorts(_ corruption: Corruption) {
  for channels in [1, 3] where Corruption.applicable(channels: channels).contains(corruption) {
    let images = scenes([16, channels, 32, 32])
    let mild = distortion(corruption, images, severity: 1)
    let strong = distortion(corruption, images, severity: 5)
    #expect(mild > 1e-5, "channels \(channels)")
    // The published constants of these two do not order all five levels.
    if corruption != .spatter, corruption != .elasticTransform {
      #expect(strong > mild, "channels \(channels)")
    }
  }
}

@Test(
  "Each level distorts more than the one before",
  arguments: [
    Corruption.gaussianNoise, .shotNoise, .impulseNoise, .speckleNoise, .gaussianBlur, .zoomBlur,
    .motionBlur, .brightness, .contrast, .fog, .jpegCompression,
  ])
func levelsAreOrdered(_ corruption: Corruption) {
  let images = scenes([32, 3, 32, 32])
  let levels = (1...5).map { distortion(corruption, images, severity: $0) }
  #expect(levels == levels.sorted(), "\(levels)")
}

@Test("A gray image has no saturation to change")
func saturationOfGray() {
  let images = scenes([2, 1, 16, 16])
  expectClose(corrupted(.saturate, images, severity: 5), images, absolute: 0)
  #expect(!Corruption.applicable(channels: 1).contains(.saturate))
  #expect(Corruption.applicable(channels: 3).count == 19)
}

@Test("Large images take the constants for large images")
func largeImages() {
  let images = Tensor.full(0.3, [1, 1, 96, 96])
  expectClose(
    corrupted(.brightness, images, severity: 1), Tensor.full(0.4, [1, 1, 96, 96]), absolute: 1e-6)
}

@Test(
  "Images of one batch are corrupted independently",
  arguments: [
    Corruption.gaussianNoise, .glassBlur, .motionBlur, .snow, .frost, .fog, .spatter,
    .elasticTransform,
  ])
func imagesDifferWithinABatch(_ corruption: Corruption) {
  let image = scenes([1, 1, 32, 32])
  let result = corrupted(corruption, image.tiled([2, 1, 1, 1]), severity: 5)
  #expect((result[0] - result[1]).magnitude().max().item() > 1e-3)
}
