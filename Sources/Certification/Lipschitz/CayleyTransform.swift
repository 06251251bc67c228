import Tensors

/// Makes matrices with orthonormal rows or columns out of any matrices, smoothly.
///
/// - Source: "Orthogonalizing Convolutional Layers with the Cayley Transform" (2021), section 4.2,
///   in the rectangular form of "Direct Parameterization of Lipschitz-Bounded Deep Networks" (2023),
///   section 4.1.
public enum CayleyTransform {
  /// Returns a matrix whose rows are orthonormal, or whose columns are if there are more rows.
  ///
  /// Written `[U; V]` with square `U`, and `Z = U - Uᵀ + VᵀV`, a tall matrix becomes
  /// `[(I + Z)⁻¹(I - Z); -2V(I + Z)⁻¹]`. `I + Z` has a positive definite symmetric part, so that it
  /// is never singular.
  ///
  /// - Shape: `[rows, columns]`, with any axes before them, unchanged.
  /// - Precondition: the numbers are finite.
  public static func orthonormal(_ matrix: Tensor) -> Tensor {
    let (rows, columns) = (matrix.size(-2), matrix.size(-1))
    if columns > rows { return orthonormal(matrix.transposed()).transposed() }
    let square = matrix.narrowed(axis: -2, from: 0, count: columns)
    let identity = Tensor.identity(columns, dtype: matrix.dtype)
    var skew = square - square.transposed()
    let rest =
      rows > columns ? matrix.narrowed(axis: -2, from: columns, count: rows - columns) : nil
    if let rest { skew = skew + rest.transposed().matmul(rest) }
    guard let inverse = try? (identity + skew).inverse() else {
      preconditionFailure("the Cayley transform of a matrix that is not finite")
    }
    let top = inverse.matmul(identity - skew)
    guard let rest else { return top }
    return .concatenating([top, rest.matmul(inverse) * -2], axis: -2)
  }

  /// Returns the transform of a matrix that is first given the norm `scale`, which is trained too.
  static func orthonormal(_ matrix: Tensor, scaledTo scale: Tensor) -> Tensor {
    orthonormal(matrix * (scale / matrix.norm()))
  }
}
