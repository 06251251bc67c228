import Tensors

/// Random matrices whose eigenvalues or singular values are known, of `float64`.
package enum RandomMatrix {
  /// A matrix whose columns are orthonormal, each such matrix as likely (Haar's measure).
  ///
  /// - Shape: `[rows, columns]`.
  /// - Precondition: `rows` is `columns` or more.
  package static func orthonormal(
    _ rows: Int, _ columns: Int, using generator: inout Generator
  ) -> Tensor {
    precondition(rows >= columns && columns > 0, "no \(columns) orthonormal columns of \(rows)")
    let normal = Tensor.normal([rows, columns], dtype: .float64, using: &generator)
    guard let (q, r) = try? normal.qr() else {
      preconditionFailure("every finite matrix has a QR decomposition")
    }
    // With the signs of R's diagonal the decomposition is unique, and the distribution even.
    return q * r.diagonal().sign()
  }

  /// A symmetric matrix with these eigenvalues and random eigenvectors.
  package static func symmetric(
    spectrum: [Double], using generator: inout Generator
  ) -> Tensor {
    let basis = orthonormal(spectrum.count, spectrum.count, using: &generator)
    let product = (basis * Tensor(spectrum)).matmul(basis.transposed())
    // Rounding makes the two halves differ in the last bits.
    return (product + product.transposed()) / 2
  }

  /// A matrix with these singular values and random singular vectors.
  ///
  /// - Shape: `[rows, columns]`, of rank at most the number of values.
  /// - Precondition: there are no more values than rows or columns.
  package static func rectangular(
    _ rows: Int, _ columns: Int, singularValues: [Double], using generator: inout Generator
  ) -> Tensor {
    let rank = singularValues.count
    let left = orthonormal(rows, rank, using: &generator) * Tensor(singularValues)
    return left.matmul(orthonormal(columns, rank, using: &generator).transposed())
  }
}
