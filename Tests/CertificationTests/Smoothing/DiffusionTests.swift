import Certification
import Networks
import Tensors
import TestSupport
import Testing
import Training

struct DiffusionTests {
  /// Two classes of images: bright and dark ones, each of one gray level.
  private let images = Tensor([Float(0.9), 0.1], shape: [2, 1, 1, 1])
    .broadcast(to: [2, 1, 4, 4]).repeatingElements(32, axis: 0)
  private let labels = Tensor([0, 1]).repeatingElements(32, axis: 0)

  private func trained() throws -> Diffusion {
    var generator = Generator(seed: 1)
    let diffusion = try Diffusion(
      image: [1, 4, 4], classes: 2, width: 8, noise: 0.05...2, seed: 3)
    return try diffusion.trained(
      on: images, labels: labels,
      recipe: TrainingRecipe(epochs: 150, batchSize: 32, learningRate: 1e-2), using: &generator)
  }

  @Test("A network that makes zeros leaves the best linear denoiser of its assumed pixels")
  func scaling() throws {
    var diffusion = try Diffusion(image: [1, 4, 4], classes: 3, width: 4, seed: 1)
    let parameters = diffusion.network.parameters
    diffusion.network.parameters = parameters.with(values: parameters.values.zerosLike())
    var generator = Generator(seed: 2)
    let noisy = Tensor.normal([2, 1, 4, 4], using: &generator)
    let found = try diffusion.denoised(noisy, sigma: 0.5)
    expectClose(found, noisy * 0.5, absolute: 1e-6)
    let little = try diffusion.denoised(noisy, sigma: 0.05, labels: Tensor([0, 2]))
    expectClose(little, noisy * (0.25 / 0.2525), absolute: 1e-6)
  }

  @Test("Trained, it takes noise out, draws classes, and adapts a classifier to itself")
  func training() throws {
    let diffusion = try trained()
    var generator = Generator(seed: 5)
    let noisy = images.adding(.normal(images.shape, using: &generator), scaledBy: 0.5)
    func error(_ found: Tensor) -> Double { (found - images).square().mean().item() }
    let blind = error(try diffusion.denoised(noisy, sigma: 0.5))
    let told = error(try diffusion.denoised(noisy, sigma: 0.5, labels: labels))
    #expect(blind < 0.05 && told < 0.02, "\(blind) and \(told)")
    #expect(error(noisy) > 0.2)

    let drawn = try diffusion.samples(of: labels, steps: 8, using: &generator)
    #expect(drawn.shape == images.shape)
    let levels = drawn.mean(axes: [1, 2, 3])
    let means = [levels[0..<32], levels[32..<64]].map { $0.mean().item() }
    #expect(means[0] > 0.7 && means[1] < 0.3, "\(means)")

    let classifier = try Network(input: [1, 4, 4], seed: 7) {
      Flatten()
      Linear(2)
    }
    let (shield, tuned) = try DiffusionShield(diffusion, sigma: 0.5).adapt(
      to: classifier, references: 20,
      tuning: TrainingRecipe(epochs: 30, batchSize: 20, learningRate: 0.05), using: &generator)
    let found = try shield.certify(tuned, images[30..<34], samples: 500, using: &generator)
    #expect(found.map(\.label) == [0, 0, 1, 1])
    #expect(found.allSatisfy { $0.radius > 0.5 })
  }

  @Test("Other images, and training that blows up, are refused")
  func refused() throws {
    let diffusion = try Diffusion(image: [1, 4, 4], classes: 2, width: 4, seed: 1)
    #expect(throws: NetworkError.self) { try diffusion.denoised(.zeros([1, 1, 6, 6]), sigma: 1) }
    #expect(throws: TrainingError.self) {
      var generator = Generator(seed: 1)
      _ = try diffusion.trained(
        on: images * Float.infinity, labels: labels, recipe: TrainingRecipe(epochs: 1),
        using: &generator)
    }
  }
}
