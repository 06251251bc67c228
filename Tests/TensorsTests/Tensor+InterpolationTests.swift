import Tensors
import TestSupport
import Testing

private let ramp = Tensor([0.0, 1.0], shape: [1, 1, 2])
private let image = Tensor([0.0, 1.0, 2.0, 3.0], shape: [1, 1, 2, 2])

@Test(
  "Resizing equals its formulas",
  arguments: [
    ValueCase("nearest, sequence", [0, 0, 1, 1], shape: [1, 1, 4]) {
      ramp.resized(to: [4], mode: .nearest)
    },
    ValueCase("linear, sequence", [0, 0.25, 0.75, 1], shape: [1, 1, 4]) {
      ramp.resized(to: [4], mode: .linear)
    },
    ValueCase("linear, corners aligned", [0, 0.5, 1], shape: [1, 1, 3]) {
      ramp.resized(to: [3], mode: .linear, alignsCorners: true)
    },
    ValueCase("nearest, image", [0, 0, 1, 1, 2, 2, 3, 3], shape: [1, 1, 2, 4]) {
      image.resized(to: [2, 4], mode: .nearest)
    },
    ValueCase("linear, image", [0, 0.5, 1, 1, 1.5, 2, 2, 2.5, 3], shape: [1, 1, 3, 3]) {
      image.resized(to: [3, 3], mode: .linear, alignsCorners: true)
    },
    ValueCase("cubic, same size", [0, 1, 2, 3], shape: [1, 1, 2, 2]) {
      image.resized(to: [2, 2], mode: .cubic)
    },
    ValueCase("sampled", [1.5, 0, 3, 2], shape: [1, 1, 2, 2]) {
      image.sampled(at: Tensor([0.0, 0, -1, -1, 1, 1, -1, 9], shape: [1, 2, 2, 2]))
    },
  ])
func interpolationValues(_ row: ValueCase) throws { try row.check() }
