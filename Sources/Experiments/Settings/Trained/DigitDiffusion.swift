import Evidence
import Foundation
import Networks
import Tensors
import Training

/// A small diffusion model of this seed's digits.
///
/// With `x` a digit scaled to `-1...1`, `ε` normal and `t` from 0 to 1 the noisy digit is
/// `z = cos(πt / 2) x + sin(πt / 2) ε`, and the network predicts `v = cos(πt / 2) ε - sin(πt / 2) x`,
/// of which `x` and `ε` follow at every time.
///
/// - Source: "Progressive Distillation for Fast Sampling of Diffusion Models" (2022), section 4 and
///   appendix D, and "Denoising Diffusion Implicit Models" (2020), section 4.1.
package struct DigitDiffusion: Sendable {
  /// From `[batch, 2, 14, 14]`, the noisy digits and a channel that holds `t`, to
  /// `[batch, 1, 14, 14]`.
  package let network: Network

  /// Trains the model, or takes it from its file.
  ///
  /// - Throws: what training throws, and `NetworkError`.
  package init(
    of digits: Digits14, _ context: ExperimentContext, from cache: TrainedOnce
  ) throws {
    let start = try Network(input: [2, 14, 14], seed: context.seed) {
      Conv2d(32, kernel: 3, padding: 1)
      SiLU()
      Residual {
        Conv2d(64, kernel: 3, stride: 2, padding: 1)
        SiLU()
        // The lowest level is 4 × 4, so that every pixel sees the whole digit.
        Residual {
          Conv2d(64, kernel: 3, stride: 2, padding: 1)
          SiLU()
          Conv2d(64, kernel: 3, padding: 1)
          SiLU()
          ConvTranspose2d(64, kernel: 3, stride: 2, padding: 1)
        }
        SiLU()
        Conv2d(64, kernel: 3, padding: 1)
        SiLU()
        ConvTranspose2d(32, kernel: 2, stride: 2)
      }
      SiLU()
      Conv2d(32, kernel: 3, padding: 1)
      SiLU()
      Conv2d(1, kernel: 3, padding: 1)
    }
    let recipe = TrainingRecipe(
      epochs: context.isFull ? 24 : 5, batchSize: context.isFull ? 32 : 16, learningRate: 2e-3,
      gradientNormLimit: 1, seed: context.seed)
    let images = digits.training.inputs * 2 - 1
    network = try cache.network("diffusion", from: start, on: [digits.training], by: recipe) {
      var generator = Generator(seed: recipe.seed)
      return try recipe.trainTogether([$0], examples: images.size(0), using: &generator) {
        networks, rows, generator in
        let clean = images.gathering(rows)
        let times = Tensor.uniform([clean.size(0), 1, 1, 1], using: &generator)
        let noise = Tensor.normal(clean.shape, using: &generator)
        let (signal, spread) = Self.scales(at: times)
        let found = try Self.velocity(of: clean * signal + noise * spread, at: times, networks[0])
        return (found - (noise * signal - clean * spread)).square().mean()
      }[0]
    }
  }

  /// `cos(πt / 2)` and `sin(πt / 2)`.
  package static func scales(at times: Tensor) -> (signal: Tensor, noise: Tensor) {
    let angles = times * (Double.pi / 2)
    return (angles.cos(), angles.sin())
  }

  /// Splits noisy digits into what the model takes for the digit and for the noise.
  ///
  /// - Shape: `noisy` `[batch, 1, 14, 14]`, `times` `[batch, 1, 1, 1]`; both results as `noisy`.
  /// - Units: digits from -1 to 1.
  /// - Throws: `NetworkError.inputMismatch`.
  package func split(
    _ noisy: Tensor, at times: Tensor
  ) throws -> (clean: Tensor, noise: Tensor) {
    let velocity = try Self.velocity(of: noisy, at: times, network)
    let (signal, spread) = Self.scales(at: times)
    return (noisy * signal - velocity * spread, noisy * spread + velocity * signal)
  }

  /// Draws digits by as many steps without new noise.
  ///
  /// - Shape: `[count, 1, 14, 14]`, gray levels from 0 to 1.
  /// - Throws: `NetworkError`.
  package func draw(
    _ count: Int, steps: Int = 30, using generator: inout Generator
  ) throws -> Tensor {
    precondition(steps > 0, "at least one step is needed")
    var noisy = Tensor.normal([count, 1, 14, 14], using: &generator)
    for step in 0..<steps {
      let time = Tensor.full(1 - Double(step) / Double(steps), [count, 1, 1, 1])
      let (clean, noise) = try split(noisy, at: time)
      let (signal, spread) = Self.scales(at: time - 1 / Double(steps))
      noisy = clean.clamped(to: -1...1) * signal + noise * spread
    }
    return (noisy.clamped(to: -1...1) + 1) / 2
  }

  private static func velocity(
    of noisy: Tensor, at times: Tensor, _ network: Network
  ) throws -> Tensor {
    try network.output(
      of: .concatenating([noisy, times.broadcast(to: noisy.shape)], axis: 1))
  }
}
