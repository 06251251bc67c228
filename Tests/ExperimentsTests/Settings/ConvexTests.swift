import ExperimentSettings
import Tensors
import TestSupport
import Testing

struct SettingsConvexTests {
  @Test("A quadratic has its slope, its minimum and its curvature", arguments: UInt64(0)..<4)
  func quadratic(seed: UInt64) throws {
    var generator = Generator(seed: seed)
    let quadratic = Quadratic(dimension: 7, condition: 100, using: &generator)
    let point = Tensor.normal([7], dtype: .float64, using: &generator)
    let slope = gradient(at: point) { point in
      let offset = point - quadratic.minimizer
      return offset.dot(quadratic.hessian.matmul(offset)) / 2
    }
    expectClose(quadratic.gradient(at: point), slope, absolute: 1e-12)
    #expect(quadratic.value(at: point) > quadratic.minimum)
    #expect(quadratic.value(at: quadratic.minimizer) == 0)
    let spectrum = try quadratic.hessian.symmetricEigen().values.elements(as: Double.self)
    #expect(abs(spectrum[0] - quadratic.strongConvexity) < 1e-12)
    #expect(abs(spectrum[6] - quadratic.smoothness) < 1e-12)
    #expect(abs(quadratic.condition - 100) < 1e-9)
  }

  @Test("Noise has the covariance that is said")
  func noise() throws {
    var generator = Generator(seed: 1)
    let covariance = RandomMatrix.symmetric(spectrum: [0.1, 1, 2], using: &generator)
    let noise = try GradientNoise(covariance: covariance)
    #expect(abs(noise.variance - 3.1) < 1e-9)
    let draws = noise.draw(100_000, using: &generator)
    expectClose(draws.transposed().matmul(draws) / 100_000, covariance, absolute: 0.03)
    let even = GradientNoise(deviation: 0.5, dimension: 3)
    expectClose(even.covariance, .identity(3, dtype: .float64) * 0.25, absolute: 1e-15)
  }

  private static func sums() throws -> [any FiniteSum] {
    var generator = Generator(seed: 2)
    return [
      try LeastSquaresSum(count: 60, dimension: 5, using: &generator),
      try LogisticSum(count: 60, dimension: 5, using: &generator),
    ]
  }

  @Test("The optimum of a finite sum has no slope, and no neighbor is lower", arguments: 0..<2)
  func optimum(_ index: Int) throws {
    let sum = try Self.sums()[index]
    #expect(sum.gradient(at: sum.minimizer).norm().item() < 1e-12)
    var generator = Generator(seed: 3)
    for _ in 0..<20 {
      let step = Tensor.normal([5], dtype: .float64, using: &generator) * 0.1
      let value = sum.value(at: sum.minimizer + step)
      let squared = step.square().sum().item() / 2
      #expect(value >= sum.minimum + squared * sum.strongConvexity - 1e-12)
      #expect(value <= sum.minimum + squared * sum.smoothness + 1e-12)
    }
    #expect(sum.strongConvexity <= sum.smoothness && sum.smoothness <= sum.componentSmoothness)
  }

  @Test("Gradients of the parts are those of their values, and noise is what they scatter")
  func parts() throws {
    for sum in try Self.sums() {
      var generator = Generator(seed: 4)
      let point = Tensor.normal([5], dtype: .float64, using: &generator)
      let slope = gradient(at: point) { sum.values(at: $0)[17..<18] }
      expectClose(
        sum.gradients(at: point, of: Tensor([17]))[0..<1].flattened(), slope,
        absolute: 1e-12)
      let draws = Tensor.stacking(
        (0..<4000).map { _ in sum.stochasticGradient(at: point, using: &generator) })
      let mean = sum.gradient(at: point)
      expectClose(draws.mean(axes: [0]), mean, absolute: 0.2)
      let covariance = sum.noiseCovariance(at: point)
      let found = (draws - mean).transposed().matmul(draws - mean) / 4000
      #expect((found - covariance).norm().item() < 0.15 * covariance.norm().item())
    }
  }
}
