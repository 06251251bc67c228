import Tensors
import TestSupport
import Testing

private let sequence = Tensor([1.0, 5, 2, 4], shape: [1, 1, 4])
private let image = Tensor([1.0, 2, 3, 4], shape: [1, 1, 2, 2])
private let volume = Tensor([1.0, 2, 3, 4, 5, 6, 7, 8], shape: [1, 1, 2, 2, 2])

@Test(
  "Pools equal maxima and means written by hand",
  arguments: [
    ValueCase("max, sequence", [5, 4], shape: [1, 1, 2]) {
      sequence.maxPooled(PoolingGeometry(kernel: [2]))
    },
    ValueCase("max, stride and dilation", [2, 5], shape: [1, 1, 2]) {
      sequence.maxPooled(PoolingGeometry(kernel: [2], stride: [1], dilation: [2]))
    },
    ValueCase("max, rounding up", [5, 4], shape: [1, 1, 2]) {
      sequence.maxPooled(PoolingGeometry(kernel: [3], stride: [2], roundsUp: true))
    },
    ValueCase("max, image", [4], shape: [1, 1, 1, 1]) {
      image.maxPooled(PoolingGeometry(kernel: [2, 2]))
    },
    ValueCase("max, volume", [8], shape: [1, 1, 1, 1, 1]) {
      volume.maxPooled(PoolingGeometry(kernel: [2, 2, 2]))
    },
    ValueCase("mean, sequence", [3, 3], shape: [1, 1, 2]) {
      sequence.averagePooled(PoolingGeometry(kernel: [2]), countsPadding: true)
    },
    ValueCase("mean, padding counts", [0.25, 0.5, 0.75, 1], shape: [1, 1, 2, 2]) {
      image.averagePooled(PoolingGeometry(kernel: [2, 2], padding: [1, 1]), countsPadding: true)
    },
    ValueCase("mean, padding does not count", [1, 2, 3, 4], shape: [1, 1, 2, 2]) {
      image.averagePooled(PoolingGeometry(kernel: [2, 2], padding: [1, 1]), countsPadding: false)
    },
    ValueCase("mean, volume", [4.5], shape: [1, 1, 1, 1, 1]) {
      volume.averagePooled(PoolingGeometry(kernel: [2, 2, 2]), countsPadding: true)
    },
  ])
func poolingValues(_ row: ValueCase) throws { try row.check() }
