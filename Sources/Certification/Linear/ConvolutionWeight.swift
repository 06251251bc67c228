import Networks
import Tensors

/// A convolution's weights, for both directions.
///
/// The transpose of a convolution with strides is a convolution without: each of the places that
/// one stride spans is a phase, with channels of its own, and reads its own part of the kernel.
/// That is several times as fast as kernels for transposed convolutions, and the same sums.
///
/// - Source: "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
///   Convolutional Neural Network" (2016), section 3.
struct ConvolutionWeight: Sendable {
  /// `[out, in / groups] + kernel`
  let weight: Tensor
  let geometry: ConvolutionGeometry
  /// What the transpose adds to the size at the end of each axis.
  let outputPadding: [Int]
  /// Whether each channel of the result is one element of the kernel's window, unchanged.
  let isSelection: Bool
  private let phases: Phases?

  /// Convolutions of images with neither groups nor dilation have phases, in single precision:
  /// there is no quick kernel in double.
  private struct Phases {
    /// `[rows of phases · columns of phases · in, out, height, width]`
    let weight: Tensor
    /// The first place that a phase reads, less its own, for each axis; never above 0.
    let start: [Int]
    /// The last one.
    let end: [Int]
  }

  init(_ weight: Tensor, _ geometry: ConvolutionGeometry, outputPadding: [Int]) {
    (self.weight, self.geometry, self.outputPadding) = (weight, geometry, outputPadding)
    let rows = weight.flattenedRows()
    isSelection =
      ((rows .== 0) .| (rows .== 1)).all().booleans[0]
      && (rows.sum(axes: [1]) .<= 1).all().booleans[0]
    let isPlain = geometry.groups == 1 && geometry.dilation.allSatisfy { $0 == 1 }
    guard isPlain, weight.rank == 4, weight.dtype == .float32 else {
      phases = nil
      return
    }
    let axes = (0..<2).map { axis in
      PhaseAxis(
        kernel: weight.size(axis + 2), stride: geometry.stride[axis],
        padding: geometry.padding[axis])
    }
    let split = Tensor.einsum(
      "oiyx,ajy,bkx->abiojk", weight, axes[0].selection.cast(to: weight.dtype),
      axes[1].selection.cast(to: weight.dtype))
    phases = Phases(
      weight: split.reshaped(to: [-1] + split.shape.suffix(3)), start: axes.map(\.start),
      end: axes.map(\.end))
  }

  func cast(to dtype: DType) -> ConvolutionWeight {
    ConvolutionWeight(weight.cast(to: dtype), geometry, outputPadding: outputPadding)
  }

  /// The transposed convolution.
  ///
  /// - Shape: `[rows, out] + output` to `[rows, in] + input`.
  func transposed(_ objectives: Tensor, size: Shape) -> Tensor {
    guard let phases else {
      return objectives.transposedConvolved(
        weight: weight, bias: nil, geometry, outputPadding: outputPadding)
    }
    let (rows, channels, stride) = (objectives.size(0), weight.size(1), geometry.stride)
    // Every stretch of one stride in the result has a place.
    let counts = zip(size, stride).map { ($0 + $1 - 1) / $1 }
    let widths = (0..<2).map { axis in
      (
        before: -phases.start[axis],
        after: max(0, counts[axis] + phases.end[axis] - objectives.size(axis + 2))
      )
    }
    let dense = ConvolutionGeometry(stride: [1, 1], padding: [0, 0], dilation: [1, 1])
    var values = objectives.padded(widths).convolved(
      weight: phases.weight, bias: nil, dense, keepingLayout: true)
    for axis in 0..<2 where values.size(axis + 2) > counts[axis] {
      values = values.narrowed(axis: axis + 2, from: 0, count: counts[axis])
    }
    // The phases of a stretch beside each other, the channels of a place side by side in memory.
    let pixels = values.transposed(axes: [0, 2, 3, 1])
      .reshaped(to: [rows, counts[0], counts[1], stride[0], stride[1], channels])
      .transposed(axes: [0, 1, 3, 2, 4, 5])
      .reshaped(to: [rows, counts[0] * stride[0], counts[1] * stride[1], channels])
    return pixels.transposed(axes: [0, 3, 1, 2])
      .narrowed(axis: 2, from: 0, count: size[0]).narrowed(axis: 3, from: 0, count: size[1])
  }
}

/// Which element of a kernel each phase reads at each place, along one axis.
private struct PhaseAxis {
  /// 1 where a phase reads an element at a place, else 0; `[phases, places, kernel]`.
  let selection: Tensor
  let start: Int
  let end: Int

  init(kernel: Int, stride: Int, padding: Int) {
    /// The place, less the phase's own, at which it reads an element.
    func place(_ phase: Int, _ element: Int) -> Int? {
      let distance = phase + padding - element
      return distance % stride == 0 ? distance / stride : nil
    }
    let pairs = (0..<stride).flatMap { phase in
      (0..<kernel).compactMap { element in
        place(phase, element).map { (phase: phase, element: element, place: $0) }
      }
    }
    let (start, end) = (
      min(0, pairs.map(\.place).min()!), max(0, pairs.map(\.place).max()!)
    )
    var values = [Double](repeating: 0, count: stride * (end - start + 1) * kernel)
    for pair in pairs {
      values[(pair.phase * (end - start + 1) + pair.place - start) * kernel + pair.element] = 1
    }
    selection = Tensor(values).reshaped(to: [stride, end - start + 1, kernel])
    (self.start, self.end) = (start, end)
  }
}
