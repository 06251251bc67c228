import Tensors

/// A way to cut an image into two halves that lie between each other.
///
/// Each half has half of the columns, and of two neighbors in a row each half has one.
public enum PixelPartition: String, Sendable, Hashable, CaseIterable {
  /// Even columns to the left half, odd ones to the right.
  case columns
  /// As the fields of a chessboard: even columns of even rows and odd columns of odd rows to the
  /// left half. Each half is packed, so that its columns are as many as those of `columns`.
  case checkerboard

  /// Returns both halves.
  ///
  /// - Shape: `[…, height, width]` to `[…, height, width / 2]`; `columns` also takes `[batch,
  ///   width]`.
  /// - Precondition: the width is even, so that both halves have one shape.
  public func halves(of images: Tensor) -> (left: Tensor, right: Tensor) {
    let width = images.size(-1)
    precondition(width % 2 == 0, "a width of \(width) has no halves")
    let even = images.sliced(axis: -1, from: 0, to: width, by: 2)
    let odd = images.sliced(axis: -1, from: 1, to: width, by: 2)
    switch self {
    case .columns: return (even, odd)
    case .checkerboard:
      precondition(images.rank > 2, "\(images.shape) has no rows and columns")
      let rows = Tensor.range(0..<images.size(-2)).expandedDimension(at: 1)
      let isEven = rows.remainder(dividingBy: Tensor(scalar: 2)) .== 0
      return (
        .choosing(even, where: isEven, otherwise: odd),
        .choosing(odd, where: isEven, otherwise: even)
      )
    }
  }
}
