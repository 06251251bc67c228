import Tensors
import TestSupport
import Testing

private let signal = Tensor([1.0, 2.0, 3.0, 4.0])
private let pairs = Tensor([1.0, 0.0, 2.0, 0.0, 3.0, 0.0, 4.0, 0.0], shape: [4, 2])

@Test(
  "Transforms equal their sums, and their inverses undo them",
  arguments: [
    ValueCase("real", [10, 0, -2, 2, -2, 0], shape: [3, 2]) {
      signal.realFourierTransform(axes: [0])
    },
    ValueCase("inverse real", [1, 2, 3, 4]) {
      signal.realFourierTransform(axes: [0]).inverseRealFourierTransform(axes: [0], sizes: [4])
    },
    ValueCase("complex", [10, 0, -2, 2, -2, 0, -2, -2], shape: [4, 2]) {
      pairs.fourierTransform(axes: [0])
    },
    ValueCase("inverse complex", [1, 0, 2, 0, 3, 0, 4, 0], shape: [4, 2]) {
      pairs.fourierTransform(axes: [0]).inverseFourierTransform(axes: [0])
    },
  ])
func fourierValues(_ row: ValueCase) throws { try row.check(absolute: 1e-12) }
