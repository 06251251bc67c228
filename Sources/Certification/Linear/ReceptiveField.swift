import Networks
import Tensors

/// The receptive field of one place of a feature map in another: a window, in the same position to
/// each place.
///
/// - Units: elements of the other map; one entry for each axis of space.
struct ReceptiveField: Equatable {
  /// How far windows of neighboring places lie apart.
  var stride: [Int]
  /// Where the window of the first place starts; below 0 where it starts outside.
  var start: [Int]
  var size: [Int]

  /// A place itself.
  init(axes: Int) {
    (stride, start, size) = (
      Array(repeating: 1, count: axes), Array(repeating: 0, count: axes),
      Array(repeating: 1, count: axes)
    )
  }

  /// The receptive field in a convolution's input of this window of its result.
  func before(_ convolution: ConvolutionWeight) -> ReceptiveField {
    let (kernel, geometry) = (convolution.weight.shape.dropFirst(2), convolution.geometry)
    var window = self
    for axis in size.indices {
      window.stride[axis] = stride[axis] * geometry.stride[axis]
      window.start[axis] = start[axis] * geometry.stride[axis] - geometry.padding[axis]
      window.size[axis] =
        (size[axis] - 1) * geometry.stride[axis] + geometry.dilation[axis] * (kernel[axis + 2] - 1)
        + 1
    }
    return window
  }

  /// The smallest window that holds both, or nil if they move at different strides.
  func union(_ other: ReceptiveField) -> ReceptiveField? {
    guard stride == other.stride else { return nil }
    var window = self
    for axis in size.indices {
      window.start[axis] = min(start[axis], other.start[axis])
      let end = max(start[axis] + size[axis], other.start[axis] + other.size[axis])
      window.size[axis] = end - window.start[axis]
    }
    return window
  }

  /// The part of values in this window, `[rows, channels] + size`, that another one covers.
  func cropped(_ values: Tensor, to other: ReceptiveField) -> Tensor {
    var result = values
    for axis in size.indices {
      result = result.narrowed(
        axis: axis + 2, from: other.start[axis] - start[axis], count: other.size[axis])
    }
    return result
  }

  /// The values in the windows of all places, with zeros for what lies outside.
  ///
  /// - Shape: `[batch, rows, channels] + space` to `[batch · places, rows, channels · size]`.
  func gathered(from values: Tensor, places: Shape) -> Tensor {
    let axes = size.count
    let space = values.shape.suffix(axes)
    let widths = zip(space, places).enumerated().map { axis, sizes in
      let last = start[axis] + (sizes.1 - 1) * stride[axis] + size[axis]
      return (before: max(0, -start[axis]), after: max(0, last - sizes.0))
    }
    var windows = values.padded(widths)
    for axis in 0..<axes {
      let from = start[axis] + widths[axis].before
      let count = (places[axis] - 1) * stride[axis] + size[axis]
      windows = windows.narrowed(axis: axis + 3, from: from, count: count)
        .windows(axis: axis + 3, size: size[axis], stride: stride[axis])
    }
    let order = [0] + (3..<3 + axes) + [1, 2] + (3 + axes..<3 + 2 * axes)
    return windows.transposed(axes: order).reshaped(
      to: [-1, values.size(1), values.size(2) * size.reduce(1, *)])
  }
}
