import Foundation
import Tensors
import TestSupport
import Testing

private let pair = Tensor([1.0, 3.0], shape: [1, 2])
private let scale = Tensor([2.0, 2.0])
private let bias = Tensor([1.0, 1.0])

@Test(
  "Normalizations equal their formulas",
  arguments: [
    ValueCase("batch, fixed statistics", [1, 3], shape: [1, 2]) {
      pair.batchNormalized(
        scale: scale, bias: bias, mean: Tensor([1.0, 1.0]), variance: Tensor([3.0, 3.0]),
        epsilon: 1)
    },
    ValueCase("batch, its own statistics", [-1, 3], shape: [2, 1]) {
      Tensor([1.0, 3.0], shape: [2, 1]).batchNormalized(
        scale: Tensor([2.0]), bias: Tensor([1.0]), epsilon: 0)
    },
    ValueCase("layer", [-1, 3], shape: [1, 2]) {
      pair.layerNormalized(shape: [2], scale: scale, bias: bias, epsilon: 0)
    },
    ValueCase("group", [-1, 3], shape: [1, 2]) {
      pair.groupNormalized(groups: 1, scale: scale, bias: bias, epsilon: 0)
    },
    ValueCase("softmax", [0.25, 0.75], shape: [1, 2]) { pair.log().softmax() },
    ValueCase("log softmax", [log(0.25), log(0.75)], shape: [1, 2]) { pair.log().logSoftmax() },
  ])
func normalizationValues(_ row: ValueCase) throws { try row.check() }

@Test("Softmax does not overflow")
func softmaxOfLargeNumbers() {
  expectClose(Tensor([1e4, 1e4]).softmax(), Tensor([0.5, 0.5]), absolute: 1e-12)
}
