import Tensors

/// Single arrays in NumPy's format, versions 1.0 to 3.0.
///
/// Types read: f2 (as float32), f4, f8, i1 and i2 and u2 (as int32), i4, i8, u1, u4 and u8 (as
/// int64), b1; both byte orders; row-major and column-major order. Large files are mapped: a tensor
/// then costs no memory, and the file must not be cut short while it is used.
public enum NPY {
  /// What every file begins with.
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads the array in the file at `path`.
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

  static func decode(_ bytes: Bytes, _ limits: DataLimits) throws(DataError) -> Tensor {
    try ArrayHeader(npy: bytes, limits).array(in: bytes, limits)
  }

  /// Writes an array to `path`, which appears complete or not at all.
  ///
  /// - Throws: `DataError.cannotWrite`.
  public static func write(_ tensor: Tensor, to path: String) throws(DataError) {
    var file = try AtomicFile(path: path)
    let tensor = storable(tensor)
    try file.write(header(of: tensor))
    try file.write(tensor.bytes())
    try file.finish()
  }

  /// The file's bytes.
  public static func encode(_ tensor: Tensor) -> [UInt8] {
    let tensor = storable(tensor)
    return header(of: tensor) + tensor.bytes()
  }

  /// The tensor in a type that NumPy knows.
  private static func storable(_ tensor: Tensor) -> Tensor {
    tensor.dtype == .bfloat16 ? tensor.cast(to: .float32) : tensor
  }

  /// A header of version 1.0, padded so that elements begin at a multiple of 64.
  private static func header(of tensor: Tensor) -> [UInt8] {
    let sizes = tensor.shape.map { "\($0)," }.joined(separator: " ")
    let fields =
      "{'descr': '\(tensor.dtype.numpyName)', 'fortran_order': False, 'shape': (\(sizes)), }"
    let padding = 63 - (fields.utf8.count + 10) % 64
    let text = Array(fields.utf8) + [UInt8](repeating: 32, count: padding) + [10]
    precondition(text.count < 1 << 16, "shape \(tensor.shape) has too many axes for NPY")
    return magic + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)] + text
  }
}

extension DType {
  fileprivate var numpyName: String {
    switch self {
    case .uint8: "|u1"
    case .int32: "<i4"
    case .int64: "<i8"
    case .float32, .bfloat16: "<f4"
    case .float64: "<f8"
    case .bool: "|b1"
    }
  }
}
