import Foundation
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
    let type = try bytes.integer(UInt8.self, at: 2)
    let rank = Int(try bytes.integer(UInt8.self, at: 3))
    guard bytes.starts(with: [0, 0]), let encoding = encoding(type), 1...limits.rank ~= rank else {
      throw .malformed(path: bytes.source, reason: "it does not begin as IDX does")
    }
    var shape: Shape = []
    for axis in 0..<rank {
      shape.append(Int(try bytes.integer(UInt32.self, at: 4 + 4 * axis, isBigEndian: true)))
    }
    let start = 4 + 4 * rank
    let data = try bytes.slice(from: start, count: bytes.count - start)
    return try encoding.tensor(of: data, shape: shape, limits)
  }

  private static func encoding(_ type: UInt8) -> ElementEncoding? {
    let kinds: [UInt8: (ElementEncoding.Kind, Int)] = [
      0x08: (.unsigned, 1), 0x09: (.signed, 1), 0x0b: (.signed, 2), 0x0c: (.signed, 4),
      0x0d: (.float, 4), 0x0e: (.float, 8),
    ]
    return kinds[type].map { ElementEncoding(kind: $0.0, size: $0.1, isBigEndian: true) }
  }
}
