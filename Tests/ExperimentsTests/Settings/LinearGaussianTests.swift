import ExperimentSettings
import Tensors
import TestSupport
import Testing

struct SettingsLinearGaussianTests {
  @Test("A regression's risks are means over draws")
  func regression() throws {
    var generator = Generator(seed: 1)
    let covariance = RandomMatrix.symmetric(spectrum: [0.2, 1, 3], using: &generator)
    let regression = try GaussianRegression(
      weights: Tensor([1.0, -2, 0.5]), covariance: covariance, noise: 0.7)
    let candidate = Tensor([0.5, -1, 1])
    let (features, targets) = regression.draw(200_000, using: &generator)
    let residuals = (targets - features.matmul(candidate)).magnitude()
    let risk = regression.risk(of: candidate)
    #expect(abs(residuals.square().mean().item() / risk - 1) < 0.02)
    let moved = residuals + candidate.norm() * 0.3
    let adversarial = regression.adversarialRisk(of: candidate, radius: 0.3)
    #expect(abs(moved.square().mean().item() / adversarial - 1) < 0.02)
    #expect(abs(regression.risk(of: regression.weights) - 0.49) < 1e-12)
    #expect(regression.excessRisk(of: regression.weights) == 0)
    let plain = GaussianRegression(dimension: 9, noise: 0, using: &generator)
    #expect(abs(plain.risk(of: .zeros([9])) - 1) < 1e-12)
  }

  private static func model() -> CausalModel {
    CausalModel(
      strengths: Tensor(
        [0.0, 0, 0, 0, 0.5, 0, 0, 0, 1, -1, 0, 0, 0.3, 0, 2, 0], shape: [4, 4]), target: 2,
      environments: [
        .init(deviations: [1, 0.5, 0.3, 0.7]),
        .init(deviations: [2, 0.5, 0.3, 1], shifts: [1, -1, 0, 0.5]),
      ])
  }

  @Test("A causal model's risk is the mean over draws in every environment", arguments: 0..<2)
  func risk(in environment: Int) {
    let model = Self.model()
    var generator = Generator(seed: 2)
    let candidate = Tensor([0.7, -0.5, 0.1])
    let (features, targets) = model.draw(200_000, in: environment, using: &generator)
    #expect(features.shape == [200_000, 3])
    let errors = targets - features.matmul(candidate) - 0.2
    let risk = model.risk(of: candidate, intercept: 0.2, in: environment)
    #expect(abs(errors.square().mean().item() / risk - 1) < 0.03)
  }

  @Test("Slopes of the risk are its differences, and vanish at least squares")
  func slopes() throws {
    let model = Self.model()
    let point = Tensor([0.3, 0.1, -0.4])
    for axis in 0..<3 {
      let step = Tensor.range(0..<3, dtype: .float64).oneHotStep(axis)
      let difference =
        (model.risk(of: point + step, in: 1) - model.risk(of: point - step, in: 1)) / 2e-4
      #expect(abs(difference - model.riskGradient(at: point, in: 1)[axis..<axis + 1].item()) < 1e-6)
    }
    let best = try model.leastSquares(over: [0, 1])
    let slope = model.riskGradient(at: best, in: 0) + model.riskGradient(at: best, in: 1)
    #expect(slope.norm().item() < 1e-10)
  }

  @Test("Causes predict alike everywhere, while least squares lean on effects")
  func invariance() throws {
    let chain = CausalModel.chain([0.5, 2])
    expectClose(chain.causes, Tensor([1.0, 0]), absolute: 0)
    // Of x₁ and y of variance e² and 2e², seen with noise 1: 1 / (e² + 1) and e² / (e² + 1).
    for (environment, squared) in [0.25, 4].enumerated() {
      expectClose(
        try chain.leastSquares(over: [environment]),
        Tensor([1 / (squared + 1), squared / (squared + 1)]), absolute: 1e-12)
      #expect(abs(chain.risk(of: chain.causes, in: environment) - squared) < 1e-12)
    }
  }
}

extension Tensor {
  /// 1e-4 where an element of this is `axis`, 0 elsewhere.
  fileprivate func oneHotStep(_ axis: Int) -> Tensor { (self .== axis).cast(to: .float64) * 1e-4 }
}
