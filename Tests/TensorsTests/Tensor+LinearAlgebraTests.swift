import Foundation
import Tensors
import TestSupport
import Testing

/// Symmetric, with eigenvalues 1 and 3.
private let matrix = Tensor([2.0, 1.0, 1.0, 2.0], shape: [2, 2])
private let singular = Tensor([1.0, 1.0, 1.0, 1.0], shape: [2, 2])

@Test(
  "Factorizations and solutions equal closed forms",
  arguments: [
    ValueCase("Cholesky", [2, 0, 1, 3], shape: [2, 2]) {
      try Tensor([4.0, 2.0, 2.0, 10.0], shape: [2, 2]).cholesky()
    },
    ValueCase("QR rebuilds", [2, 1, 1, 2], shape: [2, 2]) {
      let (q, r) = try matrix.qr()
      return q.matmul(r)
    },
    ValueCase("QR is orthogonal", [1, 0, 0, 1], shape: [2, 2]) {
      let q = try matrix.qr().q
      return q.transposed().matmul(q)
    },
    ValueCase("singular values", [3, 1]) { try matrix.singularValueDecomposition().values },
    ValueCase("singular vectors rebuild", [2, 1, 1, 2], shape: [2, 2]) {
      let (u, values, vTransposed) = try matrix.singularValueDecomposition()
      return (u * values).matmul(vTransposed)
    },
    ValueCase("eigenvalues", [1, 3]) { try matrix.symmetricEigen().values },
    ValueCase("eigenvectors", [0, 0, 0, 0], shape: [2, 2]) {
      let (values, vectors) = try matrix.symmetricEigen()
      return matrix.matmul(vectors) - vectors * values
    },
    ValueCase("solving", [1, 2], shape: [2, 1]) {
      try matrix.solving(Tensor([4.0, 5.0], shape: [2, 1]))
    },
    ValueCase("solving a triangle", [1, 2], shape: [2, 1]) {
      try matrix.lowerTriangle().solvingTriangular(
        Tensor([2.0, 5.0], shape: [2, 1]), upper: false)
    },
    ValueCase("least squares", [2], shape: [1, 1]) {
      try Tensor([1.0, 1.0], shape: [2, 1]).solvingLeastSquares(Tensor([1.0, 3.0], shape: [2, 1]))
    },
    ValueCase("inverse", [2 / 3.0, -1 / 3.0, -1 / 3.0, 2 / 3.0], shape: [2, 2]) {
      try matrix.inverse()
    },
    ValueCase("log determinant", [log(3)], shape: []) { try matrix.signAndLogDeterminant().log },
    ValueCase("sign of the determinant", [1], shape: []) {
      try matrix.signAndLogDeterminant().sign
    },
    ValueCase("matrix exponential", [cosh(1), sinh(1), sinh(1), cosh(1)], shape: [2, 2]) {
      Tensor([0.0, 1.0, 1.0, 0.0], shape: [2, 2]).matrixExponential()
    },
  ])
func linearAlgebraValues(_ row: ValueCase) throws { try row.check(absolute: 1e-10) }

@Test("A matrix without the factorization throws")
func factorizationsThrow() {
  #expect(throws: BackendError.self) { try (singular - 2).cholesky() }
  #expect(throws: BackendError.self) { try singular.solving(Tensor([1.0, 2.0], shape: [2, 1])) }
  #expect(throws: BackendError.self) { try singular.inverse() }
}
