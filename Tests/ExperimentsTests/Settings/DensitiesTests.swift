import ExperimentSettings
import Foundation
import Tensors
import TestSupport
import Testing

struct SettingsDensitiesTests {
  private static func mixture() throws -> GaussianMixture {
    try GaussianMixture(
      weights: Tensor([0.5, 0.3, 0.2]), means: Tensor([0.0, 0, 2, 1, -1, 2], shape: [3, 2]),
      covariances: Tensor(
        [1.0, 0.3, 0.3, 0.5, 0.2, 0, 0, 0.4, 0.6, -0.2, -0.2, 0.3], shape: [3, 2, 2]))
  }

  private static func densities() throws -> [any KnownDensity] {
    [
      try mixture(), GaussianMixture(ring: 8), CurveDensity.moons(), CurveDensity.rings(),
      CurveDensity.spiral(),
    ]
  }

  @Test("Densities integrate to 1", arguments: 0..<5)
  func integral(_ index: Int) throws {
    let density = try Self.densities()[index]
    let grid = PlanarGrid(x: -7...7, y: -7...7, cells: 200)
    let mass = density.logDensity(at: grid.points).exp().sum().item() * grid.area
    #expect(abs(mass - 1) < 1e-6, "\(mass)")
  }

  @Test("The score is the slope of the log density", arguments: 0..<5)
  func score(_ index: Int) throws {
    let density = try Self.densities()[index]
    var generator = Generator(seed: 1)
    let points = Tensor.normal([20, 2], dtype: .float64, using: &generator) * 2
    let slope = gradient(at: points) { density.logDensity(at: $0).sum() }
    expectClose(density.score(at: points), slope, absolute: 1e-8, relative: 1e-9)
  }

  @Test("Draws have the mean of the score's identity: E[s] = 0, E[x · s] = -2", arguments: 0..<5)
  func draws(_ index: Int) throws {
    let density = try Self.densities()[index]
    var generator = Generator(seed: 2)
    let points = density.draw(20_000, using: &generator)
    let score = density.score(at: points)
    let spread = score.square().mean().item().squareRoot()
    #expect(score.mean(axes: [0]).magnitude().max().item() < 0.03 * spread)
    // Stein's identity holds for draws from the density alone.
    let product = (points * score).sum(axes: [1])
    let error = (product.variance(axes: [0]).item() / 20_000).squareRoot()
    #expect(abs(product.mean().item() + 2) < 4 * error)
    var again = Generator(seed: 2)
    expectClose(density.draw(20_000, using: &again), points, absolute: 0)
  }

  @Test("A sum over nodes is as exact as is said")
  func quadrature() {
    // At a circle's center every point of it is at the same distance.
    let rings = CurveDensity.rings(radii: [1.5], deviation: 0.1)
    let expected = -1.5 * 1.5 / 0.02 - log(2 * .pi * 0.01)
    let center = Tensor.zeros([1, 2], dtype: .float64)
    #expect(abs(rings.logDensity(at: center).item() - expected) < 1e-9)
    let rule = GaussLegendre(over: 1...3, panels: 2)
    #expect(abs(rule.weights.sum().item() - 2) < 1e-13)
    let power = (rule.weights * rule.nodes.power(15)).sum().item()
    #expect(abs(power / ((pow(3, 16) - 1) / 16) - 1) < 1e-13)
    #expect(abs((rule.weights * rule.nodes.exp()).sum().item() - (exp(3) - exp(1))) < 1e-12)
  }

  @Test("A diffused mixture is the distribution of diffused draws")
  func diffusion() throws {
    let mixture = try Self.mixture()
    let later = try mixture.diffused(signal: 0.6, noise: 0.8)
    var generator = Generator(seed: 3)
    let points =
      mixture.draw(40_000, using: &generator) * 0.6
      + Tensor.normal([40_000, 2], dtype: .float64, using: &generator) * 0.8
    let product = (points * later.score(at: points)).sum(axes: [1])
    let error = (product.variance(axes: [0]).item() / 40_000).squareRoot()
    #expect(abs(product.mean().item() + 2) < 4 * error)
    #expect(later.score(at: points).mean(axes: [0]).magnitude().max().item() < 0.03)
  }

  @Test("The Bayes error of two round parts is the normal tail of half their distance")
  func bayesError() throws {
    let pair = GaussianMixture(
      round: Tensor([-0.5, 0, 0.5, 0], shape: [2, 2]), deviation: 0.4)
    let expected = erfc(0.5 / 0.4 / 2.0.squareRoot()) / 2
    #expect(abs(pair.bayesError() - expected) < 2e-5)
    var generator = Generator(seed: 4)
    let (points, parts) = pair.drawWithParts(40_000, using: &generator)
    let wrong = pair.posterior(at: points).argmax(axis: 1) .!= parts
    #expect(abs(wrong.cast(to: .float64).mean().item() - expected) < 0.01)
  }

  @Test("A swiss roll lies on its sheet, whose lengths are those of the spiral")
  func swissRoll() {
    var generator = Generator(seed: 5)
    let roll = SwissRoll(500, using: &generator)
    let radius = roll.points.gathering(Tensor([0, 2]), axis: 1).norm(axes: [1])
    expectClose(radius, roll.angles, absolute: 1e-12)
    expectClose(roll.points.selecting(1, axis: 1), roll.heights, absolute: 0)
    let rule = GaussLegendre(over: 0...roll.angles[0..<1].item(), panels: 20)
    let length = (rule.weights * (rule.nodes.square() + 1).squareRoot()).sum().item()
    #expect(abs(roll.lengths[0..<1].item() - length) < 1e-9)
  }
}
