import Tensors

/// Orthonormal convolutions on a torus, where the Fourier transform takes a convolution apart into
/// one small complex matrix for each frequency.
extension CayleyTransform {
  /// Returns the kernel of a circular convolution with orthonormal rows, or orthonormal columns if
  /// there are more outputs than inputs.
  ///
  /// The matrix of every frequency is transformed. What comes back has few zeros: a kernel as large
  /// as the torus, whose tap `u` weighs the pixel `u` places after the output's, around the edges.
  ///
  /// - Shape: `kernel` `[out, in, height, width]` with its middle tap at the output's pixel; the
  ///   result is `[out, in] + torus`.
  /// - Precondition: the numbers are finite, and the kernel fits on the torus.
  /// - Source: "Orthogonalizing Convolutional Layers with the Cayley Transform" (2021), section 4.2.
  public static func orthonormal(_ kernel: Tensor, torus: [Int]) -> Tensor {
    let (outputs, inputs) = (kernel.size(0), kernel.size(1))
    let taps = [kernel.size(2), kernel.size(3)]
    precondition(
      torus.count == 2 && zip(taps, torus).allSatisfy { $0 <= $1 },
      "a kernel of shape \(kernel.shape) on a torus of \(torus)")
    let placed = kernel.padded(zip(taps, torus).map { (0, $1 - $0) })
      .rolled(by: -((taps[0] - 1) / 2), axis: 2).rolled(by: -((taps[1] - 1) / 2), axis: 3)
    let spectrum = placed.realFourierTransform(axes: [2, 3])
    let numbers = spectrum.reshaped(to: [outputs, inputs, -1, 2]).transposed(axes: [2, 0, 1, 3])
    let shape = [numbers.size(0), outputs, 2, inputs, 2]
    let matrices = realForm(numbers).reshaped(to: [shape[0], 2 * outputs, 2 * inputs])
    // The first column of each two-by-two block is the complex number again.
    let results = orthonormal(matrices).reshaped(to: shape).narrowed(axis: 4, from: 0, count: 1)
      .squeezed(axes: [4]).transposed(axes: [1, 3, 0, 2])
    return results.reshaped(to: spectrum.shape)
      .inverseRealFourierTransform(axes: [2, 3], sizes: torus)
  }

  /// Complex matrices with each number `a + bi` written as the block `[a, -b; b, a]`, which keeps
  /// sums, products and inverses, and makes transposes of conjugate transposes.
  ///
  /// - Shape: `[count, rows, columns, 2]` to `[count, rows, 2, columns, 2]`.
  private static func realForm(_ numbers: Tensor) -> Tensor {
    let parts = numbers.split(sizes: [1, 1], axis: 3)
    return .stacking(
      [
        .concatenating([parts[0], -parts[1]], axis: 3),
        .concatenating([parts[1], parts[0]], axis: 3),
      ],
      axis: 2)
  }
}
