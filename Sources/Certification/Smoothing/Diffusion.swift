import Foundation
import Networks
import Tensors
import Training

/// A small class-conditional diffusion model: a network that takes Gaussian noise of any strength
/// out of images, with or without being told their class.
///
/// The network sees the scaled image, a channel with the logarithm of the noise and one channel a
/// class, and makes an image; this type does the scaling.
///
/// - Source: "Elucidating the Design Space of Diffusion-Based Generative Models" (2022), table 1,
///   column "Ours", for scaling and loss; leaving out the class at times is "Classifier-Free
///   Diffusion Guidance" (2022), algorithm 1. Deviations: the logarithm of the noise is drawn
///   evenly from its range; noise and class are channels, not embeddings.
public struct Diffusion: Sendable {
  /// Takes `[batch, channels + 1 + classes, height, width]` to `[batch, channels, height, width]`.
  public var network: Network
  public let classes: Int
  /// The standard deviations that the model is trained for, in input units.
  public let noise: ClosedRange<Double>
  /// The standard deviation of pixels that the scaling assumes.
  private let pixelDeviation = 0.5

  /// - Precondition: the network takes images with that many channels.
  public init(_ network: Network, classes: Int, noise: ClosedRange<Double> = 0.02...10) {
    precondition(classes > 0 && noise.lowerBound > 0, "\(classes) classes, noise \(noise)")
    let channels = network.graph.outputType.shape.dropFirst().first?.size ?? 0
    precondition(
      network.inputShape.first == channels + 1 + classes,
      "a network for inputs of shape \(network.inputShape) takes no \(classes) classes")
    (self.network, self.classes, self.noise) = (network, classes, noise)
  }

  /// Makes a model that is not trained yet, which works at a half and a quarter of the resolution.
  ///
  /// - Shape: `image` is `[channels, height, width]`, whose height and width are multiples of 4.
  /// - Throws: `NetworkError.mismatch` if the shape is another.
  public init(
    image: Shape, classes: Int, width: Int = 24, noise: ClosedRange<Double> = 0.02...10,
    seed: UInt64
  ) throws {
    func block(_ width: Int) -> Residual {
      Residual {
        Conv2d(width, kernel: 3, padding: 1)
        SiLU()
        Conv2d(width, kernel: 3, padding: 1)
        SiLU()
      }
    }
    let input = [image[0] + 1 + classes] + image.dropFirst()
    let network = try Network(input: input, seed: seed) {
      Conv2d(width, kernel: 3, stride: 2, padding: 1)
      SiLU()
      block(width)
      Residual {
        Conv2d(2 * width, kernel: 3, stride: 2, padding: 1)
        SiLU()
        block(2 * width)
        block(2 * width)
        ConvTranspose2d(width, kernel: 4, stride: 2, padding: 1)
      }
      ConvTranspose2d(image[0], kernel: 4, stride: 2, padding: 1)
    }
    self.init(network, classes: classes, noise: noise)
  }

  /// Returns the expected clean image of each noisy one.
  ///
  /// - Shape: `images` `[batch, channels, height, width]`; `labels` `[batch]` of `int64`, or nil
  ///   for images of any class.
  /// - `sigma`: the standard deviation of the noise, in input units.
  /// - Throws: `NetworkError.inputMismatch`.
  public func denoised(_ images: Tensor, sigma: Double, labels: Tensor? = nil) throws -> Tensor {
    let levels = Tensor.full(sigma, [images.size(0), 1, 1, 1])
    let condition =
      labels.map { $0.oneHot(classes: classes).cast(to: .float32) }
      ?? .zeros([images.size(0), classes])
    return try estimate(network, images, levels: levels, condition: condition)
  }

  /// Trains the model on images and their classes.
  ///
  /// - Shape: `images` `[examples, channels, height, width]`, `labels` `[examples]` of `int64`.
  /// - `report`: is called with the share of the run that is done.
  /// - Throws: `NetworkError.inputMismatch`, `TrainingError` and `CancellationError`.
  public func trained(
    on images: Tensor, labels: Tensor, recipe: TrainingRecipe,
    using generator: inout some RandomNumberGenerator, report: (Double) -> Void = { _ in }
  ) throws -> Diffusion {
    let condition = labels.oneHot(classes: classes).cast(to: .float32)
    let range = log(noise.lowerBound)...log(noise.upperBound)
    let values = try recipe.minimize(
      from: network.parameters.values, examples: images.size(0), using: &generator,
      finishStep: { report($1) },
      loss: { values, rows, generator in
        var twin = network
        twin.parameters = network.parameters.with(values: values)
        let clean = images.gathering(rows)
        let levels = Tensor.uniform([rows.count, 1, 1, 1], in: range, using: &generator).exp()
        let isTold = Tensor.full(0.8, [rows.count, 1]).bernoulli(using: &generator)
        let noisy = clean + levels * .normal(clean.shape, using: &generator)
        let found = try estimate(
          twin, noisy, levels: levels, condition: condition.gathering(rows) * isTold)
        // With this weight, errors of every level count alike.
        let scale = (levels.square() + pixelDeviation * pixelDeviation).squareRoot()
        return ((found - clean) * scale / (levels * pixelDeviation)).square().mean()
      })
    var copy = self
    copy.network.parameters = network.parameters.with(values: values)
    return copy
  }

  private func estimate(
    _ network: Network, _ images: Tensor, levels: Tensor, condition: Tensor
  ) throws -> Tensor {
    let variance = pixelDeviation * pixelDeviation
    let total = levels.square() + variance
    let scale = total.squareRoot()
    let plane = [images.size(0), 1] + images.shape.dropFirst(2)
    let channels = condition.reshaped(to: [images.size(0), classes, 1, 1])
    let input = Tensor.concatenating(
      [
        images / scale, (levels.log() / 4).broadcast(to: plane),
        channels.broadcast(to: [images.size(0), classes] + images.shape.dropFirst(2)),
      ], axis: 1)
    let change = try network.output(of: input)
    return images * (variance / total) + change * (levels * pixelDeviation / scale)
  }
}
