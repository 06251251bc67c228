import Foundation
import Tensors

extension Diffusion {
  /// Draws images of given classes.
  ///
  /// - Shape: `labels` `[count]` of `int64`; the result is `[count, channels, height, width]`.
  /// - `steps`: the number of levels of noise on the way.
  /// - `guidance`: how far images are pushed away from those of any class, toward their own.
  /// - Throws: `NetworkError.inputMismatch` and `CancellationError`.
  /// - Complexity: `4 · steps - 2` evaluations of the network an image.
  /// - Source: "Elucidating the Design Space of Diffusion-Based Generative Models" (2022),
  ///   algorithm 1 with equation 5, exponent 7; guidance is "Classifier-Free Diffusion Guidance"
  ///   (2022), equation 6.
  public func samples(
    of labels: Tensor, steps: Int = 18, guidance: Double = 2,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    precondition(steps > 1, "\(steps) steps")
    let shape = network.graph.outputType.shape.dropFirst().map(\.size)
    let ends = (pow(noise.upperBound, 1 / 7), pow(noise.lowerBound, 1 / 7))
    let levels =
      (0..<steps).map { pow(ends.0 + Double($0) / Double(steps - 1) * (ends.1 - ends.0), 7) } + [0]
    var images = Tensor.normal([labels.count] + shape, using: &generator) * levels[0]
    func slope(_ point: Tensor, _ level: Double) throws -> Tensor {
      let own = try denoised(point, sigma: level, labels: labels)
      let any = try denoised(point, sigma: level)
      return (point - own.adding(own - any, scaledBy: guidance)) / level
    }
    for (level, next) in zip(levels, levels.dropFirst()) {
      try Task.checkCancellation()
      let first = try slope(images, level)
      let straight = images.adding(first, scaledBy: next - level)
      // The last step ends where there is no noise, and no gradient.
      images =
        next == 0
        ? straight
        : images.adding(first + (try slope(straight, next)), scaledBy: 0.5 * (next - level))
    }
    return images.clamped(to: 0...1)
  }
}
