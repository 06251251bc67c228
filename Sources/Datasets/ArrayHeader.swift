import Tensors

/// What stands before the elements of a file that holds one array, and says how they lie there.
struct ArrayHeader: Hashable, Sendable {
  let encoding: ElementEncoding
  var isColumnMajor = false
  let shape: [Int]
  /// Where the elements begin.
  let dataOffset: Int

  /// The array that stands after this header of `bytes`.
  ///
  /// - Throws: `DataError.truncated` if there are too few bytes; `tooLarge` if they cannot be held.
  func array(in bytes: Bytes, _ limits: DataLimits) throws(DataError) -> Tensor {
    let data = try bytes.slice(from: dataOffset, count: bytes.count - dataOffset)
    let tensor = try encoding.tensor(
      of: data, shape: isColumnMajor ? shape.reversed() : shape, limits)
    guard isColumnMajor, tensor.rank > 1 else { return tensor }
    return tensor.transposed(axes: (0..<tensor.rank).reversed())
  }
}
