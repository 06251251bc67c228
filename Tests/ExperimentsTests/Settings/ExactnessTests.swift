import Evidence
import ExperimentSettings
import Tensors
import TestSupport
import Testing

struct SettingsExactnessTests {
  private let full = ExperimentContext(seed: 5, scale: .full)

  @Test("Violations are counted, and a comparison with NaN is one")
  func violations() throws {
    var index = 0.0
    let summary = try full.violations(of: 50) { _ in
      index += 1
      return index <= 40 && (index == 7 ? .nan : 0) <= 1.0
    }
    #expect(summary.value == 11 && summary.trials == 50)
    let small = ExperimentContext(seed: 5, scale: .small)
    #expect(try small.violations(of: 50) { _ in true }.trials == 3)
  }

  @Test("The worst is the largest, unless one is NaN; trials repeat and differ")
  func worst() throws {
    let once = try full.worst(of: 30) { Double.random(in: 0..<1, using: &$0) }
    let twice = try full.worst(of: 30) { generator in
      let value = Double.random(in: 0..<1, using: &generator)
      // What a trial draws beside does not move the others.
      _ = generator.next()
      return value
    }
    #expect(once == twice && once.value > 0.8 && once.value < 1)
    #expect(try full.worst(of: 3) { $0.next() == 0 ? 1 : .nan }.value.isNaN)
    var index = 0
    let mixed = try full.worst(of: 3) { _ in
      index += 1
      return [3, .nan, 5][index - 1]
    }
    #expect(mixed.value.isNaN)
  }

  @Test("Random matrices have the spectrum asked for", arguments: UInt64(0)..<4)
  func matrices(seed: UInt64) throws {
    var generator = Generator(seed: seed)
    let spectrum = [-1.0, 0, 0.5, 3]
    let symmetric = RandomMatrix.symmetric(spectrum: spectrum, using: &generator)
    expectClose(symmetric, symmetric.transposed(), absolute: 0)
    expectClose(try symmetric.symmetricEigen().values, Tensor(spectrum), absolute: 1e-12)
    let columns = RandomMatrix.orthonormal(6, 4, using: &generator)
    expectClose(
      columns.transposed().matmul(columns), .identity(4, dtype: .float64), absolute: 1e-12)
    let rectangular = RandomMatrix.rectangular(
      5, 4, singularValues: [3, 2, 0.1], using: &generator)
    expectClose(
      try rectangular.singularValueDecomposition().values, Tensor([3, 2, 0.1, 0]),
      absolute: 1e-12)
  }

  @Test(
    "Kernels are symmetric and positive semidefinite, and have their closed forms",
    arguments: [
      (Kernel.linear, 2.0), (.polynomial(degree: 2), 9), (.gaussian(width: 2), 0.535_261_428_5),
      (.laplace(width: 2), 0.223_130_160_1),
    ])
  func kernels(_ kernel: Kernel, expected: Double) throws {
    let pair = kernel(Tensor([1.0, 2], shape: [1, 2]), Tensor([2.0, 0], shape: [1, 2]))
    #expect(abs(pair.item() - expected) < 1e-9)
    var generator = Generator(seed: 1)
    let points = Tensor.normal([12, 2], dtype: .float64, using: &generator)
    let matrix = kernel(points, points)
    expectClose(matrix, matrix.transposed(), absolute: 1e-12)
    #expect(try matrix.symmetricEigen().values.min().item() > -1e-9)
  }

  @Test(
    "Dirichlet vectors add up to 1 and spread as their parameter says",
    arguments: [0.05, 0.5, 1, 4])
  func simplex(_ concentration: Double) {
    var generator = Generator(seed: 2)
    let draws = Simplex.dirichlet(
      20_000, outcomes: 4, concentration: concentration, using: &generator)
    expectClose(draws.sum(axes: [1]), .ones([20_000], dtype: .float64), absolute: 1e-12)
    // The variance of an outcome is (1/4)(3/4) / (4 concentration + 1).
    let variance = 0.1875 / (4 * concentration + 1)
    expectClose(draws.mean(axes: [0]), .full(0.25, [4], dtype: .float64), absolute: 0.02)
    expectClose(
      draws.variance(axes: [0]), .full(variance, [4], dtype: .float64), absolute: 0,
      relative: 0.06)
  }
}
