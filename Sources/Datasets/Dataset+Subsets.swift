import Tensors

extension Dataset {
  /// The examples at `indices`, in that order; an index may occur twice.
  public func subset(_ indices: [Int]) -> Dataset {
    Dataset(
      like: self, inputs: inputs.rows(indices),
      labels: labels.map { all in indices.map { all[$0] } })
  }

  /// The examples at consecutive places, without a copy.
  public subscript(range: Range<Int>) -> Dataset {
    Dataset(like: self, inputs: inputs[range], labels: labels.map { Array($0[range]) })
  }

  /// The first examples, at most `limit` of them.
  public func prefix(_ limit: Int) -> Dataset { self[0..<min(max(limit, 0), count)] }

  /// All examples in order, `size` at a time; the last batch may be smaller.
  ///
  /// - Precondition: `size` is positive.
  public func batches(of size: Int) -> some Sequence<Dataset> {
    precondition(size > 0, "a batch needs at least one example, not \(size)")
    return stride(from: 0, to: count, by: size).lazy.map { self[$0..<min($0 + size, count)] }
  }

  /// The examples in another order.
  public func shuffled(using generator: inout some RandomNumberGenerator) -> Dataset {
    subset(Tensor.permutation(count, using: &generator).integers)
  }

  /// The same labels for other inputs, such as corrupted ones.
  ///
  /// - Precondition: `inputs` has as many rows.
  public func replacingInputs(with inputs: Tensor) -> Dataset {
    precondition(inputs.size(0) == count, "\(inputs.size(0)) inputs for \(count) examples")
    return Dataset(like: self, inputs: inputs, labels: labels)
  }
}
