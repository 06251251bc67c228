import Tensors

/// The windows of a pool whose padding differs at the two ends, or of an average over a dilated kernel.
struct PoolWindows {
  let sizes: [Int]
  let kernel: [Int]
  let stride: [Int]
  let dilation: [Int]
  let padding: [PaddingWidth]
  /// Whether a last window may reach beyond the padding.
  let roundsUp: Bool
  /// Whether padded zeros count as pixels; what lies beyond the padding never does.
  let countsPadding: Bool

  private func width(_ axis: Int) -> Int { dilation[axis] * (kernel[axis] - 1) + 1 }

  private func padded(_ axis: Int) -> Int {
    sizes[axis] + padding[axis].before + padding[axis].after
  }

  /// The number of windows along an axis, the last of which begins inside of the image.
  private func count(_ axis: Int) -> Int {
    let room = padded(axis) - width(axis)
    guard room >= 0 else { return 0 }
    let count = room / stride[axis] + 1
    let isOneMore =
      roundsUp && room % stride[axis] != 0
      && count * stride[axis] < sizes[axis] + padding[axis].before
    return isOneMore ? count + 1 : count
  }

  /// Whether the kernel is larger than the padded image.
  var isEmpty: Bool { sizes.indices.contains { count($0) == 0 } }

  /// The padding with which each window lies inside.
  func reach() -> [PaddingWidth] {
    sizes.indices.map { axis in
      let end = (count(axis) - 1) * stride[axis] + width(axis)
      return PaddingWidth(
        before: padding[axis].before, after: padding[axis].after + max(0, end - padded(axis)))
    }
  }

  /// The windows over an image that is padded by `reach()`.
  var geometryWithoutPadding: PoolingGeometry {
    PoolingGeometry(
      kernel: kernel, stride: stride, padding: kernel.map { _ in 0 }, dilation: dilation,
      roundsUp: false)
  }

  /// One over the number of pixels of each window.
  func shares() -> Tensor {
    sizes.indices.reduce(Tensor(scalar: 1.0)) { shares, axis in
      let first = countsPadding ? 0 : padding[axis].before
      let end = countsPadding ? padded(axis) : padding[axis].before + sizes[axis]
      let counts = (0..<count(axis)).map { window in
        // The taps that lie in `first..<end`.
        let start = window * stride[axis]
        let from = max(0, (first - start + dilation[axis] - 1) / dilation[axis])
        let to = min(kernel[axis], (end - start + dilation[axis] - 1) / dilation[axis])
        return max(0, to - from)
      }
      let later = Array(repeating: 1, count: sizes.count - axis - 1)
      return shares
        * Tensor(counts.map { 1 / Double(max(1, $0)) }).reshaped(to: [counts.count] + later)
    }
  }
}
