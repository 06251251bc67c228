import Tensors

/// What a reader likes, as a direction among the vectors of papers.
///
/// It is the ridge regression of +1 for saved and -1 for dismissed papers on their vectors:
/// `w = Xᵀ (X Xᵀ + λ I)⁻¹ y`, which is small where little is known.
struct Taste: Sendable {
  /// How much is not believed; about the number of papers whose vote is worth as much as no opinion.
  static let ridge = 1.0

  private let weights: Tensor?

  /// - Parameter vectors: one vector of length 1 a row: `[papers, dimension]`.
  /// - Throws: `BackendError` if a vector is not finite.
  init(vectors: Tensor, isLiked: [Bool]) throws {
    precondition(vectors.size(0) == isLiked.count, "one opinion a paper")
    guard !isLiked.isEmpty else {
      weights = nil
      return
    }
    let opinions = Tensor(isLiked.map { $0 ? Float(1) : -1 }, shape: [isLiked.count, 1])
    let products =
      vectors.matmul(vectors.transposed()) + Tensor.identity(isLiked.count) * Float(Self.ridge)
    weights = try vectors.transposed().matmul(products.solving(opinions)).flattened()
  }

  /// How much a reader is expected to like papers, from about -1 to 1; 0 where nothing is known.
  func opinions(of vectors: Tensor) -> [Double] {
    guard let weights else { return Array(repeating: 0, count: vectors.size(0)) }
    return vectors.matmul(weights).elements(as: Float.self).map(Double.init)
  }
}
