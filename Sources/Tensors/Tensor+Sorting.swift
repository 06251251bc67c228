extension Operator {
  fileprivate static let topK = Operator("topk")
  fileprivate static let sort = Operator("sort", "stable")
  fileprivate static let unique = Operator("_unique2")
  fileprivate static let searchSorted = Operator("searchsorted", "Tensor")
}

extension Tensor {
  /// The `count` largest (or smallest) elements along `axis`, best first, and where they were.
  public func topElements(
    _ count: Int, axis: Int = -1, largest: Bool = true
  ) -> (values: Tensor, indices: Tensor) {
    let results = Operator.topK.all([
      .tensor(self), .integer(count), .integer(axis), .boolean(largest),
    ])
    return (results[0], results[1])
  }

  /// The elements in order along `axis`, and where they were; equal elements keep their order.
  public func sorted(
    axis: Int = -1, descending: Bool = false
  ) -> (values: Tensor, indices: Tensor) {
    let results = Operator.sort.all([
      .tensor(self), .boolean(true), .integer(axis), .boolean(descending),
    ])
    return (results[0], results[1])
  }

  /// The different elements in order, for each element the index of its like, and how often each
  /// occurs.
  public func uniqueElements() -> (values: Tensor, inverse: Tensor, counts: Tensor) {
    let results = Operator.unique.all([.tensor(self), true, true, true])
    return (results[0], results[1], results[2])
  }

  /// For each of `values`, the place in this ordered vector where it would be inserted.
  public func insertionIndices(of values: Tensor, afterEqual: Bool = false) -> Tensor {
    Operator.searchSorted(.tensor(self), .tensor(values), false, .boolean(afterEqual))
  }
}
