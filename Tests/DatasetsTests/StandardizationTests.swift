import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

@Test("Standardized features have mean 0 and deviation 1, and undoing restores them")
func perFeature() {
  var generator = Generator(seed: 1)
  let inputs = Tensor.normal([50, 3], using: &generator) * 4 + Tensor([1 as Float, -20, 300])
  let standardization = Standardization(fitting: inputs, per: .feature)
  let result = standardization.apply(to: inputs)
  expectClose(result.mean(axes: [0]), Tensor.zeros([3]), absolute: 1e-4)
  expectClose(result.variance(axes: [0]), Tensor.ones([3]), absolute: 1e-4)
  expectClose(standardization.undo(result), inputs, absolute: 1e-4, relative: 1e-5)
}

@Test("Channels share their statistics over an image, and a constant one is only shifted")
func perChannel() throws {
  let first = Tensor([0 as Float, 2, 4, 6], shape: [2, 1, 1, 2])
  let inputs = Tensor.concatenating([first, Tensor.full(7, [2, 1, 1, 2])], axis: 1)
  let standardization = Standardization(fitting: inputs, per: .channel)
  #expect(standardization.means == [3, 7])
  #expect(standardization.scales == [Float(5).squareRoot(), 1])
  expectClose(
    standardization.apply(to: inputs)[0],
    Tensor([-3 as Float, -1, 0, 0], shape: [2, 1, 2])
      / Tensor([Float(5).squareRoot(), 1], shape: [2, 1, 1]), absolute: 1e-6)
}

@Test("It can be kept beside a model")
func standardizationIsCodable() throws {
  let original = Standardization(fitting: Tensor([1.0, 5], shape: [2, 1]), per: .feature)
  let copy = try JSONDecoder().decode(
    Standardization.self, from: JSONEncoder().encode(original))
  #expect(copy == original)
}
