extension Operator {
  fileprivate static let cholesky = Operator("linalg_cholesky")
  fileprivate static let qr = Operator("linalg_qr")
  fileprivate static let svd = Operator("linalg_svd")
  fileprivate static let symmetricEigen = Operator("linalg_eigh")
  fileprivate static let solve = Operator("linalg_solve")
  fileprivate static let solveTriangular = Operator("linalg_solve_triangular")
  fileprivate static let leastSquares = Operator("linalg_lstsq")
  fileprivate static let inverse = Operator("linalg_inv")
  fileprivate static let logDeterminant = Operator("linalg_slogdet")
  fileprivate static let matrixExponential = Operator("linalg_matrix_exp")
}

/// Over matrices in the last two axes; leading axes are a batch.
///
/// These throw, because whether a matrix has a factorization is a fact about data.
extension Tensor {
  /// The lower triangular `L` with `L · Lᵀ` equal to this matrix.
  ///
  /// - Throws: `BackendError` if the matrix is not positive definite.
  public func cholesky() throws(BackendError) -> Tensor {
    try Operator.cholesky.results(of: [.tensor(self)])[0]
  }

  /// An orthogonal `q` and an upper triangular `r` whose product is this matrix, in reduced form.
  public func qr() throws(BackendError) -> (q: Tensor, r: Tensor) {
    let results = try Operator.qr.results(of: [.tensor(self)])
    return (results[0], results[1])
  }

  /// The reduced singular value decomposition `u · diag(values) · vTransposed`, largest value
  /// first.
  public func singularValueDecomposition() throws(BackendError) -> (
    u: Tensor, values: Tensor, vTransposed: Tensor
  ) {
    let results = try Operator.svd.results(of: [.tensor(self), false])
    return (results[0], results[1], results[2])
  }

  /// The eigenvalues of a symmetric matrix, smallest first, and the eigenvectors as columns.
  ///
  /// - Precondition: the matrix is symmetric; only its lower triangle is read.
  public func symmetricEigen() throws(BackendError) -> (values: Tensor, vectors: Tensor) {
    let results = try Operator.symmetricEigen.results(of: [.tensor(self)])
    return (results[0], results[1])
  }

  /// The `x` with `self · x = right`.
  ///
  /// - Throws: `BackendError` if the matrix is singular.
  public func solving(_ right: Tensor) throws(BackendError) -> Tensor {
    try Operator.solve.results(of: [.tensor(self), .tensor(right)])[0]
  }

  /// The `x` with `self · x = right`, for a triangular matrix.
  public func solvingTriangular(_ right: Tensor, upper: Bool) throws(BackendError) -> Tensor {
    try Operator.solveTriangular.results(of: [.tensor(self), .tensor(right), .boolean(upper)])[0]
  }

  /// The `x` that minimizes the squared error of `self · x = right`.
  public func solvingLeastSquares(_ right: Tensor) throws(BackendError) -> Tensor {
    try Operator.leastSquares.results(of: [.tensor(self), .tensor(right)])[0]
  }

  /// - Throws: `BackendError` if the matrix is singular.
  public func inverse() throws(BackendError) -> Tensor {
    try Operator.inverse.results(of: [.tensor(self)])[0]
  }

  /// The sign of the determinant and the logarithm of its size.
  public func signAndLogDeterminant() throws(BackendError) -> (sign: Tensor, log: Tensor) {
    let results = try Operator.logDeterminant.results(of: [.tensor(self)])
    return (results[0], results[1])
  }

  public func matrixExponential() -> Tensor { Operator.matrixExponential(.tensor(self)) }
}
