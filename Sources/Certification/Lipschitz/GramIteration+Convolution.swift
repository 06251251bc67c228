import Tensors

/// The spectral norm of convolutions: on a torus, where the Fourier transform takes a convolution
/// apart into one small matrix for each frequency.
extension GramIteration {
  /// Returns a bound of the spectral norm of a convolution on a torus of given sizes.
  ///
  /// With strides, the frequencies that subsampling makes one stand side by side in one matrix, so
  /// that there too the norm on the torus is the largest of the matrices' norms.
  ///
  /// - Shape: `kernel` `[out, in / groups] + taps`; `sizes` has one entry a spatial axis, each a
  ///   multiple of the stride.
  /// - Soundness: as for a matrix. A kernel has few taps, so that its transform is one product with
  ///   a table of cosines and sines instead of a fast transform.
  public func circularNorm(_ kernel: Tensor, _ geometry: ConvolutionGeometry, sizes: [Int])
    -> Tensor
  {
    self(Self.symbols(kernel, geometry, sizes: sizes)).max(axes: nil) / pairing
  }

  /// As `circularNorm`, sound for the numbers that are stored.
  public func certifiedCircularNorm(
    _ kernel: Tensor, _ geometry: ConvolutionGeometry, sizes: [Int]
  ) -> Double {
    let kernel = kernel.cast(to: .float64)
    let symbols = Self.symbols(kernel, geometry, sizes: sizes)
    // Every entry of a symbol is off by a share of the sum of its taps' magnitudes.
    let taps = kernel.count / Swift.max(1, kernel.size(0) * kernel.size(1))
    let total = kernel.magnitude().sum().item()
    let copies = Double(geometry.stride.reduce(1, *)).squareRoot()
    return certified(symbols) / pairing * (1 + 16 * Rounding.unit)
      + total * copies * 4 * (Rounding.sum(taps) + Rounding.function)
  }

  /// Returns a bound of the spectral norm of a convolution with padding by zeros.
  ///
  /// It is the norm on a torus that is large enough for the padded image: the convolution with
  /// padding is that one, restricted to images that are zero elsewhere and to some of its outputs.
  ///
  /// - Shape: as for `circularNorm`; `input` are the spatial sizes of the image.
  public func zeroPaddedNorm(_ kernel: Tensor, _ geometry: ConvolutionGeometry, input: [Int])
    -> Tensor
  {
    circularNorm(kernel, geometry, sizes: Self.torus(geometry, input: input))
  }

  /// As `zeroPaddedNorm`, sound for the numbers that are stored.
  public func certifiedZeroPaddedNorm(
    _ kernel: Tensor, _ geometry: ConvolutionGeometry, input: [Int]
  ) -> Double {
    certifiedCircularNorm(kernel, geometry, sizes: Self.torus(geometry, input: input))
  }

  /// A complex matrix is written as a real one with each singular value twice, which makes the last
  /// Frobenius norm too large by √2.
  private var pairing: Double {
    (0..<steps + 1).reduce(2) { value, _ in value.squareRoot() } * (1 - 64 * Rounding.unit)
  }

  private static func torus(_ geometry: ConvolutionGeometry, input: [Int]) -> [Int] {
    input.indices.map { axis in
      let stride = geometry.stride[axis]
      let padded = input[axis] + 2 * geometry.padding[axis]
      return (padded + stride - 1) / stride * stride
    }
  }

  /// The real form of the matrix of each frequency, `[frequencies, groups, 2·out, 2·in·copies]`.
  private static func symbols(
    _ kernel: Tensor, _ geometry: ConvolutionGeometry, sizes: [Int]
  ) -> Tensor {
    let shape = kernel.shape
    precondition(
      shape.count == 2 + sizes.count && zip(sizes, geometry.stride).allSatisfy { $0 % $1 == 0 },
      "a torus of \(sizes) for a kernel of shape \(shape) and strides \(geometry.stride)")
    let places = Array(shape.dropFirst(2))
    let (cosine, sine) = table(places, geometry, sizes: sizes)
    let (groups, outputs) = (geometry.groups, shape[0] / geometry.groups)
    let taps = kernel.reshaped(to: [groups, outputs * shape[1], -1])
    let copies = geometry.stride.reduce(1, *)
    func part(_ wave: Tensor) -> Tensor {
      let values = taps.matmul(wave.cast(to: kernel.dtype))
        .reshaped(to: [groups, outputs, shape[1], -1, copies])
      return values.transposed(axes: [3, 0, 1, 4, 2])
        .reshaped(to: [-1, groups, outputs, copies * shape[1]])
    }
    let (real, imaginary) = (part(cosine), part(sine))
    let scale = 1 / Double(copies).squareRoot()
    let top = Tensor.concatenating([real, -imaginary], axis: 3)
    let bottom = Tensor.concatenating([imaginary, real], axis: 3)
    return Tensor.concatenating([top, bottom], axis: 2) * scale
  }

  /// `cos` and `sin` of the phase of each tap at each frequency, `[taps, frequencies · copies]`;
  /// the copies that one stride makes alike are neighbors.
  ///
  /// Frequencies of opposite sign have conjugate matrices: without strides, half of them do.
  private static func table(_ taps: [Int], _ geometry: ConvolutionGeometry, sizes: [Int]) -> (
    cosine: Tensor, sine: Tensor
  ) {
    let isStrided = geometry.stride.contains { $0 > 1 }
    var angles = Tensor.zeros([1, 1, 1], dtype: .float64)
    for axis in sizes.indices {
      let (size, stride) = (sizes[axis], geometry.stride[axis])
      let coarse = size / stride
      let isHalved = !isStrided && axis == sizes.count - 1
      let kept = isHalved ? size / 2 + 1 : coarse
      let steps = Tensor.range(0..<kept).reshaped(to: [kept, 1])
      let copies = Tensor.range(0..<stride).reshaped(to: [1, stride]) * coarse
      let frequencies = (steps + copies).reshaped(to: [1, kept, stride])
      let shifts = (Tensor.range(0..<taps[axis]) * geometry.dilation[axis])
        .reshaped(to: [taps[axis], 1, 1])
      // The remainder is taken of integers, so that angles keep their precision.
      let turns = (shifts * frequencies).remainder(dividingBy: Tensor(scalar: size))
      let own = turns.cast(to: .float64) * (2 * Double.pi / Double(size))
      let (a, b) = (angles.shape, own.shape)
      angles =
        (angles.reshaped(to: [a[0], 1, a[1], 1, a[2], 1])
        + own.reshaped(to: [1, b[0], 1, b[1], 1, b[2]]))
        .reshaped(to: [a[0] * b[0], a[1] * b[1], a[2] * b[2]])
    }
    let flat = angles.reshaped(to: [angles.size(0), -1])
    return (flat.cos(), flat.sin())
  }
}
