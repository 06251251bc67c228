import Tensors

/// How an image is brought to another size: each axis is multiplied by a matrix of weights.
///
/// Weights are those of Pillow's `Image.resize`, so that shrinking averages and nothing is skipped.
enum Resampling {
  /// The mean over the interval that a new pixel covers.
  case box
  /// A triangle of the width of two pixels.
  case linear

  /// Resizes the last two axes.
  func resize(_ images: Tensor, to size: (height: Int, width: Int)) -> Tensor {
    let rows = matrix(from: images.size(-2), to: size.height)
    let columns = matrix(from: images.size(-1), to: size.width)
    return rows.matmul(images).matmul(columns.transposed())
  }

  /// - Shape: `[new, old]`; rows add up to 1.
  private func matrix(from old: Int, to new: Int) -> Tensor {
    let scale = Double(old) / Double(new)
    let support = max(scale, 1)
    let centers = (Tensor.range(0..<new, dtype: .float64) + 0.5) * scale
    let pixels = Tensor.range(0..<old, dtype: .float64) + 0.5
    let distances = (pixels - centers.expandedDimension(at: 1)) / support
    let weights =
      switch self {
      case .box: ((distances .> -0.5) .& (distances .<= 0.5)).cast(to: .float64)
      case .linear: (1 - distances.magnitude()).relu()
      }
    return (weights / weights.sum(axes: [1], keepingAxes: true)).cast(to: .float32)
  }
}
