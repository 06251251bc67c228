import CTorch

/// Products with one of two factors, by the sign of each element: what linear bounds are made of.
///
/// - Shape: three axes, `[batch, rows, count]`; in the first two, sizes of 1 are stretched.
extension Tensor {
  /// The sums along the last axis of each element times `positive` where it is above 0, else times
  /// `negative`.
  ///
  /// - Shape: the result is `[batch, rows]`.
  public func dot(positive: Tensor, negative: Tensor) -> Tensor {
    let operands = (storage, positive.storage, negative.storage)
    do {
      return Tensor(
        try withExtendedLifetime(operands) { () throws(BackendError) in
          try TensorStorage { result in
            assay_signed_dot(
              operands.0.handle, operands.1.handle, operands.2.handle, &result)
          }
        })
    } catch {
      fatalError("sums of \(shape) with \(positive.shape) and \(negative.shape): \(error)")
    }
  }

  /// Each element times the first of two slopes where it is above 0, else times the second; and the
  /// sums along the last axis of its products with one of two heights, chosen alike.
  ///
  /// - Shape: products `[batch, rows, count]`, sums `[batch, rows]`.
  public func multiplied(
    positive: (slope: Tensor, height: Tensor), negative: (slope: Tensor, height: Tensor)
  ) -> (products: Tensor, sums: Tensor) {
    let slopes = [positive.slope.storage, negative.slope.storage]
    let heights = [positive.height.storage, negative.height.storage]
    let own = storage
    do {
      return try withExtendedLifetime((own, slopes, heights)) { () throws(BackendError) in
        var sums: OpaquePointer?
        let products = try TensorStorage { product in
          assay_signed_lines(
            own.handle, slopes.map(\.handle), heights.map(\.handle), &product, &sums)
        }
        return (Tensor(products), Tensor(TensorStorage(owning: sums!)))
      }
    } catch {
      fatalError(
        "products of \(shape) with \(positive.slope.shape) and \(negative.slope.shape): \(error)")
    }
  }
}
