import Tensors

/// Arrays in the format of the MNIST files, plain or compressed with gzip.
///
/// - Source: "The MNIST database of handwritten digits", the page that describes the format.
public enum IDX {
  /// Reads one array.
  ///
  /// - Throws: `DataError`.
  public static func read(
    _ path: String, limits: DataLimits = DataLimits()
  ) throws(DataError) -> Tensor {
    try decode(Bytes(reading: path, limits), limits)
  }

  /// Reads the array in `bytes`; `source` names them in errors.
  public static func decode(
    _ bytes: [UInt8], source: String, limits: DataLimits = DataLimits()
  ) throws(DataError) -> Tensor {
    try decode(Bytes(bytes, source: source), limits)
  }

  static func decode(_ packed: Bytes, _ limits: DataLimits) throws(DataError) -> Tensor {
    let bytes = try packed.unpacked(limits)
    return try ArrayHeader(idx: bytes, limits).array(in: bytes, limits)
  }
}
